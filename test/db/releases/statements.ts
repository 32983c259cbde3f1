import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { drizzle } from 'drizzle-orm/postgres-js';
import postgres from 'postgres';
import type { Database } from '../../../db/database.ts';

/** What a release asks of the database, in its order, as its drivers sent it. */
export interface Release {
  /** The last migration that it was made with. */
  readonly migration: string;
  readonly statements: readonly Statement[];
}

interface Statement {
  readonly text: string;
  readonly parameters: readonly unknown[];
}

const fileOf = (version: string): string => fileURLToPath(new URL(`${version}.json`, import.meta.url));

export const readRelease = (version: string): Release =>
  JSON.parse(readFileSync(fileOf(version), 'utf8')) as Release;

/** Before a release goes out, with BOKSLUT_RECORD set. */
export function writeWhenAsked(version: string, release: Release): void {
  if (!process.env['BOKSLUT_RECORD']) return;
  writeFileSync(fileOf(version), `${JSON.stringify(release, undefined, 1)}\n`);
}

/**
 * Has new rows get the same ids in every run, so that what was recorded can be played again: they are counted within the
 * session, and a transaction that is rolled back begins anew.
 */
export async function countIds(admin: postgres.Sql): Promise<void> {
  await admin.unsafe(`
    create function counted_uuid() returns uuid language plpgsql volatile as $$
    declare n int := coalesce(nullif(current_setting('counted.ids', true), '')::int, 0) + 1;
    begin
      perform set_config('counted.ids', n::text, false);
      return ('00000000-0000-4000-8000-' || lpad(to_hex(n), 12, '0'))::uuid;
    end $$;
    do $$ declare c record; begin
      for c in select table_name, column_name from information_schema.columns
        where table_schema = 'public' and column_default = 'gen_random_uuid()'
      loop execute format('alter table %I alter %I set default counted_uuid()', c.table_name, c.column_name); end loop;
    end $$`);
}

/** A database as the stores know it, which writes down all that they ask of it. */
export function recording(appUrl: string, into: Statement[]): Database {
  const sql = postgres(appUrl, {
    max: 1,
    onnotice: () => undefined,
    fetch_types: false,
    debug: (_, text, parameters) => {
      if (!isOfTheDriver(text)) into.push({ text, parameters: (parameters as unknown[]).map(pack) });
    },
  });
  drizzle(sql);
  return {
    sql,
    end: () => sql.end(),
    forFirm: async <T>(firmId: string, work: Parameters<Database['forFirm']>[1]) =>
      (await sql.begin(async (transaction) => {
        await transaction`select set_config('bokslut.firm_id', ${firmId}, true)`;
        const client = Object.assign(transaction, { options: sql.options }) as unknown as postgres.Sql;
        return work({ firmId, db: drizzle(client), sql: transaction });
      })) as T,
  };
}

/** Plays a release's statements in one transaction, which leaves nothing behind. Answers the longest that one took. */
export async function play(sql: postgres.Sql, { statements }: Release): Promise<{ longestMs: number }> {
  let longestMs = 0;
  const rollBack = new Error('as planned');
  try {
    await sql.begin(async (transaction) => {
      for (const { text, parameters } of statements) {
        const begun = performance.now();
        await transaction.unsafe(text, parameters.map(unpack) as never[]);
        longestMs = Math.max(longestMs, performance.now() - begun);
      }
      throw rollBack;
    });
  } catch (error) {
    if (error !== rollBack) throw error;
  }
  return { longestMs };
}

/** Transactions are the player's own, and a COPY's rows are not among the statements. */
const isOfTheDriver = (text: string): boolean =>
  /^\s*(begin|commit|rollback|copy|savepoint|release)\b/i.test(text);

function pack(value: unknown): unknown {
  const plain =
    typeof value === 'object' && value !== null && 'value' in value && 'type' in value ? value.value : value;
  if (plain instanceof Uint8Array) return { bytes: Buffer.from(plain).toString('base64') };
  if (plain instanceof Date) return { moment: plain.toISOString() };
  return plain;
}

function unpack(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if ('bytes' in value) return Buffer.from(String(value.bytes), 'base64');
  if ('moment' in value) return new Date(String(value.moment));
  return value;
}
