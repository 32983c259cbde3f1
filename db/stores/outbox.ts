import { and, eq, isNotNull, isNull, sql } from 'drizzle-orm';
import type { Database, FirmTransaction } from '../database.ts';
import { outbox } from '../schema/record.ts';

/** A signal that is owed to a workflow. */
export interface Signal {
  readonly workflowId: string;
  readonly signal: string;
  readonly args: readonly unknown[];
}

export interface PendingSignal {
  readonly firmId: string;
  readonly id: string;
}

/** Owes the signal, in the transaction of the change that it tells of. The answer is its id, for an early delivery. */
export async function enqueueSignal(tx: FirmTransaction, signal: Signal): Promise<string> {
  const [row] = await tx.db.insert(outbox).values(signal).returning({ id: outbox.id });
  return row!.id;
}

/** All firms' signals that have waited at least so long, oldest first. */
export async function undeliveredSignals(
  database: Database,
  query: { readonly olderThanMs: number; readonly limit: number },
): Promise<PendingSignal[]> {
  return database.sql<PendingSignal[]>`
    select firm_id as "firmId", id
    from undelivered_signals(now() - ${query.olderThanMs}::int * interval '1 millisecond', ${query.limit})`;
}

/** How many signals the workflow is still owed. */
export async function undeliveredTo(tx: FirmTransaction, workflowId: string): Promise<number> {
  return tx.db.$count(outbox, and(eq(outbox.workflowId, workflowId), isNull(outbox.deliveredAt)));
}

/** Whether the workflow has been given this very signal. */
export async function wasDelivered(
  tx: FirmTransaction,
  { workflowId, signal, args }: Signal,
): Promise<boolean> {
  const delivered = await tx.db.$count(
    outbox,
    and(
      eq(outbox.workflowId, workflowId),
      eq(outbox.signal, signal),
      sql`${outbox.args} = ${JSON.stringify(args)}::jsonb`,
      isNotNull(outbox.deliveredAt),
    ),
  );
  return delivered > 0;
}

/**
 * Delivers a signal unless it was delivered or somebody is at it. At least once: when the mark fails after a
 * delivery it is delivered again, so receivers are idempotent by what the signal carries.
 * @returns true when it was delivered here
 */
export async function deliverSignal(
  database: Database,
  pending: PendingSignal,
  deliver: (signal: Signal) => Promise<void>,
): Promise<boolean> {
  // The lock is held over the call: a second sweep skips the row, and the database frees it if this process dies.
  return database.forFirm(pending.firmId, async (tx) => {
    const [row] = await tx.db
      .select()
      .from(outbox)
      .where(and(eq(outbox.id, pending.id), isNull(outbox.deliveredAt)))
      .for('update', { skipLocked: true });
    if (!row) return false;
    await deliver({ workflowId: row.workflowId, signal: row.signal, args: row.args });
    await tx.db.update(outbox).set({ deliveredAt: new Date() }).where(eq(outbox.id, row.id));
    return true;
  });
}
