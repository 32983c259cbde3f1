import { writeFileSync } from 'node:fs';
import fc from 'fast-check';
import type { Accountant } from './accountant.ts';
import type { WireFault } from './control.ts';
import { planFile } from './points.ts';
import type { PointPlan } from './points.ts';
import { judged } from './run.ts';
import type { Outcome } from './run.ts';

/** All that must be remembered to say what may be done next and what must be true at the end. */
interface Model {
  loggedIn: boolean;
  imports: number;
  /** Adjustments that were approved and exported, in order. */
  exported: string[];
}

type Command = fc.AsyncCommand<Model, Accountant>;

/** A command from its parts; it may be run whenever the model says so. */
function command(
  name: string,
  run: (model: Model, close: Accountant) => Promise<void>,
  check: (model: Readonly<Model>) => boolean = () => true,
): Command {
  return { check, run, toString: () => name };
}

const isImported = ({ imports }: Readonly<Model>): boolean => imports > 0;

const logIn = command(
  'log in',
  async (model, close) => {
    await close.logIn();
    model.loggedIn = true;
    if (model.imports > 0) return;
    await close.adjusting();
    model.imports = 1;
  },
  ({ loggedIn }) => !loggedIn,
);

const logInAgain = command(
  'log in once more',
  async (_, close) => close.logIn(),
  ({ loggedIn, imports }) => loggedIn && imports > 0,
);

const logInUnconfirmed = command(
  'log in and confirm nothing',
  async (model, close) => {
    await close.logInUnconfirmed();
    model.loggedIn = false;
  },
  isImported,
);

const importAgain = command(
  'import again',
  async (model, close) => {
    await close.importAgain();
    model.imports += 1;
    model.loggedIn = true;
  },
  isImported,
);

const exportMore = (count: number): Command =>
  command(
    `export ${count} more`,
    async (model, close) => {
      const more = Array.from(
        { length: count },
        (_, n) => `Bokslut ${close.index} nr ${model.exported.length + n + 1}`,
      );
      await close.approve([...model.exported, ...more], false);
      model.exported.push(...more);
      model.loggedIn = true;
    },
    isImported,
  );

/** Saved and saved again: what is not approved must never be sent. */
const changeMind = command(
  'save what is not approved',
  async (model, close) => {
    await close.save([...model.exported, `Bokslut ${close.index} aldrig godkänd`]);
    await close.save(model.exported);
  },
  isImported,
);

const disconnect = command(
  'disconnect',
  async (model, close) => {
    await close.disconnect();
    model.loggedIn = false;
  },
  ({ loggedIn, imports }) => loggedIn && imports > 0,
);

const revokeInside = command(
  'revoked inside Fortnox',
  async (_, close) => close.house.control.inFortnox(close.tenant, { op: 'revokeConnection' }),
  isImported,
);

const bookInside = command('somebody books inside Fortnox', async (_, close) =>
  close.house.control.inFortnox(close.tenant, {
    op: 'addVoucher',
    series: 'A',
    date: '2025-12-30',
    text: 'Av någon annan',
    rows: [
      { account: '1930', debit: '10.00' },
      { account: '3001', credit: '10.00' },
    ],
  }),
);

const hourPasses = command('an hour passes', async (_, close) => {
  await close.house.control.moveClock(61 * 60_000);
});

const tokenRunsOut = command('the access token runs out', async (_, { house, caller }) => {
  await house.admin`update connections set access_expires_at = now() where firm_id = ${caller.firmId} and ended_at is null`;
});

const onWire = (fault: WireFault): Command =>
  command(`${fault.fault} on ${fault.match.method ?? ''} ${fault.match.path}`, async (_, close) => {
    await close.house.control.fault(close.tenant, fault);
  });

const atPoint = (plan: PointPlan & { readonly point: string }): Command =>
  command(`${plan.act} at ${plan.point}`, async (_, { house, caller }) => {
    writeFileSync(planFile(house.plans, caller.firmId), JSON.stringify(plan));
  });

const wire = fc
  .record({
    fault: fc.constantFrom(
      'cut-before',
      'cut-after-commit',
      'cut-in-body',
      'status-503',
      'html',
      'status-429',
    ),
    match: fc.constantFrom(
      { method: 'POST', path: '/3/vouchers' },
      { method: 'GET', path: '/3/vouchers' },
      { path: '/3/sie/4' },
      { method: 'POST', path: '/3/inbox' },
      { path: '/oauth-v1/token' },
    ),
    skip: fc.nat({ max: 2 }),
    retryAfter: fc.constant(1),
  })
  .map(onWire);

const point = fc
  .constantFrom(
    'sendVoucher: before posting a voucher',
    'sendVoucher: after posting a voucher',
    'sendVoucher: after transaction 4',
    'findVoucher: after transaction 3',
    'importBooks: before transaction 3',
    'importBooks: after transaction 3',
    'openExport: after transaction 3',
    'refresh: after the answer',
    'linkAttachments: after uploading a file',
    'endLogin: after revoking',
  )
  .map((at) => atPoint({ act: 'kill', point: at }));

const sequences = fc.commands(
  [
    fc.constantFrom(logIn, importAgain, exportMore(1), exportMore(2), changeMind),
    fc.constantFrom(disconnect, revokeInside, bookInside, hourPasses, tokenRunsOut),
    fc.constantFrom(logInAgain, logInUnconfirmed),
    wire,
    point,
  ],
  { size: 'max', maxCommands: 14 },
);

/** A random sequence of what people do and what fails, then the rest of the close, then every invariant. */
export async function modelRun(close: Accountant, seed: number): Promise<Outcome> {
  const [commands] = fc.sample(sequences, { seed, numRuns: 1 });
  const name = 'random sequence';
  return judged(close, { name, group: name }, async () => {
    await close.begin();
    const model: Model = { loggedIn: false, imports: 0, exported: [] };
    await fc.asyncModelRun(() => ({ model, real: close }), [logIn, ...(commands ?? [])]);
    if (!model.loggedIn) await close.logIn();
    await close.approve([...model.exported, `Bokslut ${close.index} sist`]);
    // The invariants use the login: what the close never met must not meet them.
    await close.house.control.clearFaults(close.tenant);
    return async () => true;
  });
}
