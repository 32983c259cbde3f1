import { setTimeout as sleep } from 'node:timers/promises';
import { readMigrationFiles } from 'drizzle-orm/migrator';
import type { MigrationMeta } from 'drizzle-orm/migrator';
import type postgres from 'postgres';

/**
 * A change of a table waits for whoever uses it, and whoever comes after waits behind the change. So it waits for a moment,
 * lets the others through, and tries again. The moment is well below Postgres' deadlock_timeout of a second, so that of two
 * that wait for each other it is the migration that gives way.
 */
const lockTimeoutMs = 300;
const attempts = 300;
const pauseMs = 500;
/** lock_not_available, deadlock_detected: nothing was done. */
const busy: ReadonlySet<string> = new Set(['55P03', '40P01']);

/**
 * Applies the migrations that the database has not had, each in a transaction of its own, while the program runs.
 * One that says CONCURRENTLY runs without a transaction and must be repeatable.
 * @param sql one connection of the tables' owner
 */
export async function applyMigrations(sql: postgres.Sql, migrationsFolder: string): Promise<void> {
  // drizzle-kit's own bookkeeping, in its own words.
  await sql`create schema if not exists drizzle`;
  await sql`create table if not exists drizzle.__drizzle_migrations (id serial primary key, hash text not null, created_at bigint)`;
  const [last] = await sql<
    { when: string | null }[]
  >`select max(created_at) as when from drizzle.__drizzle_migrations`;
  const due = readMigrationFiles({ migrationsFolder }).filter(
    ({ folderMillis }) => folderMillis > Number(last?.when ?? 0),
  );
  for (const migration of due) await patiently(() => apply(sql, migration));
}

async function apply(sql: postgres.Sql, migration: MigrationMeta): Promise<void> {
  const done = (on: postgres.Sql | postgres.TransactionSql) =>
    on`insert into drizzle.__drizzle_migrations (hash, created_at) values (${migration.hash}, ${migration.folderMillis})`;
  if (migration.sql.some((statement) => /\bconcurrently\b/i.test(statement))) {
    for (const statement of migration.sql) await sql.unsafe(statement);
    await done(sql);
    return;
  }
  await sql.begin(async (transaction) => {
    await transaction.unsafe(`set local lock_timeout = ${lockTimeoutMs}`);
    for (const statement of migration.sql) await transaction.unsafe(statement);
    await done(transaction);
  });
}

async function patiently(run: () => Promise<void>): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await run();
    } catch (error) {
      const isBusy = error instanceof Error && 'code' in error && busy.has(String(error.code));
      if (!isBusy || attempt === attempts) throw error;
      await sleep(pauseMs);
    }
  }
}
