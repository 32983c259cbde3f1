import { asc, eq } from 'drizzle-orm';
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
