import type postgres from 'postgres';

/** What a query says when its connection is gone: closed or reset on the way, or ended by a server that stops. */
const lostCodes = new Set(['CONNECTION_CLOSED', 'ECONNRESET', 'EPIPE', 'ETIMEDOUT', '57P01', '57P02']);

function isLost(error: unknown): boolean {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  return cause instanceof Error && 'code' in cause && lostCodes.has(String(cause.code));
}

/**
 * One transaction: committed when the work returns, rolled back when it throws.
 *
 * When the connection is lost, Postgres has rolled back by itself. The driver (postgres.js 3.4) would still send `rollback` or `commit`
 * into the closed socket, and that throws where nobody can catch it and ends the process. So after a loss nothing more is sent: the
 * work's own questions are refused, and the driver never learns how the work has ended.
 */
export async function inTransaction<T>(
  sql: postgres.Sql,
  work: (transaction: postgres.TransactionSql) => Promise<T>,
): Promise<T> {
  let over = false;
  const refuseWhenOver = (): void => {
    if (over) throw new Error('the transaction is over: its connection was lost');
  };
  let lose: (error: unknown) => void = () => undefined;
  const lost = new Promise<never>((_, reject) => {
    lose = reject;
  });
  const begun = sql.begin(async (transaction) => {
    const guarded = new Proxy(transaction, {
      apply: (target, self, args) => {
        refuseWhenOver();
        return Reflect.apply(target, self, args) as unknown;
      },
      get: (target, name, receiver) => {
        refuseWhenOver();
        return Reflect.get(target, name, receiver) as unknown;
      },
    });
    try {
      const value = await work(guarded);
      if (!over) return { value };
    } catch (error) {
      if (!over && !isLost(error)) throw error;
      lose(error);
    }
    return new Promise<never>(() => undefined);
  });
  try {
    return (await Promise.race([begun, lost])).value;
  } finally {
    over = true;
  }
}
