import { randomUUID } from 'node:crypto';
import postgres from 'postgres';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { openDatabase } from '../../db/database.ts';
import { budgetKey, penalise } from '../../db/stores/request-budget.ts';
import { codeOf, newEngagement, openTestDatabase } from './support.ts';
import type { OpenTestDatabase } from './support.ts';
import { wholeClose } from './whole-close.ts';

/** Tables without a firm, each with its reason in the schema. A new name here needs one too. */
const withoutFirm = ['request_budget'];
/** Lies behind record_versions and takes rows alone; a describe of its own has the rest. */
const intake = 'first_versions';
const appendOnly = [
  'adjustment_revisions',
  'approvals',
  'attachments',
  'exchange_rates',
  'files',
  intake,
  'processing_history',
  'raw_files',
  'record_versions',
  'sign_offs',
  'snapshots',
];

const refused = '42501';

let opened: OpenTestDatabase;
let tables: string[];
let victim: string;
let stranger: string;

beforeAll(async () => {
  opened = await openTestDatabase();
  const rows = await opened.admin<{ tablename: string }[]>`
    select tablename from pg_tables where schemaname = 'public' order by tablename`;
  tables = rows.map(({ tablename }) => tablename).filter((table) => !withoutFirm.includes(table));
  victim = (await wholeClose(opened.database)).firmId;
  stranger = (await newEngagement(opened.database)).firmId;
  await penalise(opened.database, budgetKey('client', '1'), Date.now());
});

afterAll(() => opened.close());

/** The SQLSTATE of what the statement came to as the application in that firm, or the rows that it reached. */
async function attempt(firmId: string | undefined, statement: string, parameters: string[] = []) {
  try {
    return await opened.database.sql.begin(async (sql) => {
      if (firmId !== undefined) await sql`select set_config('bokslut.firm_id', ${firmId}, true)`;
      return (await sql.unsafe(statement, parameters)).count;
    });
  } catch (error) {
    if (error instanceof postgres.PostgresError) return error.code;
    throw error;
  }
}

const rowsOf = async (table: string, firmId: string): Promise<string[]> => {
  const rows = await opened.admin<{ row: string }[]>`
    select to_jsonb(t)::text as row from ${opened.admin(table)} t where firm_id = ${firmId} order by 1`;
  return rows.map(({ row }) => row);
};

describe('every table', () => {
  it('has a row of the firm that is to be protected, or the tests below prove nothing', async () => {
    expect(tables.length).toBeGreaterThan(20);
    for (const table of tables)
      expect([table, (await rowsOf(table, victim)).length > 0]).toEqual([table, true]);
  });

  it('is closed by forced row-level security and belongs to another role', async () => {
    const rows = await opened.admin<{ relname: string }[]>`
      select relname from pg_class where relnamespace = 'public'::regnamespace and relkind in ('r', 'p')
        and (not relrowsecurity or not relforcerowsecurity or pg_get_userbyid(relowner) = 'bokslut_app')`;
    expect(rows.map(({ relname }) => relname).toSorted()).toEqual([intake, ...withoutFirm]);
  });

  it('shows nothing to another firm or to none', async () => {
    for (const table of tables) {
      if (table === intake) continue;
      const query = `select 1 from ${table} where firm_id = $1`;
      expect([table, await attempt(stranger, query, [victim])]).toEqual([table, 0]);
      expect([table, await attempt(undefined, `select 1 from ${table}`)]).toEqual([table, 0]);
      expect([table, (await attempt(victim, query, [victim])) !== 0]).toEqual([table, true]);
    }
  });

  it('takes no change, removal or addition from another firm', async () => {
    for (const table of tables) {
      const before = await rowsOf(table, victim);
      const columns = await opened.admin<{ column_name: string }[]>`
        select column_name from information_schema.columns where table_schema = 'public' and table_name = ${table}`;
      for (const { column_name: column } of columns) {
        const reach = `update ${table} set ${column} = default where firm_id <> current_firm()`;
        expect([column, await attempt(stranger, reach)]).toEqual([column, expect.toBeOneOf([refused, 0])]);
      }
      expect([refused, 0]).toContain(
        await attempt(stranger, `delete from ${table} where firm_id = $1`, [victim]),
      );
      expect([table, await attempt(stranger, `truncate ${table} cascade`)]).toEqual([table, refused]);
      const add = `insert into ${table} overriding system value select * from jsonb_populate_record(null::${table}, $1::text::jsonb)`;
      expect([table, await attempt(stranger, add, [before[0]!])]).toEqual([table, refused]);
      expect([table, await attempt(undefined, add, [before[0]!])]).toEqual([table, refused]);
      expect([table, await rowsOf(table, victim)]).toEqual([table, before]);
    }
  });

  it('lets no row change its firm', async () => {
    for (const table of tables) {
      const move = await attempt(victim, `update ${table} set firm_id = $1`, [stranger]);
      expect([table, move]).toEqual([table, refused]);
    }
  });

  it('has no row that points into another firm', async () => {
    const loose = await opened.admin<{ constraint: string }[]>`
      select conname as constraint from pg_constraint c
      where contype = 'f' and connamespace = 'public'::regnamespace and not exists (
        select from unnest(c.conkey) k join pg_attribute a on a.attrelid = c.conrelid and a.attnum = k
        where a.attname = 'firm_id')`;
    expect(loose.map(({ constraint }) => constraint)).toEqual([]);
  });
});

describe('the table that first snapshots are copied into', () => {
  const add = (columns: string, values: string): string =>
    `insert into first_versions (${columns}) values (${values})`;
  const own = 'engagement_id, kind, key, since_seq, hash, content';
  const values = (key: string): string => `gen_random_uuid(), 'voucher', '${key}', 1, '\\x00', '{}'`;

  it('takes rows of the transaction’s firm alone, which is not named', async () => {
    expect(await attempt(stranger, add(own, values('theirs')))).toBe(1);
    expect(await rowsOf(intake, stranger)).toEqual([expect.stringContaining('theirs')]);
    const named = add(`firm_id, ${own}`, `'${victim}', ${values('ours')}`);
    expect(await attempt(stranger, named)).toBe(refused);
    expect(await attempt(victim, named)).toBe(refused);
    // not_null_violation
    expect(await attempt(undefined, add(own, values('nobody')))).toBe('23502');
  });

  it('is read through record_versions, behind its policy', async () => {
    for (const query of ['select key from first_versions', 'copy first_versions to stdout'])
      expect([query, await attempt(victim, query)]).toEqual([query, refused]);
    const query = `select 1 from record_versions where key = 'theirs'`;
    expect(await attempt(stranger, query)).toBe(1);
    expect(await attempt(victim, query)).toBe(0);
    expect(await attempt(undefined, query)).toBe(0);
  });

  it('takes the rows of a first snapshot alone', async () => {
    const later = add(own, values('later').replace(', 1,', ', 2,'));
    // check_violation
    expect(await attempt(stranger, later)).toBe('23514');
  });
});

describe('what is append-only', () => {
  it('cannot be changed or removed by the application', async () => {
    for (const table of appendOnly) {
      const columns = await opened.admin<{ column_name: string }[]>`
        select column_name from information_schema.columns where table_schema = 'public' and table_name = ${table}`;
      for (const { column_name: column } of columns) {
        const outcome = await attempt(victim, `update ${table} set ${column} = default`);
        expect([table, column, outcome]).toEqual([table, column, refused]);
      }
      expect([table, await attempt(victim, `delete from ${table}`)]).toEqual([table, refused]);
    }
  });

  it('cannot be changed or removed by the owner', async () => {
    for (const table of appendOnly) {
      const update = `update ${table} set firm_id = firm_id`;
      for (const statement of [update, `delete from ${table}`, `truncate ${table} cascade`]) {
        const outcome = await opened.admin.unsafe(statement).then(
          () => 'done',
          (error: postgres.PostgresError) => error.code,
        );
        expect([statement, outcome]).toEqual([statement, 'BK001']);
      }
    }
  });
});

describe('the application role', () => {
  it('cannot open the doors', async () => {
    const statements = [
      'alter table firms disable row level security',
      'alter table snapshots disable trigger all',
      'drop policy own_firm on firms',
      'create policy open on firms using (true)',
      'drop table approvals',
      'create table mine (id int)',
      'alter role bokslut_app bypassrls',
      "set session_replication_role = 'replica'",
      'set role postgres',
      'create or replace function current_firm() returns uuid language sql as $$ select null::uuid $$',
    ];
    for (const statement of statements)
      expect([statement, await attempt(victim, statement)]).toEqual([statement, refused]);
  });

  it('has six functions that look past the doors, and they answer with ids or counts alone', async () => {
    const rows = await opened.admin<{ name: string; result: string }[]>`
      select proname as name, pg_get_function_result(oid) as result from pg_proc
      where prosecdef and pronamespace = 'public'::regnamespace order by 1`;
    expect(rows.map(({ name, result }) => [name, result])).toEqual([
      ['due_deliveries', 'TABLE(firm_id uuid, id uuid)'],
      ['firm_ids', 'TABLE(firm_id uuid)'],
      ['firms_of_subject', 'TABLE(firm_id uuid, user_id uuid)'],
      ['operating_figures', 'TABLE(figure text, label text, value double precision)'],
      ['undelivered_signals', 'TABLE(firm_id uuid, id uuid)'],
      ['unsent_notifications', 'TABLE(firm_id uuid, id uuid)'],
    ]);
  });

  it('is the only one that the program runs as', async () => {
    expect(await codeOf(openDatabase(inject('postgresAdminUrl')))).toBe('database.not-migrated');
    const adminUrl = new URL(inject('postgresAdminUrl'));
    adminUrl.pathname = new URL(opened.appUrl).pathname;
    expect(await codeOf(openDatabase(adminUrl.toString()))).toBe('database.role-can-bypass-rls');
  });
});

describe('errors', () => {
  it('carry no values', async () => {
    const error = await opened.database
      .forFirm(
        randomUUID(),
        (tx) => tx.sql`insert into firms (firm_id, name) values (${victim}, 'Hemliga byrån')`,
      )
      .then(String, (thrown: unknown) => JSON.stringify(thrown, Object.getOwnPropertyNames(thrown)));
    expect(error).toContain('42501');
    expect(error).not.toContain('Hemliga');
    expect(error).not.toContain(victim);
  });
});
