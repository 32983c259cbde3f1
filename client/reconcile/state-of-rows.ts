import { randomUUID } from 'node:crypto';
import { findApproval, findLatestApproval, isStale, listApprovals } from '../../db/stores/approvals.ts';
import type { Approval } from '../../db/stores/approvals.ts';
import { findLatestConnection, loginTermMs } from '../../db/stores/connections.ts';
import type { FirmTransaction } from '../../db/database.ts';
import { getEngagement } from '../../db/stores/engagements.ts';
import {
  findOpenOrder,
  findOrderOfApproval,
  listVouchers,
  listVouchersOfEngagement,
} from '../../db/stores/exports.ts';
import { listHistoryOf } from '../../db/stores/history.ts';
import { findLatestSnapshot } from '../../db/stores/snapshots.ts';
import type { CloseState } from '../../workflows/messages.ts';

/**
 * The state of a close as its rows tell it: what a workflow goes on from when the one before it is lost. Undefined when
 * there is nothing to go on from, and the close begins with an import.
 */
export async function stateOfRows(
  tx: FirmTransaction,
  engagementId: string,
): Promise<CloseState | undefined> {
  const { companyId, settings } = await getEngagement(tx, engagementId);
  const openedAt = await reopenedAt(tx, engagementId);
  const snapshot = await findLatestSnapshot(tx, engagementId);
  if (!snapshot || snapshot.fetchedAt < openedAt) return undefined;
  if (!(await hasAttachments(tx, engagementId, snapshot.id))) return undefined;

  const connection = await findLatestConnection(tx, companyId);
  const vouchers = await listVouchersOfEngagement(tx, engagementId);
  const approvals = await pendingApprovals(tx, engagementId, openedAt);
  // With nothing to send, the books are read anew: what Fortnox holds is the truth.
  const isReadAnew = approvals.length === 0 && settings.source === 'fortnox' && connection?.endedAt === null;
  return {
    phase: 'adjusting',
    ...(connection && { connectionId: connection.id }),
    ...(connection?.endedAt === null && { loginExpiresAtMs: connection.renewedAt.getTime() + loginTermMs }),
    ...(connection && connection.endedAt !== null && { loginEnd: endOf(connection.endReason) }),
    snapshot: { id: snapshot.id, hash: snapshot.hash },
    vouchersSent: vouchers.some(({ status }) => !unsent.has(status)),
    imports: isReadAnew ? [{ requestId: randomUUID(), requestedBy: 'person' }] : [],
    approvals,
    // Their signals are done with: one that is still on its way must not be taken a second time.
    seenMessages: (await listApprovals(tx, engagementId)).map(({ id }) => id),
    retries: 0,
    cancelRequested: false,
  };
}

const unsent: ReadonlySet<string> = new Set(['planned', 'refused', 'withdrawn']);

const endOf = (reason: string | null): NonNullable<CloseState['loginEnd']> =>
  reason === 'expired' || reason === 'disconnected' ? reason : 'revoked';

/** When the present run began; the beginning of time for the first. */
async function reopenedAt(tx: FirmTransaction, engagementId: string): Promise<Date> {
  const [last] = (await listHistoryOf(tx, engagementId, ['engagement.reopened'])).toReversed();
  return last?.at ?? new Date(0);
}

async function hasAttachments(
  tx: FirmTransaction,
  engagementId: string,
  snapshotId: string,
): Promise<boolean> {
  const made = await listHistoryOf(tx, engagementId, ['attachments.generated']);
  return made.some(({ details }) => (details as { readonly snapshotId?: string }).snapshotId === snapshotId);
}

/** Approvals whose export is not done, in the order in which they are to be taken up. */
async function pendingApprovals(
  tx: FirmTransaction,
  engagementId: string,
  openedAt: Date,
): Promise<string[]> {
  const open = await findOpenOrder(tx, engagementId);
  const begun = open && (await findApproval(tx, open.approvalId));
  const latest = await findLatestApproval(tx, engagementId);
  const pending = [begun, latest?.id === begun?.id ? undefined : latest];
  const ids: string[] = [];
  for (const approval of pending) {
    if (!approval || approval.approvedAt < openedAt) continue;
    if (approval === begun || (await isOwed(tx, approval))) ids.push(approval.id);
  }
  return ids;
}

/** Not begun, and still about what there is; or all sent, and the close that ends with it has not ended. */
async function isOwed(tx: FirmTransaction, approval: Approval): Promise<boolean> {
  const order = await findOrderOfApproval(tx, approval.id);
  if (!order) return !(await isStale(tx, approval));
  const vouchers = await listVouchers(tx, order.id);
  return approval.final && vouchers.every(({ status }) => status === 'confirmed');
}
