import { Problem } from '../../accounting/problem.ts';
import { findRevision } from '../../db/stores/adjustments.ts';
import { findApproval } from '../../db/stores/approvals.ts';
import { getEngagement } from '../../db/stores/engagements.ts';
import { listOrders, listVouchersOfEngagement, markersAwaitingAttest } from '../../db/stores/exports.ts';
import { getSnapshot, loadRegisters } from '../../db/stores/snapshots.ts';
import { bokforingsorder } from '../../documents/bokforingsorder.ts';
import { findingsDocument } from '../../documents/findings.ts';
import type { KeptFinding } from '../../documents/findings.ts';
import { renderInThread } from '../../documents/render.ts';
import type { Caller, ClientContext } from './context.ts';
import type { Download } from './files.ts';
import { nameOf } from './history.ts';
import { frameAt, frameNow, printed } from './print-frame.ts';
import type { PrintType } from './print-frame.ts';

/** What the latest import found (importkontroller). @throws Problem `adjustments.nothing-imported` */
export async function findingsFile(
  context: ClientContext,
  caller: Caller,
  engagementId: string,
  type: PrintType,
): Promise<Download> {
  const { frame, engagement, snapshot } = await frameNow(context, caller, engagementId);
  const document = findingsDocument(frame, snapshot.findings as readonly KeptFinding[]);
  const bytes = await renderInThread(type === 'pdf' ? 'findingsPdf' : 'findingsXlsx', document);
  return printed(`importkontroller-${engagement.yearTo}`, type, bytes);
}

/**
 * The bokföringsorder of an export, with the numbers that Fortnox has given so far.
 * @param place the export's place among the close's, from 1, as the binder numbers them
 * @throws Problem `order.not-found`
 */
export async function orderFile(
  { database }: ClientContext,
  { firmId }: Caller,
  engagementId: string,
  place: number,
  type: PrintType,
): Promise<Download> {
  const document = await database.forFirm(firmId, async (tx) => {
    const engagement = await getEngagement(tx, engagementId);
    const order = (await listOrders(tx, engagementId))[place - 1];
    const approval = order && (await findApproval(tx, order.approvalId));
    const revision = approval && (await findRevision(tx, engagementId, approval.revision));
    if (!revision) throw orderNotFound(place);
    const snapshot = await getSnapshot(tx, approval.snapshotId);
    return bokforingsorder(await frameAt(tx, engagement, snapshot), {
      revision,
      approval,
      savedBy: await nameOf(tx, revision.savedBy),
      approvedBy: await nameOf(tx, approval.approvedBy),
      exported: await listVouchersOfEngagement(tx, engagementId),
      accounts: (await loadRegisters(tx, snapshot)).accounts,
      awaitingAttest: await markersAwaitingAttest(tx, engagementId),
    });
  });
  const bytes = await renderInThread(type === 'pdf' ? 'bokforingsorderPdf' : 'bokforingsorderXlsx', document);
  return printed(`bokforingsorder-${place}-revision-${document.revision}`, type, bytes);
}

const orderNotFound = (place: number): Problem =>
  new Problem({
    code: 'order.not-found',
    what: `Bokslutet har ingen bokföringsorder ${place}.`,
    advice: 'Den första görs när bokslutsverifikationerna har godkänts och förs över.',
  });
