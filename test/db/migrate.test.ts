import { getTableColumns, getTableName, is } from 'drizzle-orm';
import { PgTable } from 'drizzle-orm/pg-core';
import postgres from 'postgres';
import { expect, inject, it } from 'vitest';
import { openDatabase } from '../../db/database.ts';
import { appRole, migrate } from '../../db/migrate.ts';
import * as books from '../../db/schema/books.ts';
import * as close from '../../db/schema/close.ts';
import * as engagement from '../../db/schema/engagement.ts';
import * as exports from '../../db/schema/export.ts';
import * as firm from '../../db/schema/firm.ts';
import * as notify from '../../db/schema/notify.ts';
import * as record from '../../db/schema/record.ts';
import { firmIds } from '../../db/stores/firms.ts';
import { onServer, ownDatabaseOn } from '../../dev/postgres-given.ts';

const appPassword = inject('postgresAppPassword');

/** Without the tables that have another's columns, by inheritance. */
async function columnsIn(adminUrl: string): Promise<string[]> {
  const sql = postgres(adminUrl, { max: 1 });
  const rows = await sql<{ name: string }[]>`
    select table_name || '.' || column_name as name from information_schema.columns
    where table_schema = 'public' and to_regclass(table_name) not in (select inhrelid from pg_inherits)`;
  await sql.end();
  return rows.map(({ name }) => name).toSorted();
}

it('migrates an empty database by several at once, and again', async () => {
  const own = await ownDatabaseOn(inject('postgresAdminUrl'));
  try {
    await Promise.all([1, 2, 3, 4].map(() => migrate(own.adminUrl, { appPassword })));
    const once = await columnsIn(own.adminUrl);
    await migrate(own.adminUrl, { appPassword });
    expect(await columnsIn(own.adminUrl)).toEqual(once);
    const tables = Object.values({
      ...books,
      ...close,
      ...engagement,
      ...exports,
      ...firm,
      ...notify,
      ...record,
    }).filter((value) => is(value, PgTable));
    const declared = tables.flatMap((table) =>
      Object.values(getTableColumns(table)).map((column) => `${getTableName(table)}.${column.name}`),
    );
    expect(once).toEqual(declared.toSorted());
  } finally {
    await own.stop();
  }
});

it('migrates several databases of one server at once, though they share the role', async () => {
  const own = await Promise.all([1, 2, 3].map(() => ownDatabaseOn(inject('postgresAdminUrl'))));
  try {
    await Promise.all(own.map(({ adminUrl }) => migrate(adminUrl, { appPassword })));
    for (const { adminUrl } of own) expect(await columnsIn(adminUrl)).toContain('firms.name');
  } finally {
    await Promise.all(own.map(({ stop }) => stop()));
  }
});

/** What anybody may do with a table, a column or a function. */
async function rightsIn(adminUrl: string): Promise<string[]> {
  const sql = postgres(adminUrl, { max: 1 });
  const rows = await sql<{ name: string; acl: string }[]>`
    select c.oid::regclass::text as name, right_::text as acl from pg_class c, unnest(c.relacl) right_
    where c.relnamespace = 'public'::regnamespace
    union all
    select a.attrelid::regclass || '.' || a.attname, right_::text from pg_attribute a, unnest(a.attacl) right_
    where a.attrelid in (select oid from pg_class where relnamespace = 'public'::regnamespace)
    union all
    select p.oid::regprocedure::text, right_::text from pg_proc p, unnest(coalesce(p.proacl, acldefault('f', p.proowner))) right_
    where p.pronamespace = 'public'::regnamespace`;
  await sql.end();
  return rows.map(({ name, acl }) => `${name} ${acl}`).toSorted();
}

it('gives the application its rights again in a database that was restored where its role was not', async () => {
  const own = await ownDatabaseOn(inject('postgresAdminUrl'));
  try {
    await migrate(own.adminUrl, { appPassword });
    const rights = await rightsIn(own.adminUrl);
    // What pg_restore leaves when a role is not there: everything but each GRANT to it.
    await onServer(own.adminUrl, async (sql) => {
      await sql.unsafe(`revoke all on all tables in schema public from ${appRole}`);
      await sql.unsafe(`revoke all on all functions in schema public from ${appRole}`);
    });
    expect((await rightsIn(own.adminUrl)).filter((right) => right.includes(appRole))).toEqual([]);

    await migrate(own.adminUrl, { appPassword });
    expect(await rightsIn(own.adminUrl)).toEqual(rights);
    const appUrl = new URL(own.adminUrl);
    appUrl.username = appRole;
    appUrl.password = appPassword;
    const database = await openDatabase(appUrl.href);
    expect(await firmIds(database)).toEqual([]);
    await database.end();
  } finally {
    await own.stop();
  }
});
