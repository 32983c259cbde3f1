import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import type { Accountant } from './accountant.ts';
import type { WireFault } from './control.ts';
import { planFile, recordFile, struckFile } from './points.ts';
import type { PointPlan } from './points.ts';
import { disconnecting, givingUp, lostAnswer, plain, refreshing } from './scenarios.ts';
import type { Moments, Scenario } from './scenarios.ts';

/** One way in which the world fails, and the close that meets it. */
export interface Fault {
  readonly name: string;
  /** For the table that people read. */
  readonly group: string;
  readonly scenario: Scenario;
  /** Arms it for one close, and answers how to ask afterwards whether it struck: what did not is no fault run. */
  arm(close: Accountant): Promise<{ readonly moments: Moments; struck(): Promise<boolean> }>;
}

const scenarios = { plain, refreshing, lostAnswer, disconnecting, givingUp };

// Processes

/** Notes which points a close reaches in each scenario, for `pointFaults`. */
export const recordings: readonly Fault[] = Object.entries(scenarios).map(([name, scenario]) => ({
  name: `no fault: ${name}`,
  group: 'no fault',
  scenario,
  arm: async (close) => {
    plan(close, { act: 'record' });
    return { moments: {}, struck: async () => true };
  },
}));

export const recorded = ({ house, caller }: Accountant): string[] => [
  ...new Set(readFileSync(recordFile(house.plans, caller.firmId), 'utf8').trimEnd().split('\n')),
];

/** Kills at every point that a recording has met, and freezes at those around what is sent to Fortnox or stored for good. */
export function pointFaults(found: ReadonlyMap<Scenario, readonly string[]>): Fault[] {
  const faults: Fault[] = [];
  const known = new Set<string>();
  for (const [scenario, points] of found) {
    for (const point of points) {
      if (known.has(point)) continue;
      known.add(point);
      faults.push(atPoint(scenario, { act: 'kill', point }));
      if (/posting|storing|refresh|sendVoucher: .*transaction|openExport: .*transaction/.test(point)) {
        faults.push(atPoint(scenario, { act: 'freeze', point, forMs: 12_000 }));
      }
    }
  }
  return faults;
}

function atPoint(scenario: Scenario, at: PointPlan & { readonly point: string }): Fault {
  const how = at.act === 'kill' ? 'killed' : 'frozen, another takes over, thawed';
  return {
    name: `worker ${at.act === 'kill' ? 'killed' : 'frozen'} at ${at.point}`,
    group: `worker ${how}: ${at.point.split(':')[0] ?? ''}`.replace(/ point .*/, ' named points'),
    scenario,
    arm: async (close) => {
      plan(close, at);
      return {
        moments: {},
        struck: async () => existsSync(struckFile(close.house.plans, close.caller.firmId)),
      };
    },
  };
}

const plan = ({ house, caller }: Accountant, what: PointPlan): void =>
  writeFileSync(planFile(house.plans, caller.firmId), JSON.stringify(what));

// The wire

const after = { import: 'beforeLogin', export: 'beforeApproval' } as const;

interface Target {
  readonly name: string;
  readonly match: WireFault['match'];
  readonly when: (typeof after)[keyof typeof after];
  readonly scenario: Scenario;
}

const targets: readonly Target[] = [
  { name: 'the SIE file', match: { path: '/3/sie/4' }, when: after.import, scenario: plain },
  { name: 'a list', match: { method: 'GET', path: '/3/invoices' }, when: after.import, scenario: plain },
  {
    name: 'pre-flight',
    match: { method: 'GET', path: '/3/voucherseries' },
    when: after.export,
    scenario: plain,
  },
  { name: 'posting', match: { method: 'POST', path: '/3/vouchers' }, when: after.export, scenario: plain },
  {
    name: 'reading back',
    match: { method: 'GET', path: '/3/vouchers/K' },
    when: after.export,
    scenario: plain,
  },
  {
    name: 'finding',
    match: { method: 'GET', path: '/3/vouchers' },
    when: after.export,
    scenario: lostAnswer,
  },
  { name: 'uploading', match: { method: 'POST', path: '/3/inbox' }, when: after.export, scenario: plain },
  {
    name: 'connecting',
    match: { method: 'POST', path: '/3/voucherfileconnections' },
    when: after.export,
    scenario: plain,
  },
  { name: 'refreshing', match: { path: '/oauth-v1/token' }, when: after.export, scenario: refreshing },
  { name: 'revoking', match: { path: '/oauth-v1/revoke' }, when: after.export, scenario: disconnecting },
];

type Played = Omit<WireFault, 'match'>;

const everywhere: Readonly<Record<string, Played>> = {
  'cut before': { fault: 'cut-before' },
  'cut after the commit': { fault: 'cut-after-commit' },
  'cut in the body': { fault: 'cut-in-body' },
  'an HTML page': { fault: 'html' },
  'status 500': { fault: 'status-500' },
  'status 503, twice': { fault: 'status-503', times: 2 },
  'a wrong content type': { fault: 'wrong-content-type' },
  'too many requests': { fault: 'status-429', retryAfter: 1, times: 2 },
  'an answer after the time-out': { fault: 'slow', delayMs: 4_000 },
  'revoked in the middle': { fault: 'revoked' },
};

const posts: Readonly<Record<string, Played>> = {
  'committed late, after 504': { fault: 'commit-late', delayMs: 700 },
  'committed late, after a cut': { fault: 'commit-late', delayMs: 700, status: 0 },
};

const inbox: Readonly<Record<string, Played>> = {
  'no licence': { fault: 'license-missing' },
  'no scope': { fault: 'scope-missing' },
  'register refused': { fault: 'register-refused' },
};

export const wireFaults: readonly Fault[] = targets.flatMap((target) => {
  const isPost = target.match.method === 'POST';
  return Object.entries({
    ...everywhere,
    ...(isPost && posts),
    ...(target.name === 'uploading' && inbox),
  }).map(([what, played]) => onWire(what, target, played));
});

function onWire(what: string, target: Target, played: Played): Fault {
  return {
    name: `${target.name}: ${what}`,
    group: `wire: ${what}`,
    scenario: target.scenario,
    arm: async (close) => {
      let id: number | undefined;
      const arm = async (): Promise<void> => {
        id = await close.house.control.fault(close.tenant, { ...played, match: target.match });
      };
      return {
        moments: { [target.when]: arm },
        struck: async () => id !== undefined && (await close.house.control.hits(id)) > 0,
      };
    },
  };
}

/** 429 for so long on everything. */
export const turnedAway = (durationMs: number): Fault[] =>
  Object.entries(after).map(([step, when]) =>
    onWire(
      `429 for ${durationMs / 1_000} s`,
      { name: `everything in the ${step}`, match: { path: '/3/' }, when, scenario: plain },
      { fault: 'status-429', durationMs },
    ),
  );

const somebodyBooks = (close: Accountant) => ({
  company: close.tenant,
  operations: [
    {
      op: 'addVoucher',
      series: 'A',
      date: '2025-12-30',
      text: 'Av någon annan',
      rows: [
        { account: '1930', debit: '10.00' },
        { account: '3001', credit: '10.00' },
      ],
    },
  ],
});

/** The books change between two pages of a list. */
export const changingBooks: readonly Fault[] = ['/3/vouchers?*page=2', '/3/accounts?*page=2'].map((path) => ({
  name: `books change before ${path.replace('?*', ' ')}`,
  group: 'wire: books change between two pages',
  scenario: plain,
  arm: async (close) => {
    const id = await close.house.control.fault(close.tenant, {
      match: { method: 'GET', path },
      fault: 'books-change',
      patch: somebodyBooks(close),
    });
    return { moments: {}, struck: async () => (await close.house.control.hits(id)) > 0 };
  },
}));

/** An hour passes at Fortnox alone: a token that we take to be good is refused. */
export const movedClock: Fault = {
  name: "Fortnox's clock moved by 61 minutes",
  group: 'clock moved',
  scenario: plain,
  arm: async (close) => {
    let moved = false;
    return {
      moments: {
        beforeApproval: async () => {
          await close.house.control.moveClock(61 * 60_000);
          moved = true;
        },
      },
      struck: async () => moved,
    };
  },
};
