import type { ProblemDetails } from '../../accounting/problem.ts';
import { findLatestRevision } from '../../db/stores/adjustments.ts';
import { findLatestApproval } from '../../db/stores/approvals.ts';
import type { Approval } from '../../db/stores/approvals.ts';
import type { FirmTransaction } from '../../db/database.ts';
import { findLatestSnapshot } from '../../db/stores/snapshots.ts';

/** What has moved under an approval since it was given: revision, snapshot or the choice of series. Undefined when it stands. */
export async function staleness(
  tx: FirmTransaction,
  approval: Approval,
): Promise<ProblemDetails | undefined> {
  const revision = await findLatestRevision(tx, approval.engagementId);
  const snapshot = await findLatestSnapshot(tx, approval.engagementId);
  const latest = await findLatestApproval(tx, approval.engagementId);
  const why = [
    ...(revision?.hash !== approval.revisionHash
      ? [
          `bokslutsverifikationerna har ändrats (revision ${approval.revision} godkändes, revision ${revision?.revision ?? 0} gäller)`,
        ]
      : []),
    ...(snapshot?.hash !== approval.snapshotHash ? ['bokföringen har lästs in på nytt och är en annan'] : []),
    ...(latest?.id !== approval.id ? ['det finns ett senare godkännande'] : []),
  ];
  if (why.length === 0) return undefined;
  return {
    code: 'approval.stale',
    what: `Godkännandet gäller inte längre: ${why.join('; ')}. Inget har förts över.`,
    advice: 'Granska det som gäller nu och godkänn på nytt.',
  };
}
