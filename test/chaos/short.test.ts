import { expect, it } from 'vitest';
import { partFaults } from './part-faults.ts';
import { summaryOf } from './report.ts';
import { runSuite } from './suite.ts';

/** The short form of `npm run chaos`: some of every kind of fault, against every invariant. A minute or two on a machine that has nothing else to do. */
it('a close holds what it promises, whatever fails on the way', { timeout: 400_000 }, async () => {
  const lines: string[] = [];
  const result = await runSuite({
    runs: 14,
    seed: 7,
    together: 7,
    parts: partFaults(3_000).filter(({ name }) => /Postgres/.test(name)),
    perPart: 2,
    sequences: 1,
    turnedAwayMs: 2_000,
    log: (line) => lines.push(line),
  });
  expect(
    result.outcomes.flatMap(({ fault, broken }) => Object.entries(broken).map((one) => [fault, ...one])),
  ).toEqual([]);
  expect(result.leaks).toEqual([]);
  expect(summaryOf(result, 7, 0)).toMatchObject({ runs: 14, broken: 0 });
  expect(lines).toHaveLength(15);
});
