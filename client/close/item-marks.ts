import { attachmentKind } from '../../accounting/attachment-kind.ts';
import { buildAttachment } from '../../accounting/attachment.ts';
import type { Attachment } from '../../accounting/attachment.ts';
import { marksByInvoice, mayMark } from '../../accounting/item-marks.ts';
import type { ItemMark } from '../../accounting/item-marks.ts';
import { compareNumbers } from '../../accounting/number-order.ts';
import type { OpenItem } from '../../accounting/open-items.ts';
import { Problem } from '../../accounting/problem.ts';
import type { FirmTransaction } from '../../db/database.ts';
import { loadBooks } from '../../db/stores/snapshots.ts';
import type { SignOffState } from '../../db/stores/sign-off-states.ts';
import type { Caller, ClientContext } from './context.ts';
import { offerFirst, saveWorkedOn } from './offers.ts';
import { attachmentState } from './sign-offs.ts';

/** An open item with its trail, and what a person has said of it. */
export type MarkedItem = OpenItem & { readonly mark?: Omit<ItemMark, 'invoiceNumber'> };

export interface MarkedItems {
  readonly version: number;
  readonly items: readonly MarkedItem[];
}

const longestNote = 500;

/** The open items of 1510 or 2440 as they stand. @throws Problem `attachments.not-found` */
export async function listItems(
  { database }: ClientContext,
  { firmId }: Caller,
  engagementId: string,
  accountGroup: string,
): Promise<MarkedItems> {
  return database.forFirm(firmId, async (tx) => {
    const { current } = await ledgerState(tx, engagementId, accountGroup);
    const attachment = current.data as Attachment;
    const marks = marksByInvoice(attachment);
    const items = attachment.openItems.map((item) => {
      const { invoiceNumber: _, ...mark } = marks.get(item.invoiceNumber) ?? { invoiceNumber: '' };
      return { ...item, ...(Object.keys(mark).length > 0 && { mark }) };
    });
    return { version: current.version, items };
  });
}

/**
 * Says of one open item that it is doubtful, disputed or lost, or leaves a note on it; nothing at all takes back what was
 * said. What a person has said is kept by invoice number over every import, moves no figure, and is what the proposals
 * for doubtful, disputed and lost items go by.
 * @throws Problem `attachments.not-found`, `attachments.item-not-found`, `attachments.mark-refused`,
 * `attachments.conflict`, `offers.waits`
 */
export async function markItem(
  { database }: ClientContext,
  caller: Caller,
  engagementId: string,
  accountGroup: string,
  said: ItemMark & { readonly expectedVersion: number },
): Promise<{ readonly version: number; readonly item: MarkedItem }> {
  return database.forFirm(caller.firmId, async (tx) => {
    const { current, offer, newestVersion } = await ledgerState(tx, engagementId, accountGroup);
    if (offer) throw new Problem(offerFirst);
    const attachment = current.data as Attachment;
    const { expectedVersion, invoiceNumber } = said;
    const item = attachment.openItems.find((one) => one.invoiceNumber === invoiceNumber);
    if (!item) throw itemNotFound(invoiceNumber, accountGroup);
    const mark = checked(said, attachment);
    const stored = await saveWorkedOn(tx, caller, current, {
      event: 'attachments.item-marked',
      about: { invoice: invoiceNumber, ...(mark.kind && { mark: mark.kind }) },
      // An offer that the books took back has a number of its own, which nobody sees.
      expectedVersion: expectedVersion === current.version ? newestVersion : expectedVersion,
      snapshotId: current.snapshotId,
      data: await withMark(tx, attachment, mark, current.snapshotId),
    });
    const { invoiceNumber: _, ...kept } = mark;
    return {
      version: stored.version,
      item: { ...item, ...(Object.keys(kept).length > 0 && { mark: kept }) },
    };
  });
}

async function ledgerState(
  tx: FirmTransaction,
  engagementId: string,
  accountGroup: string,
): Promise<SignOffState> {
  const state = await attachmentState(tx, engagementId, accountGroup);
  if (attachmentKind(accountGroup) === 'ledger') return state;
  throw new Problem({
    code: 'attachments.not-found',
    what: `Bilaga ${accountGroup} har inga öppna poster.`,
    advice: 'Välj bilagan för kundfordringar eller leverantörsskulder.',
  });
}

function checked({ invoiceNumber, kind, note = '' }: ItemMark, { ledger }: Attachment): ItemMark {
  const text = note.trim();
  if (text.length > longestNote) throw refused(`Anteckningen är längre än ${longestNote} tecken.`);
  if (kind !== undefined && !mayMark(ledger, kind))
    throw refused('En leverantörsskuld kan vara tvistig, men inte osäker eller förlorad.');
  return { invoiceNumber, ...(kind && { kind }), ...(text !== '' && { note: text }) };
}

/** The attachment with what was said, and with the suggestions that follow; every figure stays as it was seen. */
async function withMark(
  tx: FirmTransaction,
  attachment: Attachment,
  mark: ItemMark,
  snapshotId: string,
): Promise<Attachment> {
  const before = marksByInvoice(attachment);
  const all = new Map(before).set(mark.invoiceNumber, mark);
  if (mark.kind === undefined && mark.note === undefined) all.delete(mark.invoiceNumber);
  const marks = [...all.values()].toSorted((a, b) => compareNumbers(a.invoiceNumber, b.invoiceNumber));
  const { marks: _, ...rest } = attachment;
  const marked = { ...rest, ...(marks.length > 0 && { marks }) };
  if (before.get(mark.invoiceNumber)?.kind === mark.kind) return marked;
  const { ledger, accounts: accountSet } = attachment;
  const books = await loadBooks(tx, snapshotId);
  const { suggestions } = buildAttachment(ledger, books, { accountSet, rates: [], marks });
  return { ...marked, suggestions };
}

const itemNotFound = (invoiceNumber: string, accountGroup: string): Problem =>
  new Problem({
    code: 'attachments.item-not-found',
    what: `Bilaga ${accountGroup} har ingen öppen post för faktura ${invoiceNumber}.`,
    advice: 'Läs in bilagan igen och välj en av dess poster.',
  });

const refused = (what: string): Problem =>
  new Problem({ code: 'attachments.mark-refused', what, advice: 'Ändra märkningen och spara igen.' });
