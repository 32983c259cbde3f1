import { randomUUID } from 'node:crypto';
import type { VoucherSeries } from '../../accounting/books.ts';
import { Problem } from '../../accounting/problem.ts';
import { approve } from '../../db/stores/approvals.ts';
import type { Approval } from '../../db/stores/approvals.ts';
import { findLatestRevision } from '../../db/stores/adjustments.ts';
import { getSnapshot, loadRegisters } from '../../db/stores/snapshots.ts';
import { addLogFields } from '../../telemetry/log.ts';
import { closeWorkflowId } from '../../workflows/messages.ts';
import { getEngagement } from '../../db/stores/engagements.ts';
import { AdjustmentsRefused, importedSnapshot } from './adjustments.ts';
import type { Caller, ClientContext } from './context.ts';
import { readPreflight } from './preflight.ts';
import { deliverSoon } from './signals.ts';
import { assertRunning } from './workflow.ts';

/** What the person saw and says yes to. It is refused when any of it has moved on. */
export interface ApprovalToGive {
  /** Made by the caller when the same request may come twice; else a new one is made. */
  readonly id?: string;
  readonly revision: number;
  readonly revisionHash: string;
  readonly snapshotId: string;
  readonly series: string;
  /** True (the default): the close ends with this export. False: it goes back to adjusting. */
  readonly final?: boolean;
}

/**
 * Approves a revision for export into a voucher series: a row first, then the signal that resumes the close.
 * @throws Problem `approval.stale`, `approval.series-missing`, `approval.series-not-manual`, `approval.four-eyes`,
 * `approval.already-approved`, `approval.export-in-progress`, `close.ended`; AdjustmentsRefused when a voucher does not
 * hold against the latest import
 */
export async function approveAdjustments(
  context: ClientContext,
  caller: Caller,
  engagementId: string,
  give: ApprovalToGive,
): Promise<Approval> {
  const id = give.id ?? randomUUID();
  addLogFields({ approvalId: id });
  await context.database.forFirm(caller.firmId, (tx) => getEngagement(tx, engagementId));
  await assertRunning(context, engagementId);
  const { approval, signalId } = await context.database.forFirm(caller.firmId, async (tx) => {
    const snapshot = await getSnapshot(tx, give.snapshotId);
    refuseSeries(give.series, (await loadRegisters(tx, snapshot)).series);
    const { faults } = await readPreflight(tx, caller, engagementId);
    if (faults.length > 0) throw new AdjustmentsRefused(faults);
    return approve(tx, {
      id,
      engagementId,
      revision: give.revision,
      revisionHash: give.revisionHash,
      snapshotId: give.snapshotId,
      snapshotHash: snapshot.hash,
      series: give.series,
      final: give.final ?? true,
      approvedBy: caller.actor,
      signal: {
        workflowId: closeWorkflowId(engagementId),
        signal: 'adjustmentsApproved',
        args: [{ approvalId: id }],
      },
    });
  });
  await deliverSoon(context, caller.firmId, signalId);
  return approval;
}

/** What stands to be approved now: the latest revision over the latest snapshot, and the series to choose from. */
export async function approvable(context: ClientContext, caller: Caller, engagementId: string) {
  return context.database.forFirm(caller.firmId, async (tx) => {
    const snapshot = await importedSnapshot(tx, engagementId);
    const { series } = await loadRegisters(tx, snapshot);
    return { snapshot, series, revision: await findLatestRevision(tx, engagementId) };
  });
}

function refuseSeries(code: string, series: readonly VoucherSeries[]): void {
  const chosen = series.find((one) => one.code === code);
  const manual = series.filter((one) => one.manual).map((one) => one.code);
  const advice =
    manual.length > 0
      ? `Välj en av de manuella serierna: ${manual.join(', ')}.`
      : 'Lägg upp en manuell verifikationsserie i Fortnox och importera igen.';
  if (!chosen) {
    throw new Problem({
      code: 'approval.series-missing',
      what: `Verifikationsserien ${code} finns inte för räkenskapsåret.`,
      advice,
    });
  }
  if (!chosen.manual) {
    throw new Problem({
      code: 'approval.series-not-manual',
      what: `Verifikationsserien ${code} är inte manuell, så Fortnox tar inte emot verifikationer i den.`,
      advice,
    });
  }
}
