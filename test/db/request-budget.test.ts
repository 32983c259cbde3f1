import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { acquireRequest, budgetKey, penalise } from '../../db/stores/request-budget.ts';
import { codeOf, openTestDatabase } from './support.ts';
import type { OpenTestDatabase } from './support.ts';

let opened: OpenTestDatabase;

beforeAll(async () => {
  opened = await openTestDatabase();
});

afterAll(() => opened.close());

it(
  'never lets more than 25 leave in any 5 seconds, eight processes asking at once',
  { timeout: 90_000 },
  async () => {
    const each = 8;
    const callers = Array.from({ length: 8 }, () => startCaller(opened.appUrl, each));
    await Promise.all(callers.map((caller) => caller.nextLine()));
    for (const caller of callers) caller.begin();
    const lines = await Promise.all(callers.map((caller) => caller.nextLine()));
    const times = lines.flatMap((line): number[] => JSON.parse(line)).toSorted((a, b) => a - b);
    expect(times).toHaveLength(8 * each);
    const spans = times.slice(25).map((time, index) => time - times[index]!);
    expect(Math.min(...spans)).toBeGreaterThan(5_000);
  },
);

function startCaller(url: string, count: number) {
  const program = fileURLToPath(new URL('budget-caller.ts', import.meta.url));
  const child = spawn(process.execPath, ['--import', 'tsx', program, url, String(count)], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const lines = createInterface(child.stdout)[Symbol.asyncIterator]();
  return {
    begin: () => child.stdin.end('go\n'),
    nextLine: async (): Promise<string> => (await lines.next()).value ?? '',
  };
}

it('counts each client and tenant for itself, and says so when the wait is longer than one will wait', async () => {
  const key = budgetKey('client', 'a');
  const acquire = (longestWaitMs: number, of = key) => acquireRequest(opened.database, of, { longestWaitMs });
  for (let n = 0; n < 25; n += 1) await acquire(0);
  expect(await codeOf(acquire(100))).toBe('fortnox.busy');
  await acquire(0, budgetKey('client', 'b'));
  await acquire(0, budgetKey('other', 'a'));
  // What was refused took nothing: the row still holds 25 times, all of them past.
  const [row] = await opened.admin<{ past: number }[]>`
    select count(*)::int as past from request_budget, unnest(grants) g
    where key = ${Buffer.from(key, 'hex')} and g <= clock_timestamp()`;
  expect(row).toEqual({ past: 25 });
});

it('sends nothing while Fortnox asks us to stay away', async () => {
  const key = budgetKey('client', 'c');
  const untilMs = Date.now() + 600;
  await penalise(opened.database, key, untilMs);
  await penalise(opened.database, key, untilMs - 500);
  await acquireRequest(opened.database, key, { longestWaitMs: 5_000 });
  expect(Date.now()).toBeGreaterThanOrEqual(untilMs);
});

it('asks again when it was told to stay away while it waited', async () => {
  const key = budgetKey('client', 'd');
  await penalise(opened.database, key, Date.now() + 300);
  const waiting = acquireRequest(opened.database, key, { longestWaitMs: 5_000 });
  const untilMs = Date.now() + 900;
  await penalise(opened.database, key, untilMs);
  await waiting;
  expect(Date.now()).toBeGreaterThanOrEqual(untilMs);
});

it('can be called off while it waits', async () => {
  const key = budgetKey('client', 'e');
  await penalise(opened.database, key, Date.now() + 60_000);
  const cancel = new AbortController();
  const waiting = acquireRequest(opened.database, key, { longestWaitMs: 120_000, signal: cancel.signal });
  cancel.abort(new Error('called off'));
  await expect(waiting).rejects.toThrow('aborted');
});
