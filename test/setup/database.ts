import { randomBytes } from 'node:crypto';
import { inject } from 'vitest';
import { appRole } from '../../db/migrate.ts';
import { onServer } from '../../dev/postgres-given.ts';

export interface TestDatabase {
  /** As the owner of the tables, whom row-level security does not bind. */
  readonly adminUrl: string;
  /** As the application, whom it binds. */
  readonly appUrl: string;
  drop(): Promise<void>;
}

/** A migrated, empty database of the caller's own: one per test file is enough. About 50 ms. */
export async function createTestDatabase(): Promise<TestDatabase> {
  const serverUrl = inject('postgresAdminUrl');
  const name = `test_${randomBytes(6).toString('hex')}`;
  await onServer(serverUrl, async (sql) => {
    await sql.unsafe(`create database ${name} template ${inject('postgresTemplate')}`);
    // The rights on a database itself are not cloned with it.
    await sql.unsafe(`grant connect, temporary on database ${name} to ${appRole}`);
  });
  const adminUrl = databaseUrl(serverUrl, name);
  const appUrl = new URL(adminUrl);
  appUrl.username = appRole;
  appUrl.password = inject('postgresAppPassword');
  return {
    adminUrl,
    appUrl: appUrl.toString(),
    drop: () => onServer(serverUrl, (sql) => sql.unsafe(`drop database ${name} with (force)`)),
  };
}

function databaseUrl(serverUrl: string, name: string): string {
  const url = new URL(serverUrl);
  url.pathname = `/${name}`;
  return url.toString();
}
