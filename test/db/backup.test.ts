import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import postgres from 'postgres';
import { expect, inject, it } from 'vitest';
import { onServer } from '../../dev/postgres-given.ts';
import { openTestDatabase } from './support.ts';
import { wholeClose } from './whole-close.ts';

/* pg_dump is no part of the embedded Postgres: what it asks of its role is asked here in its words. */

const operate = readFileSync(new URL('../../docs/operate.md', import.meta.url), 'utf8');
const documented = /create role bokslut_backup [^"`;]+/.exec(operate)?.[0] ?? '';

/** Counts what pg_dump would read: it turns row-level security off, and is refused where that is not its to do. */
const rowsAsDumped = (sql: postgres.Sql, table: string): Promise<number> =>
  sql.begin(async (tx) => {
    await tx`set local row_security = off`;
    const [{ count } = { count: 0 }] = await tx<{ count: number }[]>`select count(*)::int from ${tx(table)}`;
    return count;
  });

it('the role that the docs have for backups reads every row, which an owner that is no superuser cannot', async () => {
  const opened = await openTestDatabase();
  const name = `backup_${randomBytes(6).toString('hex')}`;
  const owner = `owner_${randomBytes(6).toString('hex')}`;
  const as = (role: string): postgres.Sql => {
    const url = new URL(opened.adminUrl);
    url.username = role;
    url.password = 'secret';
    return postgres(url.href, { max: 1, onnotice: () => undefined });
  };
  try {
    await wholeClose(opened.database);
    await opened.admin.unsafe(
      documented.replace('bokslut_backup', name).replace(/password '[^']*'/, "password 'secret'"),
    );
    await opened.admin.unsafe(`create role ${owner} login password 'secret'`);
    await opened.admin.unsafe(`alter table export_orders owner to ${owner}`);

    const tables = await opened.admin<{ name: string }[]>`
      select tablename as name from pg_tables where schemaname = 'public' order by 1`;
    const backup = as(name);
    for (const table of tables) {
      const [all] = await opened.admin<{ count: number }[]>`
        select count(*)::int from ${opened.admin(table.name)}`;
      expect([table.name, await rowsAsDumped(backup, table.name)]).toEqual([table.name, all?.count]);
    }
    const [standing] = await backup`select from export_orders where finished_at is null`;
    expect(standing).toBeDefined();
    await backup.end();

    const bound = as(owner);
    await expect(rowsAsDumped(bound, 'export_orders')).rejects.toThrow('row-level security');
    expect(await bound`select from export_orders where finished_at is null`).toHaveLength(0);
    await bound.end();
  } finally {
    await opened.close();
    await onServer(inject('postgresAdminUrl'), (sql) => sql.unsafe(`drop role if exists ${name}, ${owner}`));
  }
});
