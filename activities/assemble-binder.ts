import type { Attachment } from '../accounting/attachment.ts';
import { exchangeForm } from '../accounting/exchange-form.ts';
import type { OwnAttachment } from '../accounting/own-attachment.ts';
import { Problem } from '../accounting/problem.ts';
import type { FirmTransaction } from '../db/database.ts';
import { currentAttachments } from '../db/stores/attachments.ts';
import { findLatestRevision } from '../db/stores/adjustments.ts';
import { getEngagement } from '../db/stores/engagements.ts';
import { listOrders } from '../db/stores/exports.ts';
import { getFile, storeFile } from '../db/stores/files.ts';
import { frameRows } from '../db/stores/frame-rows.ts';
import { recordHistory } from '../db/stores/history.ts';
import { findOrderParts } from '../db/stores/order-parts.ts';
import { loadRawFile } from '../db/stores/raw-files.ts';
import { findLatestSnapshot } from '../db/stores/snapshots.ts';
import type { BinderFile } from '../documents/binder.ts';
import { bokforingsorder } from '../documents/bokforingsorder.ts';
import type {
  AttachmentDocument,
  FindingsDocument,
  HistoryDocument,
  MainAttachmentDocument,
  OwnAttachmentDocument,
  SystemDocumentationDocument,
} from '../documents/content.ts';
import type { OrderDocument } from '../documents/content.ts';
import { findingsDocument } from '../documents/findings.ts';
import { frameOf } from '../documents/frame.ts';
import type { Frame } from '../documents/frame.ts';
import type { ActivityContext } from './context.ts';
import type { Activities, EngagementInput } from './contract.ts';
import { AttachmentDocuments } from './documents/attachment-document.ts';
import { systemDocument } from './documents/books-documents.ts';
import { historyDocument } from './documents/history-document.ts';
import { orderSie } from './documents/order-sie.ts';
import type { ImportFinding } from './import/finding.ts';
import { heartbeatProgress } from './import/progress.ts';

/** Everything that goes into the binder, read in one transaction so that it belongs together. */
interface Contents {
  readonly frame: Frame;
  readonly attachments: readonly AttachmentDocument[];
  readonly own: readonly {
    readonly accountGroup: string;
    readonly document: OwnAttachmentDocument;
    readonly files: readonly { readonly name: string; readonly bytes: Uint8Array }[];
  }[];
  readonly main: MainAttachmentDocument;
  readonly system: SystemDocumentationDocument;
  readonly orders: readonly { readonly document: OrderDocument; readonly sie: Uint8Array }[];
  /** What supports the adjustments of the latest revision. */
  readonly supports: readonly { readonly name: string; readonly title: string; readonly bytes: Uint8Array }[];
  readonly history: HistoryDocument;
  readonly findings: FindingsDocument;
  readonly raw: readonly { readonly name: string; readonly bytes: Uint8Array }[];
}

/** The books of a year are kept until the seventh year after the calendar year in which it ended (BFL 7:2). */
const keptYears = 7;

/** Puts the binder (årsakt) together: every document of the close with a manifest of hashes, stored as one file. */
export function createAssembleBinder(context: ActivityContext): Activities['assembleBinder'] {
  const { database, render, crashPoint } = context;

  return async (input) => {
    const progress = heartbeatProgress();
    progress.begin('reading');
    const contents = await database.forFirm(input.firmId, (tx) => readContents(tx, input));
    progress.begin('rendering');
    const files = await renderAll(context, contents, () => progress.done());
    const { year } = contents.frame.letterhead;
    const binder = await render('binder', {
      ...contents.frame,
      files,
      keptUntilYear: Number(year.to.slice(0, 4)) + keptYears,
    });
    crashPoint?.('binder.before-store');
    return database.forFirm(input.firmId, async (tx) => {
      const stored = await storeFile(tx, {
        engagementId: input.engagementId,
        kind: 'binder',
        name: `Årsakt ${year.from}–${year.to}.zip`,
        mediaType: 'application/zip',
        bytes: binder.bytes,
        storedBy: 'system',
      });
      const { run } = await getEngagement(tx, input.engagementId);
      await recordHistory(tx, {
        actor: 'system',
        event: 'binder.stored',
        engagementId: input.engagementId,
        details: {
          fileId: stored.id,
          sha256: stored.sha256,
          manifestSha256: binder.manifestSha256,
          files: files.length,
        },
        onceKey: `binder.stored/${input.engagementId}/${run}`,
      });
      return { fileId: stored.id, sha256: stored.sha256 };
    });
  };
}

async function readContents(tx: FirmTransaction, { engagementId }: EngagementInput): Promise<Contents> {
  const engagement = await getEngagement(tx, engagementId);
  const snapshot = await findLatestSnapshot(tx, engagementId);
  if (!snapshot) {
    throw new Problem({
      code: 'binder.no-snapshot',
      what: 'Bokslutet har ingen inläst bokföring att sätta samman.',
      advice: 'Importera bokföringen först.',
    });
  }
  const frame = frameOf(await frameRows(tx, engagement, snapshot));
  const made = await AttachmentDocuments.open(tx, engagement);
  const attachments: AttachmentDocument[] = [];
  for (const stored of await currentAttachments(tx, engagementId))
    attachments.push(await made.ledger(stored));
  const own: Contents['own'][number][] = [];
  for (const stored of await currentAttachments(tx, engagementId, 'own')) {
    const { files, withdrawn } = stored.data as OwnAttachment;
    if (withdrawn) continue;
    const document = await made.own(stored);
    const supports: { name: string; bytes: Uint8Array }[] = [];
    for (const { fileId, name } of files) supports.push({ name, bytes: (await getFile(tx, fileId)).bytes });
    own.push({ accountGroup: stored.accountGroup, document, files: supports });
  }
  const orders: { document: OrderDocument; sie: Uint8Array }[] = [];
  for (const { approvalId } of await listOrders(tx, engagementId)) {
    const parts = await findOrderParts(tx, engagementId, approvalId);
    if (!parts) continue;
    const approved = frameOf(await frameRows(tx, engagement, parts.snapshot));
    orders.push({ document: bokforingsorder(approved, parts), sie: orderSie(approved, parts) });
  }
  const supports: { name: string; title: string; bytes: Uint8Array }[] = [];
  const revision = await findLatestRevision(tx, engagementId);
  for (const [at, { text, files = [] }] of (revision?.data ?? []).entries()) {
    for (const [index, { fileId, name }] of files.entries()) {
      const { bytes } = await getFile(tx, fileId);
      const title = `Underlag till bokslutsverifikation ${at + 1}, ${text}: ${name}`;
      supports.push({ name: `underlag/bokslutsverifikation-${at + 1}-${index + 1}-${name}`, title, bytes });
    }
  }
  const raw: { name: string; bytes: Uint8Array }[] = [];
  for (const file of snapshot.rawFiles) raw.push({ name: file.name, bytes: await loadRawFile(tx, file) });
  return {
    frame,
    attachments,
    own,
    main: { ...frame, groups: await made.mains() },
    system: await systemDocument(tx, frame, engagement, snapshot),
    orders,
    supports,
    history: await historyDocument(tx, frame, engagementId),
    findings: findingsDocument(frame, snapshot.findings as readonly ImportFinding[]),
    raw,
  };
}

async function renderAll(
  { render }: ActivityContext,
  contents: Contents,
  done: () => void,
): Promise<BinderFile[]> {
  const files: BinderFile[] = [];
  const add = (name: string, title: string, bytes: Uint8Array): void => {
    files.push({ name, title, bytes });
    done();
  };
  add('huvudbilagor.pdf', 'Huvudbilagor', await render('mainAttachmentPdf', contents.main));
  add('huvudbilagor.xlsx', 'Huvudbilagor, kalkylblad', await render('mainAttachmentXlsx', contents.main));
  for (const document of contents.attachments) {
    const { account } = document.attachment;
    const name = `bilaga-${account}`;
    add(`${name}.pdf`, `Bilaga ${account}`, await render('attachmentPdf', document));
    add(`${name}.xlsx`, `Bilaga ${account}, kalkylblad`, await render('attachmentXlsx', document));
    add(`${name}.json`, `Bilaga ${account}, data`, jsonOf(document.attachment));
  }
  for (const { accountGroup, document, files: supports } of contents.own) {
    const { title } = document.attachment;
    const name = `bilaga-${accountGroup}`;
    add(`${name}.pdf`, `Egen bilaga: ${title}`, await render('ownAttachmentPdf', document));
    add(`${name}.xlsx`, `Egen bilaga: ${title}, kalkylblad`, await render('ownAttachmentXlsx', document));
    for (const [index, file] of supports.entries()) {
      const path = `underlag/${accountGroup}-${index + 1}-${file.name}`;
      add(path, `Underlag till ${title}: ${file.name}`, file.bytes);
    }
  }
  for (const [index, { document, sie }] of contents.orders.entries()) {
    const name = `bokforingsorder-${index + 1}`;
    const title = `Bokföringsorder ${index + 1}, serie ${document.series}`;
    add(`${name}.pdf`, title, await render('bokforingsorderPdf', document));
    add(`${name}.xlsx`, `${title}, kalkylblad`, await render('bokforingsorderXlsx', document));
    add(`${name}.si`, `${title}, SIE 4I`, sie);
  }
  for (const { name, title, bytes } of contents.supports) add(name, title, bytes);
  const { history, findings } = contents;
  add('behandlingshistorik.pdf', 'Behandlingshistorik', await render('historyPdf', history));
  add('behandlingshistorik.xlsx', 'Behandlingshistorik, kalkylblad', await render('historyXlsx', history));
  add('importkontroller.pdf', 'Importkontroller', await render('findingsPdf', findings));
  add('importkontroller.xlsx', 'Importkontroller, kalkylblad', await render('findingsXlsx', findings));
  const system = await render('systemDocumentationPdf', contents.system);
  add('systemdokumentation.pdf', 'Systemdokumentation', system);
  for (const { name, bytes } of contents.raw) add(`sie/${name}`, `Importerad SIE-fil ${name}`, bytes);
  return files;
}

const jsonOf = (attachment: Attachment): Uint8Array =>
  Buffer.from(`${JSON.stringify(exchangeForm(attachment), undefined, 1)}\n`);
