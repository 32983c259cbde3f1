import { and, desc, eq } from 'drizzle-orm';
import type { Adjustment } from '../../accounting/adjustment.ts';
import { canonicalJson } from '../../accounting/canonical.ts';
import { Problem } from '../../accounting/problem.ts';
import type { Actor } from '../actor.ts';
import type { FirmTransaction } from '../database.ts';
import { sha256 } from '../hash.ts';
import { adjustmentRevisions } from '../schema/close.ts';
import { lockEngagement } from './engagements.ts';
import { findOpenOrder } from './exports.ts';
import { recordHistory } from './history.ts';

export type AdjustmentRevision = typeof adjustmentRevisions.$inferSelect;

export interface RevisionToSave {
  readonly engagementId: string;
  /** The revision that the person worked from; 0 for the first. */
  readonly expectedRevision: number;
  /** The snapshot that the adjustments were validated against. */
  readonly snapshotId: string;
  readonly adjustments: readonly Adjustment[];
  readonly savedBy: Actor;
}

/** Of the adjustments alone: the same adjustments have the same hash in every revision. */
export const revisionHash = (adjustments: readonly Adjustment[]): string =>
  sha256(canonicalJson(adjustments));

/**
 * Saves the next revision, with its line of history. The adjustments were validated by the caller.
 * @throws Problem `adjustments.conflict` when somebody saved in between, `adjustments.export-in-progress`
 */
export async function saveRevision(tx: FirmTransaction, save: RevisionToSave): Promise<AdjustmentRevision> {
  await lockEngagement(tx, save.engagementId);
  const latest = await findLatestRevision(tx, save.engagementId);
  if ((latest?.revision ?? 0) !== save.expectedRevision) {
    throw new Problem({
      code: 'adjustments.conflict',
      what: `Bokslutsverifikationerna har sparats av någon annan: revision ${latest?.revision ?? 0} finns, och ändringen utgick från revision ${save.expectedRevision}.`,
      advice: 'Läs in den senaste revisionen, gör ändringen där och spara igen.',
    });
  }
  if (await findOpenOrder(tx, save.engagementId)) {
    throw new Problem({
      code: 'adjustments.export-in-progress',
      what: 'Bokslutsverifikationerna håller på att överföras till Fortnox och kan inte ändras nu.',
      advice: 'Vänta tills överföringen är klar, eller avsluta den, och spara sedan igen.',
    });
  }
  const [saved] = await tx.db
    .insert(adjustmentRevisions)
    .values({
      engagementId: save.engagementId,
      revision: save.expectedRevision + 1,
      snapshotId: save.snapshotId,
      data: save.adjustments,
      hash: revisionHash(save.adjustments),
      savedBy: save.savedBy,
    })
    .returning();
  const revision = saved!;
  await recordHistory(tx, {
    actor: save.savedBy,
    event: 'adjustments.saved',
    engagementId: save.engagementId,
    details: { revision: revision.revision, hash: revision.hash, snapshotId: save.snapshotId },
  });
  return revision;
}

/** Undefined before the first save. */
export async function findLatestRevision(
  tx: FirmTransaction,
  engagementId: string,
): Promise<AdjustmentRevision | undefined> {
  const [revision] = await tx.db
    .select()
    .from(adjustmentRevisions)
    .where(eq(adjustmentRevisions.engagementId, engagementId))
    .orderBy(desc(adjustmentRevisions.revision))
    .limit(1);
  return revision;
}

/** Who saved what and when, newest first, without the vouchers themselves. */
export async function listRevisions(
  tx: FirmTransaction,
  engagementId: string,
): Promise<Pick<AdjustmentRevision, 'revision' | 'savedBy' | 'savedAt'>[]> {
  const { revision, savedBy, savedAt } = adjustmentRevisions;
  return tx.db
    .select({ revision, savedBy, savedAt })
    .from(adjustmentRevisions)
    .where(eq(adjustmentRevisions.engagementId, engagementId))
    .orderBy(desc(revision));
}

export async function findRevision(
  tx: FirmTransaction,
  engagementId: string,
  revision: number,
): Promise<AdjustmentRevision | undefined> {
  const [found] = await tx.db
    .select()
    .from(adjustmentRevisions)
    .where(
      and(eq(adjustmentRevisions.engagementId, engagementId), eq(adjustmentRevisions.revision, revision)),
    );
  return found;
}
