import type { BenchResult } from './sie-read.ts';

export async function elapsedMs(work: () => unknown): Promise<number> {
  const start = performance.now();
  await work();
  return performance.now() - start;
}

export const median = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[values.length >> 1]!;

/** Medians of some pieces of work done in turns, so that all meet the same load; one turn goes first, to warm up. */
export async function inTurns<Name extends string>(
  rounds: number,
  works: Readonly<Record<Name, () => unknown>>,
): Promise<Record<Name, number>> {
  const names = Object.keys(works) as Name[];
  const times = new Map(names.map((name) => [name, [] as number[]]));
  for (let round = 0; round <= rounds; round++) {
    for (const name of names) {
      const took = await elapsedMs(works[name]);
      if (round > 0) times.get(name)!.push(took);
    }
  }
  return Object.fromEntries(names.map((name) => [name, median(times.get(name)!)])) as Record<Name, number>;
}

/** A figure that may be at most, or must be at least, its target. */
export function figure(
  name: string,
  value: number,
  unit: string,
  better: 'higher' | 'lower',
  target: number,
): BenchResult {
  return {
    name,
    value,
    unit,
    target,
    better,
    holds: better === 'higher' ? value >= target : value <= target,
  };
}

/** For the reader: what the machine gave, with no target of its own. */
export const aside = (name: string, value: number, unit: string): BenchResult => ({
  name,
  value,
  unit,
  target: 0,
  better: 'higher',
  holds: true,
});
