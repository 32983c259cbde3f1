import type { Attachment } from '../../accounting/attachment.ts';
import type { FirmTransaction } from '../../db/database.ts';
import { listSignOffs } from '../../db/stores/attachments.ts';
import type { StoredAttachment } from '../../db/stores/attachments.ts';
import type { Engagement } from '../../db/stores/engagements.ts';
import { getSnapshot } from '../../db/stores/snapshots.ts';
import type { OwnAttachment } from '../../accounting/own-attachment.ts';
import type {
  AttachmentDocument,
  OwnAttachmentDocument,
  Signature,
  SignOff,
} from '../../documents/content.ts';
import { frameOf, nameOf } from './frame.ts';

/** A stored attachment as a document, with the signatures that still hold under its figures. */
export async function attachmentDocument(
  tx: FirmTransaction,
  engagement: Engagement,
  stored: StoredAttachment,
): Promise<AttachmentDocument> {
  const snapshot = await getSnapshot(tx, stored.snapshotId);
  // What a person writes under the reconciliation is kept with the figures.
  const attachment = stored.data as Attachment & { readonly note?: string };
  return {
    ...(await frameOf(tx, engagement, snapshot)),
    signOff: await signOffOf(tx, engagement, stored),
    attachment,
    ...(attachment.note !== undefined && { note: attachment.note }),
  };
}

/** An own attachment as a document. */
export async function ownAttachmentDocument(
  tx: FirmTransaction,
  engagement: Engagement,
  stored: StoredAttachment,
): Promise<OwnAttachmentDocument> {
  const snapshot = await getSnapshot(tx, stored.snapshotId);
  return {
    ...(await frameOf(tx, engagement, snapshot)),
    signOff: await signOffOf(tx, engagement, stored),
    attachment: stored.data as OwnAttachment,
  };
}

async function signOffOf(
  tx: FirmTransaction,
  engagement: Engagement,
  stored: StoredAttachment,
): Promise<SignOff> {
  const all = (await listSignOffs(tx, engagement.id)).filter(
    ({ accountGroup }) => accountGroup === stored.accountGroup,
  );
  const holding = all.filter(({ figuresHash }) => figuresHash === stored.figuresHash);
  const signature = async (role: 'prepared' | 'reviewed'): Promise<Signature | undefined> => {
    const found = holding.find((signOff) => signOff.role === role);
    return found && { name: await nameOf(tx, found.signedBy), at: found.signedAt.toISOString() };
  };
  const prepared = await signature('prepared');
  const approved = await signature('reviewed');
  const status = approved ? 'approved' : prepared ? 'prepared' : all.length > 0 ? 'stale' : 'draft';
  return {
    status,
    version: stored.version,
    ...(prepared && { prepared }),
    ...(approved && { approved }),
  };
}
