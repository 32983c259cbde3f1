import { suiteInvariants } from './run.ts';
import type { Outcome } from './run.ts';
import { invariants } from './invariants.ts';
import type { SuiteResult } from './suite.ts';

/** As it is written to `out/chaos/summary.json`. */
export interface Summary {
  readonly runs: number;
  readonly broken: number;
  readonly byFault: readonly { readonly fault: string; readonly runs: number; readonly broken: number }[];
  readonly invariants: readonly {
    readonly invariant: string;
    readonly held: number;
    readonly broken: number;
  }[];
  readonly seed: number;
  readonly seconds: number;
  readonly workersKilled: number;
}

const noLeak = 'no token, secret or name in logs';
const allInvariants = [...suiteInvariants, ...Object.keys(invariants)];

export function summaryOf(
  { outcomes, leaks, workersKilled }: SuiteResult,
  seed: number,
  seconds: number,
): Summary {
  const isBroken = ({ broken }: Outcome): boolean => Object.keys(broken).length > 0;
  const faulted = outcomes.filter(({ group }) => group !== 'no fault');
  const names = [...new Set(outcomes.map(({ fault }) => fault))].toSorted();
  return {
    runs: faulted.length,
    broken: outcomes.filter(isBroken).length + leaks.length,
    byFault: names.map((fault) => {
      const runs = outcomes.filter((outcome) => outcome.fault === fault);
      return { fault, runs: runs.length, broken: runs.filter(isBroken).length };
    }),
    invariants: [
      ...allInvariants.map((invariant) => {
        const broken = outcomes.filter((outcome) => invariant in outcome.broken).length;
        return { invariant, held: outcomes.length - broken, broken };
      }),
      { invariant: noLeak, held: leaks.length === 0 ? outcomes.length : 0, broken: leaks.length },
    ],
    seed,
    seconds,
    workersKilled,
  };
}

/** Groups of faults against what broke in them, for people. */
export function tablesOf({ outcomes }: SuiteResult, summary: Summary): string {
  const groups = [...new Set(outcomes.map(({ group }) => group))].toSorted();
  const rows = groups.map((group) => {
    const runs = outcomes.filter((outcome) => outcome.group === group);
    const broken = runs.filter((outcome) => Object.keys(outcome.broken).length > 0).length;
    const asked = runs.filter(({ attentions }) => attentions.length > 0).length;
    return [group, new Set(runs.map(({ fault }) => fault)).size, runs.length, asked, broken] as const;
  });
  return [
    table(['faults', 'kinds', 'runs', 'a person was asked', 'broken'], rows),
    table(
      ['invariant', 'held', 'broken'],
      summary.invariants.map(({ invariant, held, broken }) => [invariant, held, broken] as const),
    ),
  ].join('\n\n');
}

/** The report as it is committed: the figures, and the command that repeats them. */
export function reportOf(result: SuiteResult, summary: Summary): string {
  const { runs, broken, seed, seconds, workersKilled } = summary;
  return `# Faults tried against what must hold

\`npm run chaos -- --runs ${runs} --seed ${seed}\` repeats it; the same seed chooses the same faults and variants, while the moment at which a process dies beside the
others is the machine's. \`out/chaos/summary.json\` has every fault by name.

**${runs} fault runs, ${broken} broken, ${workersKilled} workers killed, ${seconds} seconds.**

Each run is a close of its own, from login to binder, on a Postgres, a Temporal server on its file and a sandbox that all of them share, with two worker processes that take over from each
other. A fault that did not strike (its attempt died with another's worker) meets up to two closes more; then it counts as broken. Points are around every transaction of an activity and around every call that changes something at Fortnox; the runs without a fault find them.

${tablesOf(result, summary)}
`;
}

function table(head: readonly string[], rows: readonly (readonly (string | number)[])[]): string {
  const widths = head.map((title, column) =>
    Math.max(title.length, ...rows.map((row) => String(row[column]).length)),
  );
  const line = (cells: readonly (string | number)[]): string =>
    `| ${cells.map((cell, n) => (typeof cell === 'number' ? String(cell).padStart(widths[n] ?? 0) : cell.padEnd(widths[n] ?? 0))).join(' | ')} |`;
  const rule = `|${widths.map((width, n) => (n === 0 ? '-'.repeat(width + 2) : `${'-'.repeat(width + 1)}:`)).join('|')}|`;
  return [line(head), rule, ...rows.map(line)].join('\n');
}
