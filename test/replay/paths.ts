import { reopenEngagement, startEngagement } from '../../client/close/engagements.ts';
import { disconnect, disconnectCompany } from '../../client/close/fortnox-login.ts';
import { cancelClose, requestImport, retryStep } from '../../client/close/messages.ts';
import { uploadSie } from '../../client/close/sie-upload.ts';
import { startWatch, stopWatch } from '../../client/close/watch.ts';
import { isoDate } from '../../accounting/dates.ts';
import { ore } from '../../accounting/money.ts';
import type { Durations } from '../../workflows/durations.ts';
import { closeWorkflowId, loginExpiryWorkflowId, watchScheduleId } from '../../workflows/messages.ts';
import type { CloseStatus } from '../../workflows/messages.ts';
import { smallSie } from '../setup/small-sie.ts';
import {
  adjustment,
  approveLatest,
  control,
  inFortnox,
  logIn,
  saveAndApprove,
  startClose,
  untilStatus,
} from '../workflow/world.ts';
import type { TestWorld } from '../workflow/world.ts';
import type { pathNames } from './path-names.ts';

/** A run of a workflow whose history is kept; without a run id the latest. */
export interface Recorded {
  readonly workflowId: string;
  readonly runId?: string;
}

interface Path {
  /** Waits that the path has to sit out. */
  readonly durations?: Partial<Durations>;
  readonly loginTermMs?: number;
  /** What the accountant and Fortnox do; the worker runs meanwhile. Answers what to keep, by name. */
  readonly act: (world: TestWorld) => Promise<Record<string, Recorded>>;
}

/** How each is brought about. */
export const paths: Record<(typeof pathNames)[number], Path> = {
  normal: {
    async act(world) {
      const id = await adjustingClose(world);
      await saveAndApprove(world, id, [adjustment('one'), adjustment('two')]);
      return completed(world, id);
    },
  },

  reimport: {
    async act(world) {
      const id = await adjustingClose(world);
      await importAgain(world, id);
      await saveAndApprove(world, id, [adjustment('one')]);
      return completed(world, id);
    },
  },

  attention: {
    async act(world) {
      const id = await adjustingClose(world);
      await inFortnox(world, { op: 'setAccount', number: '3740', active: false });
      await fault(world, { fault: 'cut-after-commit' });
      await saveAndApprove(world, id, [adjustment('one')]);
      await untilStatus(world, id, needsAttention);
      await inFortnox(world, { op: 'setAccount', number: '3740', active: true });
      await retryStep(world.client, world.caller, id);
      return completed(world, id);
    },
  },

  // The answer is lost and the voucher comes late: looked for, waited for, looked for again.
  'lost-answer': {
    async act(world) {
      const id = await adjustingClose(world);
      await fault(world, { fault: 'commit-late', delayMs: 200, status: 0 });
      await saveAndApprove(world, id, [adjustment('one')]);
      return completed(world, id);
    },
  },

  'partial-retry': {
    async act(world) {
      const id = await stoppedInTheMiddle(world);
      await inFortnox(world, {
        op: 'setSeries',
        code: 'K',
        financialYear: await closingYear(world),
        manual: true,
      });
      await retryStep(world.client, world.caller, id);
      return completed(world, id);
    },
  },

  'partial-rest': {
    async act(world) {
      const id = await stoppedInTheMiddle(world);
      await requestImport(world.client, world.caller, id);
      await untilStatus(world, id, (now) => adjusting(now) && now.attention === null);
      await approveLatest(world, id, 'A');
      return completed(world, id);
    },
  },

  cancel: {
    async act(world) {
      const id = await adjustingClose(world);
      await cancelClose(world.client, world.caller, id);
      return completed(world, id);
    },
  },

  reopen: {
    async act(world) {
      const id = await adjustingClose(world);
      await saveAndApprove(world, id, [adjustment('one')]);
      await completed(world, id);
      await reopenEngagement(world.client, world.caller, id);
      await untilStatus(world, id, adjusting);
      await saveAndApprove(world, id, [adjustment('one'), adjustment('two')]);
      return completed(world, id);
    },
  },

  // A few events are taken for many: the close goes on as a new run after an import and after an export.
  continued: {
    durations: { historyEvents: 30 },
    async act(world) {
      const id = await adjustingClose(world);
      await importAgain(world, id);
      const run = async (): Promise<Recorded> => {
        const { workflowId, runId } = await handleOf(world, id).describe();
        return { workflowId, runId };
      };
      const exporting = await run();
      await saveAndApprove(world, id, [adjustment('one')], 'K', false);
      await untilStatus(world, id, (now) => adjusting(now) && now.export?.confirmed === 1);
      await saveAndApprove(world, id, [adjustment('one'), adjustment('two')]);
      return { exporting, ...(await completed(world, id)) };
    },
  },

  watch: {
    async act(world) {
      const id = await adjustingClose(world);
      const { snapshot } = await untilStatus(world, id, adjusting);
      await startWatch(world.client, world.caller, id);
      const schedule = world.client.temporal.schedule.getHandle(watchScheduleId(id));
      await schedule.trigger();
      await untilStatus(world, id, (now) => adjusting(now) && now.snapshot?.id !== snapshot?.id);
      const [night] = (await schedule.describe()).info.recentActions;
      if (!night) throw new Error('no night has passed');
      await stopWatch(world.client, world.caller, id);
      await saveAndApprove(world, id, [adjustment('one')]);
      return { ...(await completed(world, id)), night: { workflowId: night.action.workflow.workflowId } };
    },
  },

  'sie-file': {
    async act(world) {
      const { id } = await startEngagement(world.client, world.caller, {
        company: { name: 'Provbolaget AB', organisationNumber: '999999-0013' },
        year: { from: isoDate('2025-01-01'), to: isoDate('2025-12-31') },
        settings: { source: 'sie', materialityOre: ore(100_00) },
      });
      await uploadSie(world.client, world.caller, id, { name: 'bolaget.se', bytes: Buffer.from(smallSie) });
      await untilStatus(world, id, adjusting);
      await saveAndApprove(world, id, [adjustment('one')], 'A');
      return completed(world, id);
    },
  },

  // The login that was given first is for another company: the close waits for another one before it imports.
  'expiry-connecting': {
    async act(world) {
      const id = await startClose(world);
      const [company] = world.sandbox.companies;
      const refused = await logIn(world, id, () =>
        inFortnox(world, { op: 'setCompany', organisationNumber: '999999-9999' }),
      );
      await untilStatus(world, id, (now) => now.login.state === 'revoked' && needsAttention(now));
      await inFortnox(world, { op: 'setCompany', organisationNumber: company?.organisationNumber });
      await logIn(world, id);
      await untilStatus(world, id, adjusting);
      await saveAndApprove(world, id, [adjustment('one')]);
      return { ...(await completed(world, id)), login: { workflowId: loginExpiryWorkflowId(refused) } };
    },
  },

  'expiry-importing': {
    async act(world) {
      const id = await startClose(world);
      await control(world, 'POST', 'faults', {
        match: { method: 'GET', path: '/3/sie/4' },
        times: 1,
        fault: 'revoked',
      });
      await logIn(world, id);
      await untilStatus(world, id, (now) => now.phase === 'importing' && now.login.state === 'revoked');
      await logIn(world, id);
      await untilStatus(world, id, adjusting);
      await saveAndApprove(world, id, [adjustment('one')]);
      return completed(world, id);
    },
  },

  // A "day" of a fifth of a second: the 30 days of a login pass while the close waits.
  expiry: {
    durations: { dayMs: 200 },
    loginTermMs: 30 * 200,
    async act(world) {
      const id = await startClose(world);
      const connectionId = await logIn(world, id);
      await untilStatus(world, id, (now) => adjusting(now) && now.login.state === 'expired');
      const watch = loginExpiryWorkflowId(connectionId);
      await world.client.temporal.workflow.getHandle(watch).result();
      await saveAndApprove(world, id, [adjustment('one')]);
      await untilStatus(world, id, ({ phase }) => phase === 'exporting');
      await logIn(world, id);
      return { ...(await completed(world, id)), login: { workflowId: watch } };
    },
  },

  'expiry-exporting': {
    async act(world) {
      const id = await adjustingClose(world);
      await fault(world, { fault: 'revoked', skip: 1 });
      await saveAndApprove(world, id, [adjustment('one'), adjustment('two')]);
      await untilStatus(world, id, (now) => now.phase === 'exporting' && now.login.state === 'revoked');
      await logIn(world, id);
      return completed(world, id);
    },
  },

  disconnect: {
    async act(world) {
      const id = await startClose(world);
      const connectionId = await logIn(world, id);
      await untilStatus(world, id, adjusting);
      await disconnect(world.client, world.caller, connectionId);
      const watch = loginExpiryWorkflowId(connectionId);
      await world.client.temporal.workflow.getHandle(watch).result();
      await untilStatus(world, id, ({ login }) => login.state === 'revoked');
      return { login: { workflowId: watch } };
    },
  },

  'disconnect-relogin': {
    async act(world) {
      const id = await adjustingClose(world);
      await disconnectCompany(world.client, world.caller, id);
      await untilStatus(world, id, ({ login }) => login.state === 'revoked');
      await logIn(world, id);
      await saveAndApprove(world, id, [adjustment('one')]);
      return completed(world, id);
    },
  },
};

const adjusting = ({ phase }: CloseStatus): boolean => phase === 'adjusting';
const needsAttention = ({ attention }: CloseStatus): boolean => attention !== null;

const handleOf = (world: TestWorld, id: string) =>
  world.client.temporal.workflow.getHandle(closeWorkflowId(id), undefined, { followRuns: true });

async function completed(world: TestWorld, id: string): Promise<{ readonly close: Recorded }> {
  await handleOf(world, id).result();
  return { close: { workflowId: closeWorkflowId(id) } };
}

async function adjustingClose(world: TestWorld): Promise<string> {
  const id = await startClose(world);
  await logIn(world, id);
  await untilStatus(world, id, adjusting);
  return id;
}

async function importAgain(world: TestWorld, id: string): Promise<void> {
  const before = await untilStatus(world, id, adjusting);
  await requestImport(world.client, world.caller, id);
  await untilStatus(world, id, (now) => adjusting(now) && now.snapshot?.id !== before.snapshot?.id);
}

const fault = (world: TestWorld, about: object): Promise<unknown> =>
  control(world, 'POST', 'faults', { match: { method: 'POST', path: '/3/vouchers' }, times: 1, ...about });

/** One voucher is in Fortnox, and the series takes no other. */
async function stoppedInTheMiddle(world: TestWorld): Promise<string> {
  const id = await adjustingClose(world);
  const patch = [{ op: 'setSeries', code: 'K', financialYear: await closingYear(world), manual: false }];
  await fault(world, { skip: 1, fault: 'books-change', patch });
  await saveAndApprove(world, id, [adjustment('one'), adjustment('two')]);
  await untilStatus(world, id, needsAttention);
  return id;
}

const closingYear = async (world: TestWorld): Promise<number> =>
  ((await control(world, 'GET', 'books')) as { closingYear: number }).closingYear;
