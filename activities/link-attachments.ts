import type { Attachment } from '../accounting/attachment.ts';
import type { FirmTransaction } from '../db/database.ts';
import { sha256 } from '../db/hash.ts';
import { currentAttachments } from '../db/stores/attachments.ts';
import type { StoredAttachment } from '../db/stores/attachments.ts';
import type { ExportVoucher } from '../db/stores/exports.ts';
import { ensureUpload, markConnected, markUploaded } from '../db/stores/file-uploads.ts';
import { getFile } from '../db/stores/files.ts';
import { recordHistory } from '../db/stores/history.ts';
import type { FortnoxClient } from '../fortnox/client.ts';
import { FortnoxError } from '../fortnox/error.ts';
import type { ActivityContext } from './context.ts';
import type { Activities, OrderInput } from './contract.ts';
import { AttachmentDocuments } from './documents/attachment-document.ts';
import { fortnoxOf, readOrder } from './export/order-context.ts';
import { heartbeatProgress } from './import/progress.ts';

/** One file on its way to one voucher. */
interface Link {
  readonly voucher: ExportVoucher;
  readonly name: string;
  readonly mediaType: string;
  readonly bytes: Uint8Array;
}

/**
 * Puts each attachment's PDF into Fortnox's inbox and connects it to the vouchers that came from its proposals, or to the
 * order's first; and each voucher's own files likewise. A company without the licence or scope for it still gets its close:
 * that is noted in the history.
 */
export function createLinkAttachments(context: ActivityContext): Activities['linkAttachments'] {
  const { database } = context;

  return async (input) => {
    const links = await linksOf(context, input);
    if (links.length === 0) return { linked: 0 };
    const { engagement } = await database.forFirm(input.firmId, (tx) => readOrder(tx, input));
    const { client } = await fortnoxOf(context, input.firmId, engagement);
    const progress = heartbeatProgress();
    progress.begin('attachments', links.length);
    try {
      for (const link of links) {
        await connect(context, client, link);
        progress.done();
      }
    } catch (error) {
      if (!(error instanceof FortnoxError) || error.kind !== 'attention') throw error;
      await note(context, input, 'attachments.not-linked', { code: error.code });
      return { linked: 0 };
    }
    await note(context, input, 'attachments.linked', { files: links.length });
    return { linked: links.length };
  };
}

async function linksOf(context: ActivityContext, input: OrderInput): Promise<Link[]> {
  const { engagement, vouchers, files, documents } = await context.database.forFirm(
    input.firmId,
    async (tx) => {
      const order = await readOrder(tx, input);
      const attachments = await currentAttachments(tx, input.engagementId);
      const made = await AttachmentDocuments.open(tx, order.engagement);
      return {
        ...order,
        files: await filesOf(tx, order.vouchers),
        documents: await Promise.all(
          attachments.map(async (stored) => ({ stored, document: await made.ledger(stored) })),
        ),
      };
    },
  );
  const exported = vouchers.filter(({ status }) => status === 'confirmed');
  const links: Link[] = [...files];
  for (const { stored, document } of exported.length > 0 ? documents : []) {
    const pdf = await context.render('attachmentPdf', document);
    const name = `Bilaga ${stored.accountGroup} ${engagement.yearTo}.pdf`;
    const mediaType = 'application/pdf';
    links.push(...vouchersOf(stored, exported).map((voucher) => ({ voucher, name, mediaType, bytes: pdf })));
  }
  return links;
}

/** The files that support each exported voucher. */
async function filesOf(tx: FirmTransaction, vouchers: readonly ExportVoucher[]): Promise<Link[]> {
  const links: Link[] = [];
  for (const voucher of vouchers.filter(({ status }) => status === 'confirmed')) {
    for (const { fileId, name, mediaType } of voucher.content.files ?? [])
      links.push({ voucher, name, mediaType, bytes: (await getFile(tx, fileId)).bytes });
  }
  return links;
}

/** Vouchers that were accepted from one of the attachment's proposals, told by the accounts that they share. */
function vouchersOf(stored: StoredAttachment, exported: readonly ExportVoucher[]): ExportVoucher[] {
  const accounts = new Set((stored.data as Attachment).accounts);
  const own = exported.filter(
    ({ content }) =>
      content.proposalCode !== undefined && content.rows.some(({ account }) => accounts.has(account)),
  );
  return own.length > 0 ? own : exported.slice(0, 1);
}

/** Safe to repeat: what has been done already stands in the upload's row; a file that was uploaded twice hurts nobody. */
async function connect(
  { database, crashPoint }: ActivityContext,
  client: FortnoxClient,
  link: Link,
): Promise<void> {
  const { voucher, name, mediaType, bytes } = link;
  const key = { orderId: voucher.orderId, position: voucher.position, sha256: sha256(bytes) };
  const { firmId, fortnoxSeries: series, fortnoxNumber: number, fortnoxYearId: yearId } = voucher;
  if (series === null || number === null || yearId === null)
    throw new RangeError('a confirmed voucher has a number');

  const upload = await database.forFirm(firmId, (tx) => ensureUpload(tx, key, name));
  if (upload.connectedAt !== null) return;
  let fileId = upload.fortnoxFileId;
  let onlyOurs = false;
  if (fileId === null) {
    const uploaded = await client.uploadToInbox(name, bytes, mediaType);
    crashPoint?.('attachments.after-upload');
    // A worker that was taken for dead may be at the same: then its file counts, and ours stays in the inbox unused.
    fileId = await database.forFirm(firmId, (tx) => markUploaded(tx, key, uploaded.id));
    onlyOurs = fileId === uploaded.id;
  }
  // Another attempt may have connected it: a file hangs on one voucher only, and twice is refused.
  if (onlyOurs || !(await isConnected(client, yearId, fileId))) {
    try {
      await client.connectFile({ fileId, series, number, yearId });
    } catch (error) {
      if (!(await isConnected(client, yearId, fileId))) throw error;
    }
    crashPoint?.('attachments.after-connect');
  }
  await database.forFirm(firmId, (tx) => markConnected(tx, key));
}

async function isConnected(client: FortnoxClient, yearId: number, fileId: string): Promise<boolean> {
  const { records } = await client.voucherFileConnections(yearId);
  return records.some((connection) => connection.fileId === fileId);
}

function note(
  { database }: ActivityContext,
  { firmId, engagementId, orderId }: OrderInput,
  event: string,
  details: Readonly<Record<string, unknown>>,
): Promise<void> {
  return database.forFirm(firmId, (tx) =>
    recordHistory(tx, {
      actor: 'system',
      event,
      engagementId,
      details: { orderId, ...details },
      onceKey: `${event}/${orderId}`,
    }),
  );
}
