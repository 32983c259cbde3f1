import type { FirmTransaction } from '../../db/database.ts';
import { lookFor } from '../../db/stores/export-vouchers.ts';
import { findOpenOrder, listVouchers } from '../../db/stores/exports.ts';
import type { ExportVoucher } from '../../db/stores/exports.ts';
import { closeWorkflowId } from '../../workflows/messages.ts';
import type { ClientContext } from '../close/context.ts';
import type { Finding } from './findings.ts';

/** The vouchers of the close's open order that its rows say are to be sent next. */
export async function sendableOf(tx: FirmTransaction, engagementId: string): Promise<ExportVoucher[]> {
  const open = await findOpenOrder(tx, engagementId);
  const vouchers = open ? await listVouchers(tx, open.id) : [];
  return vouchers.filter(({ status }) => status === 'planned' || status === 'refused');
}

/** Some of them stand in Fortnox, or may: none is sent before it was looked for. */
export function toLookFor(
  { database }: ClientContext,
  firmId: string,
  engagementId: string,
  vouchers: readonly ExportVoucher[],
  why: string,
): Finding {
  const markers = new Set(vouchers.map(({ marker }) => marker));
  return {
    firmId,
    about: closeWorkflowId(engagementId),
    action: 'look-for',
    why,
    mend: () =>
      database.forFirm(firmId, async (tx) => {
        const sendable = await sendableOf(tx, engagementId);
        return lookFor(
          tx,
          sendable.filter(({ marker }) => markers.has(marker)),
        );
      }),
  };
}
