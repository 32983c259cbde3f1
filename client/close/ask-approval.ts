import { Problem } from '../../accounting/problem.ts';
import type { FirmTransaction } from '../../db/database.ts';
import type { AdjustmentRevision } from '../../db/stores/adjustments.ts';
import type { Snapshot } from '../../db/stores/snapshots.ts';
import { findLatestApproval, isStale } from '../../db/stores/approvals.ts';
import { findOpenOrder } from '../../db/stores/exports.ts';
import { recordHistory } from '../../db/stores/history.ts';
import { ensureNotification, listNotifications } from '../../db/stores/notifications.ts';
import { AdjustmentsRefused } from './adjustments.ts';
import type { Caller, ClientContext } from './context.ts';
import { endOfRun } from './ending.ts';
import { readPreflight } from './preflight.ts';
import type { Preflight } from './preflight.ts';
import { closeEnded } from './workflow.ts';

/**
 * Tells those who may approve that a saved revision waits for them. Asked again for the same revision over the same
 * import, nobody is told twice.
 * @param ask the revision that the person saw
 * @returns the notification's id
 * @throws Problem `close.ended`, `adjustments.nothing-imported`, `approval.stale`, `approval.already-approved`;
 * AdjustmentsRefused when a voucher does not hold against the latest import
 */
export async function askForApproval(
  { database }: ClientContext,
  caller: Caller,
  engagementId: string,
  ask: { readonly revision: number },
): Promise<{ readonly id: string; readonly revision: number }> {
  return database.forFirm(caller.firmId, async (tx) => {
    if (await endOfRun(tx, engagementId)) throw new Problem(closeEnded);
    const { revision, snapshot, faults } = await readPreflight(tx, caller, engagementId);
    if (revision?.revision !== ask.revision) throw new Problem(movedOn(revision?.revision ?? 0));
    if (faults.length > 0) throw new AdjustmentsRefused(faults);
    const approval = await findLatestApproval(tx, engagementId);
    const approved = approval !== undefined && !(await isStale(tx, approval));
    if (approved || (await findOpenOrder(tx, engagementId))) throw new Problem(alreadyApproved);
    const dueKey = dueKeyOf(engagementId, revision, snapshot);
    const { actor } = caller;
    const { id } = await ensureNotification(tx, {
      kind: 'approval.wanted',
      dueKey,
      engagementId,
      details: { revision: revision.revision, askedBy: actor, savedBy: revision.savedBy },
    });
    await recordHistory(tx, {
      actor,
      event: 'approval.requested',
      engagementId,
      details: { revision: revision.revision },
      onceKey: dueKey,
    });
    return { id, revision: revision.revision };
  });
}

/** Whether those who may approve were told of what is saved now. */
export async function wasAsked(
  tx: FirmTransaction,
  engagementId: string,
  { revision, snapshot }: Preflight,
): Promise<boolean> {
  if (!revision) return false;
  const dueKey = dueKeyOf(engagementId, revision, snapshot);
  return (await listNotifications(tx, engagementId)).some((one) => one.dueKey === dueKey);
}

const dueKeyOf = (
  engagementId: string,
  { revision }: Pick<AdjustmentRevision, 'revision'>,
  { id }: Pick<Snapshot, 'id'>,
): string => `approval.wanted/${engagementId}/${revision}/${id}`;

const movedOn = (revision: number) => ({
  code: 'approval.stale',
  what: `Bokslutsverifikationerna har ändrats: revision ${revision} gäller nu.`,
  advice: 'Läs in sidan igen och be om godkännande av det som gäller nu.',
});

const alreadyApproved = {
  code: 'approval.already-approved',
  what: 'Det som är sparat är redan godkänt.',
  advice: 'Du behöver inte göra något.',
};
