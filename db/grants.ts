import { readMigrationFiles } from 'drizzle-orm/migrator';
import type postgres from 'postgres';

/**
 * Says again, in their order, what the migrations have granted and revoked. That changes nothing where they were applied; but a
 * database that was restored where the application's role was not has lost each GRANT to it, and no migration is due that gives it back.
 */
export async function grantAgain(sql: postgres.Sql, migrationsFolder: string): Promise<void> {
  const statements = readMigrationFiles({ migrationsFolder }).flatMap((migration) =>
    migration.sql.flatMap((text) => text.match(/^(?:GRANT|REVOKE)\b[^;]+;?/gm) ?? []),
  );
  await sql.begin(async (tx) => {
    for (const statement of statements) await tx.unsafe(statement);
  });
}
