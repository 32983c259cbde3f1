import type { Account } from '../../accounting/books.ts';
import type { FirmTransaction } from '../database.ts';
import { findRevision } from './adjustments.ts';
import type { AdjustmentRevision } from './adjustments.ts';
import { findApproval } from './approvals.ts';
import type { Approval } from './approvals.ts';
import { listVouchersOfEngagement, markersAwaitingAttest } from './exports.ts';
import type { ExportVoucher } from './exports.ts';
import { getSnapshot, loadRegisters } from './snapshots.ts';
import type { Snapshot } from './snapshots.ts';
import { actorName } from './users.ts';

/** What an approval approved, with what came of it: what a bokföringsorder is made of. */
export interface OrderParts {
  readonly approval: Approval;
  readonly revision: AdjustmentRevision;
  /** The snapshot that was approved on. */
  readonly snapshot: Snapshot;
  /** Their names. */
  readonly savedBy: string;
  readonly approvedBy: string;
  /** All that the engagement has sent, over all orders. */
  readonly exported: readonly ExportVoucher[];
  readonly accounts: readonly Account[];
  /** Markers of vouchers that wait for Fortnox's own attest. */
  readonly awaitingAttest: ReadonlySet<string>;
}

/** Undefined when the approval names nothing that exists. */
export async function findOrderParts(
  tx: FirmTransaction,
  engagementId: string,
  approvalId: string,
): Promise<OrderParts | undefined> {
  const approval = await findApproval(tx, approvalId);
  const revision = approval && (await findRevision(tx, engagementId, approval.revision));
  if (!approval || !revision) return undefined;
  const snapshot = await getSnapshot(tx, approval.snapshotId);
  return {
    approval,
    revision,
    snapshot,
    savedBy: await actorName(tx, revision.savedBy),
    approvedBy: await actorName(tx, approval.approvedBy),
    exported: await listVouchersOfEngagement(tx, engagementId),
    accounts: (await loadRegisters(tx, snapshot)).accounts,
    awaitingAttest: await markersAwaitingAttest(tx, engagementId),
  };
}
