import { Problem } from '../../accounting/problem.ts';
import { getEngagement } from '../../db/stores/engagements.ts';
import { listOrders } from '../../db/stores/exports.ts';
import { frameRows } from '../../db/stores/frame-rows.ts';
import { findOrderParts } from '../../db/stores/order-parts.ts';
import { bokforingsorder } from '../../documents/bokforingsorder.ts';
import { frameOf } from '../../documents/frame.ts';
import { findingsDocument } from '../../documents/findings.ts';
import type { KeptFinding } from '../../documents/findings.ts';
import { renderInThread } from '../../documents/render.ts';
import type { Caller, ClientContext } from './context.ts';
import type { Download } from './files.ts';
import { frameNow, printed } from './print-frame.ts';
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
    const parts = order && (await findOrderParts(tx, engagementId, order.approvalId));
    if (!parts) throw orderNotFound(place);
    return bokforingsorder(frameOf(await frameRows(tx, engagement, parts.snapshot)), parts);
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
