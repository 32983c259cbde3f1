import { findApproval } from '../../db/stores/approvals.ts';
import type { Approval } from '../../db/stores/approvals.ts';
import { getEngagement } from '../../db/stores/engagements.ts';
import { listOrders, listVouchers, markersAwaitingAttest } from '../../db/stores/exports.ts';
import type { ExportOrder, ExportVoucher } from '../../db/stores/exports.ts';
import type { Caller, ClientContext } from './context.ts';

/** One way to Fortnox: what was approved and how far each voucher has come, with Fortnox's numbers. */
export interface ExportView {
  readonly order: ExportOrder;
  readonly approval: Approval | undefined;
  readonly vouchers: readonly VoucherView[];
}

export type VoucherView = ExportVoucher & {
  /** It stands in Fortnox, where somebody is still to attest it (Bokföringsattest). */
  readonly awaitsAttest: boolean;
};

/** The close's exports, oldest first. */
export async function exportStatus(
  { database }: ClientContext,
  { firmId }: Caller,
  engagementId: string,
): Promise<ExportView[]> {
  return database.forFirm(firmId, async (tx) => {
    await getEngagement(tx, engagementId);
    const awaiting = await markersAwaitingAttest(tx, engagementId);
    const views: ExportView[] = [];
    for (const order of await listOrders(tx, engagementId)) {
      views.push({
        order,
        approval: await findApproval(tx, order.approvalId),
        vouchers: (await listVouchers(tx, order.id)).map((voucher) => ({
          ...voucher,
          awaitsAttest: awaiting.has(voucher.marker),
        })),
      });
    }
    return views;
  });
}
