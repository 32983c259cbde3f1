import { desc, eq } from 'drizzle-orm';
import { Problem } from '../../accounting/problem.ts';
import type { Actor } from '../actor.ts';
import type { FirmTransaction } from '../database.ts';
import { approvals } from '../schema/close.ts';
import { findLatestRevision } from './adjustments.ts';
import { lockEngagement } from './engagements.ts';
import { findOpenOrder, findOrderOfApproval } from './exports.ts';
import { recordHistory } from './history.ts';
import { enqueueSignal } from './outbox.ts';
import type { Signal } from './outbox.ts';
import { findLatestSnapshot } from './snapshots.ts';

export type Approval = typeof approvals.$inferSelect;

export interface ApprovalRequest {
  /** Made by the caller, so that the same request again is the same approval. */
  readonly id: string;
  readonly engagementId: string;
  /** What the person saw: all four must still be the latest. */
  readonly revision: number;
  readonly revisionHash: string;
  readonly snapshotId: string;
  readonly snapshotHash: string;
  /** The voucher series that the adjustments go to. */
  readonly series: string;
  readonly final: boolean;
  readonly approvedBy: Actor;
  /** What the workflow is told, in the same transaction. */
  readonly signal: Signal;
}

/**
 * Approves what the person saw, if it is what there is. Of several approvals at once, one wins.
 * The row, the line of history and the signal owed to the workflow are written together.
 * @returns the approval and the pending signal's id (undefined when the approval was there already)
 * @throws Problem `approval.stale`, `approval.already-approved`, `approval.export-in-progress`, `approval.four-eyes`
 */
export async function approve(
  tx: FirmTransaction,
  request: ApprovalRequest,
): Promise<{ readonly approval: Approval; readonly signalId?: string }> {
  await lockEngagement(tx, request.engagementId);
  const earlier = await findApproval(tx, request.id);
  if (earlier) {
    if (sameApproval(earlier, request)) return { approval: earlier };
    throw alreadyApproved(earlier);
  }
  await refuseStale(tx, request);
  await refuseSecond(tx, request);
  const { signal, ...values } = request;
  const [created] = await tx.db.insert(approvals).values(values).returning();
  const approval = created!;
  await recordHistory(tx, {
    actor: request.approvedBy,
    event: 'adjustments.approved',
    engagementId: request.engagementId,
    details: {
      approvalId: approval.id,
      revision: approval.revision,
      revisionHash: approval.revisionHash,
      snapshotId: approval.snapshotId,
      snapshotHash: approval.snapshotHash,
      series: approval.series,
      final: approval.final,
    },
  });
  return { approval, signalId: await enqueueSignal(tx, signal) };
}

export async function findApproval(tx: FirmTransaction, id: string): Promise<Approval | undefined> {
  const [approval] = await tx.db.select().from(approvals).where(eq(approvals.id, id));
  return approval;
}

/** All of an engagement's, oldest first. */
export async function listApprovals(tx: FirmTransaction, engagementId: string): Promise<Approval[]> {
  return tx.db
    .select()
    .from(approvals)
    .where(eq(approvals.engagementId, engagementId))
    .orderBy(approvals.approvedAt, approvals.id);
}

export async function findLatestApproval(
  tx: FirmTransaction,
  engagementId: string,
): Promise<Approval | undefined> {
  const [approval] = await tx.db
    .select()
    .from(approvals)
    .where(eq(approvals.engagementId, engagementId))
    .orderBy(desc(approvals.approvedAt), desc(approvals.id))
    .limit(1);
  return approval;
}

/** True when the revision, the snapshot or the choice of series has moved on since the approval. */
export async function isStale(tx: FirmTransaction, approval: Approval): Promise<boolean> {
  const [revision, snapshot, latest] = await Promise.all([
    findLatestRevision(tx, approval.engagementId),
    findLatestSnapshot(tx, approval.engagementId),
    findLatestApproval(tx, approval.engagementId),
  ]);
  return (
    revision?.hash !== approval.revisionHash ||
    snapshot?.hash !== approval.snapshotHash ||
    latest?.id !== approval.id
  );
}

async function refuseStale(tx: FirmTransaction, request: ApprovalRequest): Promise<void> {
  const revision = await findLatestRevision(tx, request.engagementId);
  const snapshot = await findLatestSnapshot(tx, request.engagementId);
  const what =
    revision?.revision !== request.revision || revision.hash !== request.revisionHash
      ? `Bokslutsverifikationerna har ändrats: revision ${revision?.revision ?? 0} gäller nu.`
      : snapshot?.id !== request.snapshotId || snapshot.hash !== request.snapshotHash
        ? 'Bokföringen har lästs in på nytt sedan godkännandet förbereddes.'
        : undefined;
  if (what === undefined) return;
  throw new Problem({
    code: 'approval.stale',
    what,
    advice: 'Läs in sidan igen, granska det som gäller nu och godkänn på nytt.',
  });
}

/** A second approval of the same is refused; one into another series replaces the first until an export has begun. */
async function refuseSecond(tx: FirmTransaction, request: ApprovalRequest): Promise<void> {
  if (await findOpenOrder(tx, request.engagementId)) {
    throw new Problem({
      code: 'approval.export-in-progress',
      what: 'Överföringen till Fortnox pågår redan.',
      advice: 'Vänta tills den är klar eller avsluta den.',
    });
  }
  const latest = await findLatestApproval(tx, request.engagementId);
  if (latest && sameApproval(latest, request) && !(await findOrderOfApproval(tx, latest.id))) {
    throw alreadyApproved(latest);
  }
}

const sameApproval = (approval: Approval, request: ApprovalRequest): boolean =>
  approval.engagementId === request.engagementId &&
  approval.revision === request.revision &&
  approval.revisionHash === request.revisionHash &&
  approval.snapshotHash === request.snapshotHash &&
  approval.series === request.series &&
  approval.final === request.final;

const alreadyApproved = (approval: Approval): Problem =>
  new Problem({
    code: 'approval.already-approved',
    what: `Revision ${approval.revision} är redan godkänd för serie ${approval.series}.`,
    advice: 'Du behöver inte göra något: överföringen är beställd.',
  });
