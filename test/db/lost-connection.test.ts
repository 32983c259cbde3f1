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

/** What the driver throws outside of every promise has come when another connection has answered. */
const expectNothingElse = async (): Promise<void> => {
  await expect(opened.database.forFirm(firmId, (tx) => getFirm(tx))).rejects.toBeInstanceOf(Problem);
  expect(uncaught).toEqual([]);
};

describe('a transaction whose connection is lost', () => {
  it('while a query runs: fails, ends nothing else, and the next one works', async () => {
    const broken = opened.database.forFirm(firmId, async (tx) => {
      await createFirm(tx, { name: 'Byrån' });
      void endSessions();
      await tx.sql`select pg_sleep(60)`;
    });
    await expect(broken).rejects.toThrow();
    await expectNothingElse();
  });

  it('between two queries: fails, ends nothing else, and the next one works', async () => {
    const broken = opened.database.forFirm(firmId, async (tx) => {
      await createFirm(tx, { name: 'Byrån' });
      await endSessions();
      await tx.sql`select`;
    });
    await expect(broken).rejects.toThrow();
    await expectNothingElse();
  });

  it('while it waits for something else: fails at once, and ends no process when that goes well', async () => {
    let goOn: (() => void) | undefined;
    const broken = opened.database.forFirm(firmId, async () => {
      await endSessions();
      await new Promise<void>((resolve) => (goOn = resolve));
    });
    await expect(broken).rejects.toThrow();
    goOn?.();
    await expectNothingElse();
  });
});
