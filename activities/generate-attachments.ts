import { closingOf, mainAttachmentsOf } from '../accounting/account-groups.ts';
import type { MainAttachment } from '../accounting/account-groups.ts';
import { attachmentAccount } from '../accounting/account-set.ts';
import { buildAttachment } from '../accounting/attachment.ts';
import type { Attachment } from '../accounting/attachment.ts';
import type { Adjustment } from '../accounting/adjustment.ts';
import type { AccountNumber, Books } from '../accounting/books.ts';
import type { ItemMark } from '../accounting/item-marks.ts';
import type { Ore } from '../accounting/money.ts';
import { proposeReversal } from '../accounting/proposals/reversal.ts';
import type { FirmTransaction } from '../db/database.ts';
import { currentAttachments, currentMarks } from '../db/stores/attachments.ts';
import type { StoredAttachment } from '../db/stores/attachments.ts';
import { balancesAt } from '../db/stores/balances.ts';
import { findPriorEngagement, getEngagement } from '../db/stores/engagements.ts';
import type { Engagement } from '../db/stores/engagements.ts';
import { storeFile } from '../db/stores/files.ts';
import { recordHistory } from '../db/stores/history.ts';
import { ratesUpTo } from '../db/stores/rates.ts';
import { getSnapshot, loadBooks, loadRegisters } from '../db/stores/snapshots.ts';
import type { AttachmentDocument } from '../documents/content.ts';
import { attachmentOptions } from './attachment-options.ts';
import { AttachmentVersions } from './attachment-versions.ts';
import type { ActivityContext } from './context.ts';
import type { Activities, SnapshotInput } from './contract.ts';
import { AttachmentDocuments } from './documents/attachment-document.ts';
import { entriesToReverse } from './entries-to-reverse.ts';
import { heartbeatProgress } from './import/progress.ts';

/**
 * Makes the attachments for receivables and payables and the main one of every balance-sheet group. The same snapshot gives the same attachments and no new version;
 * one that a person has worked on is never overwritten: what the new books give is laid beside it as an offer.
 */
export function createGenerateAttachments(context: ActivityContext): Activities['generateAttachments'] {
  const { database, crashPoint } = context;

  return async (input) => {
    const progress = heartbeatProgress();
    progress.begin('attachments');
    const { made, mains, balances } = await database.forFirm(input.firmId, (tx) => build(tx, input));
    crashPoint?.('attachments.before-store');
    const documents = await database.forFirm(input.firmId, async (tx) => {
      const engagement = await getEngagement(tx, input.engagementId);
      const versions = await AttachmentVersions.open(tx, await getSnapshot(tx, input.snapshotId));
      const stored: StoredAttachment[] = [];
      for (const attachment of made) stored.push(await versions.fromBooks(attachment.account, attachment));
      for (const main of mains) await versions.fromBooks(main.code, main);
      await versions.holdOwn(balances);
      await versions.carryForward(engagement, balances);
      await recordHistory(tx, {
        actor: 'system',
        event: 'attachments.generated',
        engagementId: input.engagementId,
        details: { snapshotId: input.snapshotId, attachments: made.map(({ account }) => account) },
        onceKey: `attachments.generated/${input.snapshotId}`,
      });
      const saved = await AttachmentDocuments.open(tx, engagement);
      return Promise.all(stored.map((version) => saved.ledger(version)));
    });
    progress.begin('documents', documents.length);
    for (const document of documents) {
      await storeDocuments(context, input, document);
      progress.done();
    }
    return {
      attachments: made.length,
      withDifference: made.filter(({ differenceOre }) => differenceOre !== 0).length,
    };
  };
}

interface Made {
  readonly made: readonly Attachment[];
  readonly mains: readonly MainAttachment[];
  readonly balances: ReadonlyMap<AccountNumber, Ore>;
}

async function build(tx: FirmTransaction, { engagementId, snapshotId }: SnapshotInput): Promise<Made> {
  const engagement = await getEngagement(tx, engagementId);
  const { settings, yearTo } = engagement;
  const snapshot = await getSnapshot(tx, snapshotId);
  const { accounts } = await loadRegisters(tx, snapshot);
  const { closing, before } = await balancesAt(tx, snapshot);
  const held = await currentAttachments(tx, engagementId, 'main');
  const mains = mainAttachmentsOf(
    accounts,
    closing,
    before,
    held.map(({ data }) => data as MainAttachment),
  );
  const balances = closingOf(closing);
  // Books from a SIE file alone have no invoices to specify the ledgers with, and need not come into memory.
  if (settings.source === 'sie') return { made: [], mains, balances };
  const books = await loadBooks(tx, snapshotId);
  const rates = await ratesUpTo(tx, yearTo);
  const marks = await marksFor(tx, engagement);
  const toReverse = await entriesToReverse(tx, engagement);
  const made = (['receivables', 'payables'] as const).map((ledger) =>
    buildAttachment(ledger, books, {
      ...attachmentOptions(ledger, settings, rates),
      marks: marks.get(attachmentAccount[ledger]) ?? [],
    }),
  );
  return { made: withReversals(made, toReverse, books), mains, balances };
}

/** Each entry is proposed to be reversed by one attachment: the first whose accounts it is on. */
function withReversals(
  made: readonly Attachment[],
  entries: readonly Adjustment[],
  books: Books,
): readonly Attachment[] {
  const attachmentOf = ({ rows }: Adjustment): Attachment | undefined =>
    made.find(({ accounts }) => rows.some(({ account }) => accounts.includes(account)));
  return made.map((attachment) => {
    const reversals = entries
      .filter((entry) => attachmentOf(entry) === attachment)
      .map((entry) => proposeReversal(entry, books))
      .filter((proposal) => proposal !== undefined);
    return { ...attachment, proposals: [...reversals, ...attachment.proposals] };
  });
}

/** What people have said of open items: in this close, at its first import in the one of the year before. */
async function marksFor(
  tx: FirmTransaction,
  engagement: Engagement,
): Promise<Map<string, readonly ItemMark[]>> {
  const current = await currentMarks(tx, engagement.id);
  if (current.size > 0) return current;
  const prior = await findPriorEngagement(tx, engagement);
  return prior ? currentMarks(tx, prior.id) : current;
}

/** The attachment as PDF and XLSX among the engagement's files; made again, they are the same files. */
async function storeDocuments(
  { database, render }: ActivityContext,
  { firmId, engagementId }: SnapshotInput,
  document: AttachmentDocument,
): Promise<void> {
  const name = `bilaga-${document.attachment.account}-version-${document.signOff.version}`;
  const pdf = await render('attachmentPdf', document);
  const xlsx = await render('attachmentXlsx', document);
  const about = { engagementId, kind: 'attachment', storedBy: 'system' } as const;
  await database.forFirm(firmId, async (tx) => {
    await storeFile(tx, { ...about, name: `${name}.pdf`, mediaType: 'application/pdf', bytes: pdf });
    await storeFile(tx, { ...about, name: `${name}.xlsx`, mediaType: xlsxMediaType, bytes: xlsx });
  });
}

const xlsxMediaType = 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet';
