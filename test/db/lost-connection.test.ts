import { setTimeout as sleep } from 'node:timers/promises';
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Problem } from '../../accounting/problem.ts';
import { createFirm, getFirm } from '../../db/stores/firms.ts';
import { openTestDatabase } from './support.ts';
import type { OpenTestDatabase } from './support.ts';

let opened: OpenTestDatabase;
const uncaught: unknown[] = [];
const catchAll = (error: unknown): void => void uncaught.push(error);

beforeAll(async () => {
  opened = await openTestDatabase();
  process.on('uncaughtException', catchAll);
});
afterAll(async () => {
  process.off('uncaughtException', catchAll);
  await opened.close();
});

const firmId = randomUUID();

/** As a Postgres that stops: every session of the application is ended. */
const endSessions = async (): Promise<void> => {
  await opened.admin`select pg_terminate_backend(pid) from pg_stat_activity
    where datname = current_database() and application_name = 'bokslut'`;
};

/** What the driver throws outside of every promise comes a moment later. */
const settled = () => sleep(50);

describe('a transaction whose connection is lost', () => {
  it.each([
    ['while a query runs', (ask: () => Promise<unknown>) => ask()],
    ['between two queries', async (ask: () => Promise<unknown>) => (await sleep(100), ask())],
  ])('%s: fails, ends nothing else, and the next one works', async (_, wait) => {
    const broken = opened.database.forFirm(firmId, async (tx) => {
      await createFirm(tx, { name: 'Byrån' });
      void endSessions();
      await wait(async () => tx.sql`select pg_sleep(5)`);
    });
    await expect(broken).rejects.toThrow();
    await settled();
    expect(uncaught).toEqual([]);
    const after = opened.database.forFirm(firmId, (tx) => getFirm(tx));
    await expect(after).rejects.toBeInstanceOf(Problem);
  });

  it('while it waits for something else: fails at once', async () => {
    const began = performance.now();
    const broken = opened.database.forFirm(firmId, async () => {
      await endSessions();
      await sleep(2_000);
    });
    await expect(broken).rejects.toThrow();
    expect(performance.now() - began).toBeLessThan(1_500);
    await settled();
    expect(uncaught).toEqual([]);
  });
});
