import { getTableColumns, getTableName, is } from 'drizzle-orm';
import { PgTable } from 'drizzle-orm/pg-core';
import postgres from 'postgres';
import { expect, inject, it } from 'vitest';
import { migrate } from '../../db/migrate.ts';
import * as books from '../../db/schema/books.ts';
import * as close from '../../db/schema/close.ts';
import * as engagement from '../../db/schema/engagement.ts';
import * as exports from '../../db/schema/export.ts';
import * as firm from '../../db/schema/firm.ts';
import * as notify from '../../db/schema/notify.ts';
import * as record from '../../db/schema/record.ts';
import { ownDatabaseOn } from '../../dev/postgres-given.ts';

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
