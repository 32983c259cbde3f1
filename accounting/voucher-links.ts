import { compareNumbers, compareText } from './number-order.ts';
import type { Books, Invoice, Payment, ReferenceType, Voucher, VoucherRef, YearBooks } from './books.ts';

/** What a voucher can be made from: an invoice or a payment of either ledger. */
export type LedgerDocument = Invoice | Payment;

export const isPayment = (document: LedgerDocument): document is Payment => 'invoiceNumber' in document;

/** A voucher with the year that it stands in (numbers start anew each year) and the documents whose voucher it is. */
export interface PlacedVoucher {
  readonly voucher: Voucher;
  readonly year: YearBooks;
  /** In order of kind and number; empty when it is no document's. */
  readonly documents: readonly LedgerDocument[];
}

export interface VoucherLinks {
  /** Every voucher of every year that was read. */
  readonly vouchers: readonly PlacedVoucher[];
  /** The document's voucher, when it is in the books. */
  readonly voucherOf: (document: LedgerDocument) => PlacedVoucher | undefined;
  /** The document that the voucher's reference names, be it its own or not. */
  readonly referredBy: (voucher: Voucher) => LedgerDocument | undefined;
}

type Range = 'invoice' | 'payment' | 'supplierInvoice' | 'supplierPayment';

const rangeOfReference: Partial<Record<ReferenceType, Range>> = {
  INVOICE: 'invoice',
  CASHINVOICE: 'invoice',
  INVOICEPAYMENT: 'payment',
  SUPPLIERINVOICE: 'supplierInvoice',
  SUPPLIERPAYMENT: 'supplierPayment',
};

/** Which of the four number ranges a document stands in; customers and suppliers share numbers. */
export function rangeOf(document: LedgerDocument): Range {
  if (document.ledger === 'receivables') return isPayment(document) ? 'payment' : 'invoice';
  return isPayment(document) ? 'supplierPayment' : 'supplierInvoice';
}

/** How reports name a document: `invoice 1007`, `supplierPayment 3`. */
export const documentReference = (document: LedgerDocument): string =>
  `${rangeOf(document)} ${document.number}`;

interface LinkedVoucher extends PlacedVoucher {
  documents: LedgerDocument[];
}

const noDocuments: LedgerDocument[] = [];

/**
 * Finds which voucher is whose document: the one that the document names, if that is in the books; when it names none,
 * the one whose reference names it (the earliest of several). One pass over documents and vouchers; no map is keyed by
 * a record, which at 100,000 of them costs more than all the rest.
 */
export function linkVouchers(books: Books): VoucherLinks {
  const vouchers: LinkedVoucher[] = [];
  for (const year of [...books.otherYears, books.closing]) {
    for (const voucher of year.vouchers) vouchers.push({ voucher, year, documents: noDocuments });
  }
  const find = voucherFinder(vouchers);
  const unnamed: LedgerDocument[] = [];
  for (const list of [books.invoices, books.payments]) {
    for (const document of list) {
      const named = document.voucher && find(document.voucher);
      if (named) attach(named, document);
      else if (!document.voucher) unnamed.push(document);
    }
  }
  const byReference = linkByReference(unnamed, vouchers);
  for (const [document, placed] of byReference) attach(placed, document);
  for (const { documents } of vouchers) if (documents.length > 1) documents.sort(byRangeAndNumber);

  // Asked for few vouchers when the books are sound, so the index waits until somebody does.
  let all: ReturnType<typeof referenceIndex> | undefined;
  return {
    vouchers,
    voucherOf: (document) => (document.voucher ? find(document.voucher) : byReference.get(document)),
    referredBy: (voucher) => (all ??= referenceIndex([...books.invoices, ...books.payments]))(voucher),
  };
}

function attach(placed: LinkedVoucher, document: LedgerDocument): void {
  if (placed.documents === noDocuments) placed.documents = [document];
  else placed.documents.push(document);
}

/** For documents that name no voucher. Several vouchers refer to one: the earliest, whatever order they were read in. */
function linkByReference(
  unnamed: readonly LedgerDocument[],
  vouchers: readonly LinkedVoucher[],
): Map<LedgerDocument, LinkedVoucher> {
  const links = new Map<LedgerDocument, LinkedVoucher>();
  if (unnamed.length === 0) return links;
  const referredBy = referenceIndex(unnamed);
  for (const placed of vouchers) {
    const document = referredBy(placed.voucher);
    const held = document && links.get(document);
    if (document && (!held || comparePlaces(placed, held) < 0)) links.set(document, placed);
  }
  return links;
}

const ranges: readonly Range[] = ['invoice', 'payment', 'supplierInvoice', 'supplierPayment'];

const byRangeAndNumber = (a: LedgerDocument, b: LedgerDocument): number =>
  ranges.indexOf(rangeOf(a)) - ranges.indexOf(rangeOf(b)) || compareNumbers(a.number, b.number);

const comparePlaces = (a: PlacedVoucher, b: PlacedVoucher): number =>
  compareText(a.year.year.from, b.year.year.from) ||
  compareText(a.voucher.date, b.voucher.date) ||
  compareText(a.voucher.series, b.voucher.series) ||
  a.voucher.number - b.voucher.number;

/** Which of the documents a voucher's reference names. */
function referenceIndex(
  documents: readonly LedgerDocument[],
): (voucher: Voucher) => LedgerDocument | undefined {
  const index: Record<Range, Map<string, LedgerDocument>> = {
    invoice: new Map(),
    payment: new Map(),
    supplierInvoice: new Map(),
    supplierPayment: new Map(),
  };
  for (const document of documents) index[rangeOf(document)].set(document.number, document);
  return ({ reference }) => {
    const range = reference && rangeOfReference[reference.type];
    return range && index[range].get(reference.number);
  };
}

/** Maps of maps rather than a joined text key, for the same reason. */
function voucherFinder(vouchers: readonly LinkedVoucher[]): (ref: VoucherRef) => LinkedVoucher | undefined {
  const byYear = new Map<string, Map<string, Map<number, LinkedVoucher>>>();
  for (const placed of vouchers) {
    const { series, number, date } = placed.voucher;
    if (number === 0) continue;
    const { from } = placed.year.year;
    let bySeries = byYear.get(from);
    if (!bySeries) byYear.set(from, (bySeries = new Map()));
    let byNumber = bySeries.get(series);
    if (!byNumber) bySeries.set(series, (byNumber = new Map()));
    const held = byNumber.get(number);
    if (!held || date < held.voucher.date) byNumber.set(number, placed);
  }
  return (ref) => byYear.get(ref.year)?.get(ref.series)?.get(ref.number);
}
