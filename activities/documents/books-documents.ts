import { mainAttachmentsOf } from '../../accounting/account-groups.ts';
import type { Attachment } from '../../accounting/attachment.ts';
import type { WorkedOn } from '../../accounting/figures.ts';
import type { OwnAttachment } from '../../accounting/own-attachment.ts';
import type { FirmTransaction } from '../../db/database.ts';
import { findLatestApproval } from '../../db/stores/approvals.ts';
import { currentAttachments } from '../../db/stores/attachments.ts';
import { balancesAt } from '../../db/stores/balances.ts';
import type { Engagement } from '../../db/stores/engagements.ts';
import { listVouchersOfEngagement } from '../../db/stores/exports.ts';
import { getFirm } from '../../db/stores/firms.ts';
import { loadRegisters } from '../../db/stores/snapshots.ts';
import type { Snapshot } from '../../db/stores/snapshots.ts';
import type {
  FindingsDocument,
  MainAttachmentDocument,
  SystemDocumentationDocument,
} from '../../documents/content.ts';
import { mainAttachmentsDocument, supportNames } from '../../documents/main-attachments.ts';
import { systemDocumentation } from '../../documents/system-documentation.ts';
import type { ImportFinding } from '../import/finding.ts';
import type { Frame } from './frame.ts';

/** The main attachments (huvudbilagor) of all balance-sheet groups, as the snapshot's books have them, with people's notes. */
export async function mainAttachmentDocument(
  tx: FirmTransaction,
  frame: Frame,
  snapshot: Snapshot,
): Promise<MainAttachmentDocument> {
  const { engagementId } = snapshot;
  const { accounts } = await loadRegisters(tx, snapshot);
  const { closing, others } = await balancesAt(tx, snapshot);
  const notes = new Map(
    (await currentAttachments(tx, engagementId, 'main')).map(({ accountGroup, data }) => [
      accountGroup,
      (data as WorkedOn).note,
    ]),
  );
  const mains = mainAttachmentsOf(accounts, closing, others).map((main) => {
    const note = notes.get(main.code);
    return { ...main, ...(note !== undefined && { note }) };
  });
  const ledgers = (await currentAttachments(tx, engagementId)).map(({ data }) => data as Attachment);
  const own = (await currentAttachments(tx, engagementId, 'own')).map(({ data }) => data as OwnAttachment);
  return mainAttachmentsDocument(frame, mains, supportNames(ledgers, own));
}

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

/** What the import found, as a document. */
export const findingsDocument = (frame: Frame, snapshot: Snapshot): FindingsDocument => ({
  ...frame,
  findings: (snapshot.findings as readonly ImportFinding[]).map(({ code, severity, message, line }) => ({
    code,
    severity,
    message,
    ...(line !== undefined && { line }),
  })),
});
