import { drizzle } from 'drizzle-orm/postgres-js';
import type { PostgresJsDatabase } from 'drizzle-orm/postgres-js';
import postgres from 'postgres';
import { Problem } from '../accounting/problem.ts';
import { cleanError } from './errors.ts';
import { connectPromptly } from './socket.ts';
import { inTransaction } from './transaction.ts';

/** One transaction of one firm: whatever is asked in it, only that firm's rows are seen and written. */
export interface FirmTransaction {
  readonly firmId: string;
  /** For reading and writing rows. */
  readonly db: PostgresJsDatabase;
  /**
   * The same transaction for what drizzle cannot say. Pass jsonb as `${JSON.stringify(x)}::jsonb`; dates and
   * times come back as Postgres' text.
   */
  readonly sql: postgres.TransactionSql;
}

export interface Database {
  /**
   * Runs the work in one transaction as the firm: committed when it returns, rolled back when it throws.
   * Errors from Postgres leave as Problem or DatabaseError, without values. Never wait for the network inside.
   */
  forFirm<T>(firmId: string, work: (tx: FirmTransaction) => Promise<T>): Promise<T>;
  /** For what belongs to no firm: the request budget, the sweep of pending signals. Firms' rows are invisible here. */
  readonly sql: postgres.Sql;
  /** Closes all connections, after what runs has finished. */
  end(): Promise<void>;
}

/**
 * Opens the database as the application's role.
 * @param url of the role `bokslut_app`
 * @throws Problem `database.not-migrated`, or `database.role-can-bypass-rls` when the role is one that row-level
 * security does not bind; the driver's error when the server cannot be reached
 */
export async function openDatabase(
  url: string,
  options: { readonly connections?: number } = {},
): Promise<Database> {
  const sql = postgres(url, {
    max: options.connections ?? 10,
    onnotice: () => {},
    // The driver has this option, its types do not.
    ...({ socket: connectPromptly } as object),
    // A process that hangs in the middle of a transaction must not keep its locks for ever.
    connection: { application_name: 'bokslut', idle_in_transaction_session_timeout: 120_000 },
  });
  // Drizzle makes the pool pass dates and JSON through as text, so that its columns convert them.
  drizzle(sql);
  try {
    await refuseUnboundRole(sql);
  } catch (error) {
    await sql.end();
    throw cleanError(error);
  }
  return {
    sql,
    // The driver waits for ever for a connection that was lost in the middle of a query.
    end: () => sql.end({ timeout: 10 }),
    forFirm: (firmId, work) => runForFirm(sql, firmId, work),
  };
}

async function runForFirm<T>(
  sql: postgres.Sql,
  firmId: string,
  work: (tx: FirmTransaction) => Promise<T>,
): Promise<T> {
  try {
    return await inTransaction(sql, async (transaction) => {
      // Not awaited before the work's own first question: they go over the connection one after the other, and when this one
      // fails the transaction is dead, and the work with it.
      const named = transaction`select set_config('bokslut.firm_id', ${firmId}, true)`.execute();
      named.catch(() => undefined);
      const client = clientForDrizzle(transaction, sql.options);
      const done = await work({ firmId, db: drizzle(client), sql: transaction });
      await named;
      return done;
    });
  } catch (error) {
    throw cleanError(error);
  }
}

/**
 * Drizzle asks a client for its options alone, and a transaction has those of its pool. It also says of
 * every question that it be asked unprepared, which is parsed and planned anew each time, in two round trips instead of one.
 */
function clientForDrizzle(
  transaction: postgres.TransactionSql,
  options: postgres.Sql['options'],
): postgres.Sql {
  const ask = transaction.unsafe.bind(transaction);
  const unsafe: typeof ask = (query, parameters, how) => ask(query, parameters, { ...how, prepare: true });
  return Object.assign(transaction, { options, unsafe }) as unknown as postgres.Sql;
}

/** The doors are only as good as the role: an owner, a superuser or BYPASSRLS would walk through them. */
async function refuseUnboundRole(sql: postgres.Sql): Promise<void> {
  const [role] = await sql<{ bypasses: boolean; migrated: boolean }[]>`
    select r.rolsuper or r.rolbypassrls or coalesce(pg_has_role(r.oid, c.relowner, 'MEMBER'), false) as bypasses,
      c.oid is not null as migrated
    from pg_roles r left join pg_class c on c.oid = to_regclass('public.firms')
    where r.rolname = current_user`;
  if (!role?.migrated) {
    throw new Problem({
      code: 'database.not-migrated',
      what: 'Databasen saknar programmets tabeller.',
      advice: 'Kör npm run migrate mot databasen och starta om.',
    });
  }
  if (role.bypasses) {
    throw new Problem({
      code: 'database.role-can-bypass-rls',
      what: 'DATABASE_URL går in som en roll som äger tabellerna eller får gå förbi radskyddet mellan byråer.',
      advice: 'Ange rollen bokslut_app i DATABASE_URL; administratörens adress hör till npm run migrate.',
    });
  }
}
