import type postgres from 'postgres';

/**
 * Copies every firm that is there so many times, with all rows that are its own and new ids: the same database, so many times as large. The
 * bytes of stored documents are left out (a close has about 300 KB of them, beside the tables that are searched).
 */
export async function cloneFirms(
  admin: postgres.Sql,
  firmIds: readonly string[],
  from: number,
  to: number,
): Promise<void> {
  const columns = await admin<{ table: string; name: string; type: string; generated: boolean }[]>`
    select c.table_name as "table", c.column_name as name, c.data_type as type, c.is_identity = 'YES' or c.is_generated = 'ALWAYS' as generated
    from information_schema.columns c join information_schema.tables t using (table_schema, table_name)
    where c.table_schema = 'public' and t.table_type = 'BASE TABLE'
    order by c.table_name, c.ordinal_position`;
  const tables = new Set(columns.map(({ table }) => table));
  await admin.begin(async (tx) => {
    // What is copied was whole: foreign keys and guards need not look again.
    await tx`set local session_replication_role = replica`;
    for (const table of tables) {
      const all = columns.filter((column) => column.table === table);
      if (!all.some(({ name }) => name === 'firm_id')) continue;
      const own = all.filter(({ generated }) => !generated);
      const values = own.map(({ name, type }) => copied(table, name, type));
      await tx.unsafe(
        `insert into ${table} (${own.map(({ name }) => `"${name}"`).join(', ')})
         select ${values.join(', ')} from ${table} t, generate_series(${from}, ${to}) n
         where t.firm_id = any($1::uuid[])`,
        [firmIds as string[]],
      );
    }
  });
  await admin`analyze`;
}

function copied(table: string, name: string, type: string): string {
  if (type === 'uuid') return `md5(t."${name}"::text || n)::uuid`;
  if (name === 'tenant') return `t.tenant || '-' || n`;
  // Twelve characters of Crockford's base32, of which hexadecimal digits are some.
  if (name === 'marker') return `upper(left(md5(t.marker || n), 12))`;
  if (table === 'files' && name === 'bytes') return `'\\x00'::bytea`;
  return `t."${name}"`;
}
