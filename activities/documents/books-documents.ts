import type { Attachment } from '../../accounting/attachment.ts';
import type { FirmTransaction } from '../../db/database.ts';
import { findLatestApproval } from '../../db/stores/approvals.ts';
import { currentAttachments } from '../../db/stores/attachments.ts';
import type { Engagement } from '../../db/stores/engagements.ts';
import { listVouchersOfEngagement } from '../../db/stores/exports.ts';
import { getFirm } from '../../db/stores/firms.ts';
import { loadRegisters } from '../../db/stores/snapshots.ts';
import type { Snapshot } from '../../db/stores/snapshots.ts';
import type { SystemDocumentationDocument } from '../../documents/content.ts';
import { systemDocumentation } from '../../documents/system-documentation.ts';
import type { Frame } from '../../documents/frame.ts';

/** The systemdokumentation that the law asks of the firm, for this close. */
export async function systemDocument(
  tx: FirmTransaction,
  frame: Frame,
  { settings }: Engagement,
  snapshot: Snapshot,
): Promise<SystemDocumentationDocument> {
  const { engagementId, header } = snapshot;
  const { accounts, series } = await loadRegisters(tx, snapshot);
  const approval = await findLatestApproval(tx, engagementId);
  const sent = await listVouchersOfEngagement(tx, engagementId);
  return systemDocumentation(frame, {
    header,
    accounts,
    series,
    ledgers: (await currentAttachments(tx, engagementId)).map(({ data }) => data as Attachment),
    closeSeries: [...sent.map((voucher) => voucher.series), ...(approval ? [approval.series] : [])],
    materialityOre: settings.materialityOre,
    fourEyes: (await getFirm(tx)).fourEyes,
  });
}
