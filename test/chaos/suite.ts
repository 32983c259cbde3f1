import { killedApprovals, simultaneousApprovals } from './approval-faults.ts';
import { Accountant } from './accountant.ts';
import {
  changingBooks,
  movedClock,
  pointFaults,
  recorded,
  recordings,
  turnedAway,
  wireFaults,
} from './faults.ts';
import type { Fault } from './faults.ts';
import { startHouse } from './house.ts';
import type { House } from './house.ts';
import { secretsOf } from './invariants.ts';
import { modelRun } from './model.ts';
import { strikeWhile } from './part-faults.ts';
import type { PartFault } from './part-faults.ts';
import { randomOf } from './random.ts';
import type { Random } from './random.ts';
import { parallelRefreshes } from './refresh-faults.ts';
import { judged } from './run.ts';
import type { Outcome } from './run.ts';
import { disconnecting, givingUp, lostAnswer, plain, refreshing } from './scenarios.ts';
import type { Scenario } from './scenarios.ts';

export interface SuiteOptions {
  /** How many closes meet a fault; those without one, which find the points, come on top. */
  readonly runs: number;
  readonly seed: number;
  /** Closes under way at once. */
  readonly together: number;
  /** Parts that are struck, and closes for each of them. */
  readonly parts: readonly PartFault[];
  readonly perPart: number;
  /** Closes for random sequences. */
  readonly sequences: number;
  readonly turnedAwayMs: number;
  readonly log: (line: string) => void;
}

export interface SuiteResult {
  readonly outcomes: readonly Outcome[];
  /** Secrets and names that were found in what the workers logged. */
  readonly leaks: readonly string[];
  readonly workersKilled: number;
}

/** Every kind of fault, each met by closes of its own; `runs` of them in all, chosen and placed by the seed. */
export async function runSuite(options: SuiteOptions): Promise<SuiteResult> {
  const { runs, seed, together, parts, perPart, sequences, log } = options;
  const house = await startHouse(runs + recordings.length + spareCloses);
  try {
    const random = randomOf(seed);
    const closes: Accountant[] = [];
    const next = (): Accountant => {
      const close = new Accountant(house, closes.length);
      closes.push(close);
      return close;
    };

    const { outcomes: without, points } = await recordPoints(next, random);
    log(`${[...points.values()].flat().length} points in ${points.size} scenarios`);

    const single = chosen(
      singleFaults(points, options.turnedAwayMs),
      runs - parts.length * perPart - sequences,
      random,
    );
    const outcomes: Outcome[] = [...without];
    const told = (outcome: Outcome): Outcome => {
      outcomes.push(outcome);
      const broken = Object.entries(outcome.broken).map(
        ([name, what]) => `\n    BROKEN ${name}: ${what.join('; ')}`,
      );
      log(
        `${outcomes.length}. ${outcome.fault}: ${outcome.seconds.toFixed(1)} s${outcome.attentions.length > 0 ? ` (${outcome.attentions.join(', ')})` : ''}${broken.join('')}`,
      );
      return outcome;
    };

    const work: (() => Promise<Outcome>)[] = [
      ...single.map((fault) => {
        const variant = random.int(2 ** 31);
        return () => untilStruck(next, fault, variant);
      }),
      ...Array.from({ length: sequences }, () => {
        const close = next();
        const variant = random.int(2 ** 31);
        return () => modelRun(close, variant);
      }),
    ];
    await inParallel(random.shuffle(work), together, told);
    for (const part of parts) {
      const batch = Array.from({ length: perPart }, next);
      for (const outcome of await strikePart(house, part, batch, random)) told(outcome);
    }
    return { outcomes, leaks: await leaksIn(house, closes), workersKilled: house.workers.deaths() };
  } finally {
    await house.stop();
  }
}

const allScenarios: readonly Scenario[] = [plain, refreshing, lostAnswer, disconnecting, givingUp];

async function recordPoints(next: () => Accountant, random: Random) {
  const recorders = recordings.map((fault) => ({ fault, close: next(), variant: random.int(2 ** 31) }));
  const outcomes = await Promise.all(
    recorders.map(({ close, fault, variant }) => runFault(close, fault, variant)),
  );
  const points = new Map(recorders.map(({ fault, close }) => [fault.scenario, recorded(close)] as const));
  return { outcomes, points };
}

function singleFaults(points: ReadonlyMap<Scenario, readonly string[]>, turnedAwayMs: number): Fault[] {
  return [
    ...pointFaults(points),
    ...killedApprovals,
    simultaneousApprovals,
    parallelRefreshes,
    movedClock,
    ...wireFaults,
    ...turnedAway(turnedAwayMs),
    ...changingBooks,
  ];
}

/** So many of the faults: all of them in turn when there is room; else some of every group. */
function chosen(faults: readonly Fault[], count: number, random: Random): Fault[] {
  const groups = new Map<string, Fault[]>();
  for (const fault of random.shuffle(faults)) {
    groups.set(fault.group, [...(groups.get(fault.group) ?? []), fault]);
  }
  const inTurn: Fault[] = [];
  const queues = random.shuffle([...groups.values()]);
  while (queues.some((queue) => queue.length > 0)) {
    for (const queue of queues) {
      const fault = queue.shift();
      if (fault) inTurn.push(fault);
    }
  }
  return Array.from({ length: Math.max(0, count) }, (_, n) => inTurn[n % inTurn.length]!);
}

/** For what `untilStruck` runs once more. */
const spareCloses = 20;
const mostTries = 3;

/**
 * Closes share workers. When another fault's worker takes the attempt with it in which a point lies, the next attempt has less left to do
 * and may never come there: the fault then waits for another close.
 */
async function untilStruck(next: () => Accountant, fault: Fault, variant: number): Promise<Outcome> {
  for (let tries = 1; ; tries++) {
    const outcome = await runFault(next(), fault, variant);
    const isMissedAlone = Object.keys(outcome.broken).join() === 'the fault struck';
    if (!isMissedAlone || tries === mostTries) return outcome;
  }
}

const runFault = (close: Accountant, fault: Fault, variant: number): Promise<Outcome> =>
  judged(close, fault, async () => {
    await close.begin();
    const { moments, struck } = await fault.arm(close);
    await fault.scenario(close, moments, randomOf(variant));
    return struck;
  });

/** Closes that are all under way when a part is struck; each must have met a strike between its login and its end. */
async function strikePart(
  house: House,
  part: PartFault,
  closes: readonly Accountant[],
  random: Random,
): Promise<Outcome[]> {
  await Promise.all(closes.map((close) => close.begin()));
  let left = closes.length;
  let struck = false;
  const strike = (at: House): Promise<void> => {
    struck = true;
    return part.strike(at);
  };
  const striking = strikeWhile(house, { ...part, strike }, random, () => left === 0);
  return Promise.all(
    closes.map((close) => {
      const scenario = random.pick(allScenarios);
      const variant = random.int(2 ** 31);
      return judged(close, { name: part.name, group: `part: ${part.name}` }, async () => {
        try {
          await scenario(close, {}, randomOf(variant));
          const met = struck;
          return async () => met;
        } finally {
          left -= 1;
          // The invariants ask the part that is struck while others are under way.
          await striking;
        }
      });
    }),
  );
}

async function inParallel(
  work: readonly (() => Promise<Outcome>)[],
  together: number,
  told: (outcome: Outcome) => void,
): Promise<void> {
  const queue = [...work];
  const one = async (): Promise<void> => {
    for (let job = queue.shift(); job; job = queue.shift()) told(await job());
  };
  await Promise.all(Array.from({ length: together }, one));
}

async function leaksIn(house: House, closes: readonly Accountant[]): Promise<string[]> {
  const secrets = new Map<string, string>();
  for (const close of closes) for (const [name, secret] of await secretsOf(close)) secrets.set(secret, name);
  const logs = house.workers.logs();
  return [...secrets].filter(([secret]) => logs.includes(secret)).map(([, name]) => `${name} in a log`);
}
