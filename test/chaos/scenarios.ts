import type { Accountant } from './accountant.ts';
import type { Random } from './random.ts';

/** Moments of a close at which a fault can be armed. */
export interface Moments {
  beforeLogin?(close: Accountant): Promise<void>;
  /** The books are imported, nothing is saved yet. */
  beforeApproval?(close: Accountant): Promise<void>;
}

/** What the accountant does from the login to the end; the seed says in which variant. */
export type Scenario = (close: Accountant, moments: Moments, random: Random) => Promise<void>;

const texts = (close: Accountant, from: number, count: number): string[] =>
  Array.from({ length: count }, (_, n) => `Bokslut ${close.index} nr ${from + n}`);

/** Login, import, often another import, one or two exports. */
export const plain: Scenario = async (close, moments, random) => {
  await moments.beforeLogin?.(close);
  await close.logIn();
  await close.adjusting();
  if (random.int(4) === 0) await close.importAgain();
  await moments.beforeApproval?.(close);
  const first = texts(close, 1, 1 + random.int(2));
  if (random.int(4) > 0) return close.approve(first);
  await close.approve(first, false);
  return close.approve([...first, ...texts(close, 3, 1)]);
};

/** As plain, but the access token has to be renewed before the export. */
export const refreshing: Scenario = (close, moments, random) =>
  plain(
    close,
    {
      ...moments,
      beforeApproval: async () => {
        await moments.beforeApproval?.(close);
        await makeStale(close);
      },
    },
    random,
  );

/** The answer to the first voucher is lost, so that it must be found by its mark. */
export const lostAnswer: Scenario = (close, moments, random) =>
  plain(
    close,
    {
      ...moments,
      beforeApproval: async () => {
        await close.house.control.fault(close.tenant, {
          match: { method: 'POST', path: '/3/vouchers' },
          fault: 'cut-after-commit',
        });
        await moments.beforeApproval?.(close);
      },
    },
    random,
  );

/** The accountant disconnects after the import; the export waits for a new login. */
export const disconnecting: Scenario = (close, moments, random) =>
  plain(
    close,
    {
      ...moments,
      beforeApproval: async () => {
        await moments.beforeApproval?.(close);
        await close.disconnect();
      },
    },
    random,
  );

/** Somebody locks the period in the middle of the export: the accountant has the rest withdrawn, imports and approves anew. */
export const givingUp: Scenario = async (close, moments) => {
  const { control } = close.house;
  await moments.beforeLogin?.(close);
  await close.logIn();
  await close.adjusting();
  await control.fault(close.tenant, {
    match: { method: 'POST', path: '/3/vouchers' },
    skip: 1,
    fault: 'books-change',
    patch: { company: close.tenant, operations: [{ op: 'lockPeriod', until: '2025-12-31' }] },
  });
  await moments.beforeApproval?.(close);
  close.insteadOfRetry = async () => {
    await control.inFortnox(close.tenant, { op: 'lockPeriod', until: null });
    await close.importAgain();
    // The approval has come to its end by being given up; what it did not send is approved anew.
  };
  await close.approve(texts(close, 1, 2), false);
  await close.approve(texts(close, 1, 2));
};

/** What custody sees an hour later; Fortnox still takes the old token. */
async function makeStale({ house, caller }: Accountant): Promise<void> {
  await house.admin`update connections set access_expires_at = now() where firm_id = ${caller.firmId} and ended_at is null`;
}
