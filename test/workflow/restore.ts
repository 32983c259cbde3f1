import { randomBytes } from 'node:crypto';
import { appRole } from '../../db/migrate.ts';
import { onServer } from '../../dev/postgres-given.ts';
import type { TestDatabase } from '../setup/database.ts';

export interface Backup {
  /** Puts the database back to the moment of the backup; whoever is connected is thrown out. */
  restore(): Promise<void>;
  drop(): Promise<void>;
}

/** A copy of the database as it stands, as a backup or a point in its write-ahead log. Whoever is connected is thrown out. */
export async function backUp({ adminUrl }: TestDatabase): Promise<Backup> {
  const url = new URL(adminUrl);
  const name = url.pathname.slice(1);
  const copy = `backup_${randomBytes(6).toString('hex')}`;
  url.pathname = '/postgres';
  const serverUrl = url.toString();
  const throwOut = (database: string): string =>
    `select pg_terminate_backend(pid) from pg_stat_activity where datname = '${database}'`;
  await onServer(serverUrl, async (sql) => {
    await sql.unsafe(`alter database ${name} allow_connections false`);
    await sql.unsafe(throwOut(name));
    await sql.unsafe(`create database ${copy} template ${name}`);
    await sql.unsafe(`alter database ${name} allow_connections true`);
  });
  return {
    restore: () =>
      onServer(serverUrl, async (sql) => {
        await sql.unsafe(`drop database ${name} with (force)`);
        await sql.unsafe(`create database ${name} template ${copy}`);
        await sql.unsafe(`grant connect, temporary on database ${name} to ${appRole}`);
      }),
    drop: () => onServer(serverUrl, (sql) => sql.unsafe(`drop database if exists ${copy} with (force)`)),
  };
}
