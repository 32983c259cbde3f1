import { and, asc, desc, eq, inArray, sql } from 'drizzle-orm';
import type { Actor } from '../actor.ts';
import type { FirmTransaction } from '../database.ts';
import { processingHistory } from '../schema/record.ts';

export type HistoryEntry = typeof processingHistory.$inferSelect;

export interface NewHistoryEntry {
  readonly actor: Actor;
  /** Dotted, lower case: `adjustments.saved`. */
  readonly event: string;
  readonly engagementId?: string;
  /** Ids, numbers and hashes: what it was done to and from which revision. Never names. */
  readonly details?: Readonly<Record<string, unknown>>;
  /** Same key, same line: for steps that can be retried. */
  readonly onceKey?: string;
}

/** Adds a line to the processing history (behandlingshistorik), in the transaction of what it tells of. */
export async function recordHistory(tx: FirmTransaction, entry: NewHistoryEntry): Promise<void> {
  await tx.db.insert(processingHistory).values(entry).onConflictDoNothing();
}

/** An engagement's history in the order in which it was written. */
export async function listHistory(tx: FirmTransaction, engagementId: string): Promise<HistoryEntry[]> {
  return tx.db
    .select()
    .from(processingHistory)
    .where(eq(processingHistory.engagementId, engagementId))
    .orderBy(asc(processingHistory.id));
}

/** The newest line of an engagement's history: another number when anybody has done anything. 0 before the first. */
export async function lastEntryId(tx: FirmTransaction, engagementId: string): Promise<number> {
  const [last] = await tx.db
    .select({ id: processingHistory.id })
    .from(processingHistory)
    .where(eq(processingHistory.engagementId, engagementId))
    .orderBy(desc(processingHistory.id))
    .limit(1);
  return last?.id ?? 0;
}

/** Its lines of some events alone, in the same order. */
export async function listHistoryOf(
  tx: FirmTransaction,
  engagementId: string,
  events: readonly string[],
): Promise<HistoryEntry[]> {
  return tx.db
    .select()
    .from(processingHistory)
    .where(
      and(eq(processingHistory.engagementId, engagementId), inArray(processingHistory.event, [...events])),
    )
    .orderBy(asc(processingHistory.id));
}

const endings = { 'engagement.completed': 'completed', 'engagement.cancelled': 'cancelled' } as const;

/** How a run of an engagement ended; undefined while it has not. */
export async function endingOf(
  tx: FirmTransaction,
  engagementId: string,
  run: number,
): Promise<'completed' | 'cancelled' | undefined> {
  const [last] = await tx.db
    .select({ event: processingHistory.event })
    .from(processingHistory)
    .where(
      and(
        eq(processingHistory.engagementId, engagementId),
        inArray(processingHistory.event, Object.keys(endings)),
        sql`${processingHistory.details} ->> 'run' = ${String(run)}`,
      ),
    )
    .orderBy(desc(processingHistory.id))
    .limit(1);
  return last && endings[last.event as keyof typeof endings];
}
