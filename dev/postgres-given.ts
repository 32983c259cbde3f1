import { randomBytes } from 'node:crypto';
import postgres from 'postgres';

/**
 * A database of this run's own on somebody's server, dropped at the end: what the person keeps there is not touched.
 *
 * @throws Error when the role may not create databases
 */
export async function ownDatabaseOn(serverUrl: string): Promise<{ adminUrl: string; stop(): Promise<void> }> {
  const name = `bokslut_run_${randomBytes(6).toString('hex')}`;
  try {
    await onServer(serverUrl, (sql) => sql.unsafe(`create database ${name}`));
  } catch (error) {
    throw new Error(
      `The server of DATABASE_URL gives no database for this run: ${String(error)}. ` +
        'Let its role create databases (alter role … createdb), or unset DATABASE_URL to use the embedded Postgres.',
      { cause: error },
    );
  }
  const url = new URL(serverUrl);
  url.pathname = `/${name}`;
  return {
    adminUrl: url.toString(),
    stop: () => onServer(serverUrl, (sql) => sql.unsafe(`drop database if exists ${name} with (force)`)),
  };
}

/** One connection for one piece of work. */
export async function onServer(
  url: string,
  work: (sql: postgres.Sql) => PromiseLike<unknown>,
): Promise<void> {
  const sql = postgres(url, { max: 1, onnotice: () => undefined });
  try {
    await work(sql);
  } finally {
    await sql.end();
  }
}
