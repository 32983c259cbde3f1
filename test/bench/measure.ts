import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import type { BenchResult } from './sie-read.ts';

setFlagsFromString('--expose-gc');
export const collectGarbage = runInNewContext('gc') as () => void;

/** For suites that take long. */
export interface BenchOptions {
  /** Smaller numbers: a look in two or three minutes, not the figures to quote. */
  readonly quick: boolean;
  /** Only this part of the suite. */
  readonly part: string | undefined;
  /** The books: the SIE readers that others have as well. */
  readonly peers: boolean;
}

export async function elapsedMs(work: () => unknown): Promise<number> {
  const start = performance.now();
  await work();
  return performance.now() - start;
}

export const median = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[values.length >> 1]!;

/** What 95 of 100 are not above. */
export const p95 = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[Math.ceil(values.length * 0.95) - 1]!;

/** The median of a / b where each pair was measured one right after the other, so that both met the same load. */
export const pairedRatio = (a: readonly number[], b: readonly number[]): number =>
  median(a.map((value, index) => value / b[index]!));

/**
 * What some pieces of work took, done in turns, so that all meet the same load; one turn goes first, to warm up.
 *
 * @param between before each piece: `collectGarbage`, where one leaves so much that the next would pay for it
 */
export async function inTurns<Name extends string>(
  rounds: number,
  works: Readonly<Record<Name, () => unknown>>,
  between?: () => void,
): Promise<Record<Name, readonly number[]>> {
  const names = Object.keys(works) as Name[];
  const times = Object.fromEntries(names.map((name) => [name, []])) as unknown as Record<Name, number[]>;
  for (let round = 0; round <= rounds; round++) {
    for (const name of names) {
      between?.();
      const took = await elapsedMs(works[name]);
      if (round > 0) times[name].push(took);
    }
  }
  return times;
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
