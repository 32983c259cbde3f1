import type { Accountant } from './accountant.ts';
import type { Fault } from './faults.ts';
import { invariants } from './invariants.ts';

/** What came of one close that met a fault. */
export interface Outcome {
  readonly fault: string;
  readonly group: string;
  readonly index: number;
  /** What broke, by invariant. */
  readonly broken: Readonly<Record<string, readonly string[]>>;
  readonly attentions: readonly string[];
  readonly seconds: number;
  readonly startedAtMs: number;
  readonly endedAtMs: number;
}

/** A close that comes to its end; and a fault that never struck proves nothing, so that is an invariant of the suite itself. */
export const suiteInvariants = ['the close comes to an end', 'the fault struck'] as const;

/** Runs a close, which answers how to ask whether its fault struck, and looks at every invariant afterwards. */
export async function judged(
  close: Accountant,
  fault: Pick<Fault, 'name' | 'group'>,
  run: (close: Accountant) => Promise<() => Promise<boolean>>,
): Promise<Outcome> {
  const startedAtMs = Date.now();
  const broken: Record<string, readonly string[]> = {};
  let struck: (() => Promise<boolean>) | undefined;
  try {
    struck = await run(close);
  } catch (error) {
    broken['the close comes to an end'] = [
      error instanceof Error ? (error.stack ?? error.message) : String(error),
    ];
  }
  const endedAtMs = Date.now();
  for (const [name, check] of Object.entries(invariants)) {
    try {
      const found = await check(close);
      if (found.length > 0) broken[name] = found;
    } catch (error) {
      broken[name] = [String(error)];
    }
  }
  // After the invariants, which wait for what goes on behind a close that has ended.
  if (struck && !(await struck())) broken['the fault struck'] = ['it did not'];
  return {
    fault: fault.name,
    group: fault.group,
    index: close.index,
    broken,
    attentions: close.attentions,
    seconds: (endedAtMs - startedAtMs) / 1_000,
    startedAtMs,
    endedAtMs,
  };
}
