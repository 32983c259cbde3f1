import { NumberIndex } from './number-index.ts';
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
  readonly vouchers: Iterable<PlacedVoucher>;
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

/** No voucher, no document. */
const none = -1;
const noDocuments: readonly LedgerDocument[] = [];

/**
 * Finds which voucher is whose document: the one that the document names, if that is in the books; when it names none,
 * the one whose reference names it (the earliest of several).
 *
 * Vouchers and documents are numbered through, and what belongs together is kept as numbers in arrays: at 100,000 of
 * them an object for each, or a map keyed by one, costs more than all the rest. Whose documents a voucher has is worked
 * out when it is first asked for.
 */
export function linkVouchers(books: Books): VoucherLinks {
  const years = [...books.otherYears, books.closing];
  const vouchers = years.flatMap((year) => year.vouchers);
  const firstOf = years.map((_, index) =>
    years.slice(0, index).reduce((sum, year) => sum + year.vouchers.length, 0),
  );
  const yearAt = (index: number): YearBooks => years[firstOf.findLastIndex((first) => first <= index)]!;
  const find = voucherFinder(years, vouchers);
  const documents: readonly LedgerDocument[] = [...books.invoices, ...books.payments];
  const unnamed = documents.filter((document) => !document.voucher);
  const byReference = linkByReference(unnamed, years, vouchers);
  const indexOf = (document: LedgerDocument): number =>
    document.voucher ? find(document.voucher) : (byReference.get(document) ?? none);

  // Asked for few vouchers when the books are sound, so both wait until somebody does.
  let chains: DocumentChains | undefined;
  let all: ReturnType<typeof referenceIndex> | undefined;
  const documentsOf = (index: number): readonly LedgerDocument[] =>
    (chains ??= new DocumentChains(documents, vouchers.length, indexOf)).of(index);
  const place = (index: number, year: YearBooks): PlacedVoucher =>
    new Placed(vouchers[index]!, year, index, documentsOf);
  return {
    vouchers: {
      *[Symbol.iterator]() {
        let index = 0;
        for (const year of years)
          for (const end = index + year.vouchers.length; index < end; index++) yield place(index, year);
      },
    },
    voucherOf: (document) => {
      const index = indexOf(document);
      return index === none ? undefined : place(index, yearAt(index));
    },
    referredBy: (voucher) => (all ??= referenceIndex(documents))(voucher),
  };
}

class Placed implements PlacedVoucher {
  readonly voucher: Voucher;
  readonly year: YearBooks;
  private readonly index: number;
  private readonly documentsOf: (index: number) => readonly LedgerDocument[];

  constructor(
    voucher: Voucher,
    year: YearBooks,
    index: number,
    documentsOf: (index: number) => readonly LedgerDocument[],
  ) {
    this.voucher = voucher;
    this.year = year;
    this.index = index;
    this.documentsOf = documentsOf;
  }

  get documents(): readonly LedgerDocument[] {
    return this.documentsOf(this.index);
  }
}

/** Each voucher's documents as a chain: the last one that was found, and from each the one before it. */
class DocumentChains {
  private readonly documents: readonly LedgerDocument[];
  private readonly last: Int32Array;
  private readonly before: Int32Array;

  constructor(
    documents: readonly LedgerDocument[],
    vouchers: number,
    voucherOf: (document: LedgerDocument) => number,
  ) {
    this.documents = documents;
    this.last = new Int32Array(vouchers).fill(none);
    this.before = new Int32Array(documents.length);
    for (let index = 0; index < documents.length; index++) {
      const voucher = voucherOf(documents[index]!);
      if (voucher === none) continue;
      this.before[index] = this.last[voucher]!;
      this.last[voucher] = index;
    }
  }

  /** In order of kind and number. */
  of(voucher: number): readonly LedgerDocument[] {
    const last = this.last[voucher]!;
    if (last === none) return noDocuments;
    const list = [this.documents[last]!];
    for (let index = this.before[last]!; index !== none; index = this.before[index]!)
      list.push(this.documents[index]!);
    return list.length > 1 ? list.toSorted(byRangeAndNumber) : list;
  }
}

/** For documents that name no voucher. Several vouchers refer to one: the earliest, whatever order they were read in. */
function linkByReference(
  unnamed: readonly LedgerDocument[],
  years: readonly YearBooks[],
  vouchers: readonly Voucher[],
): Map<LedgerDocument, number> {
  const links = new Map<LedgerDocument, number>();
  if (unnamed.length === 0) return links;
  const referredBy = referenceIndex(unnamed);
  const yearOf = new Map<LedgerDocument, YearBooks>();
  let index = 0;
  for (const year of years) {
    for (const voucher of year.vouchers) {
      const document = referredBy(voucher);
      if (document) {
        const held = links.get(document);
        const isEarlier =
          held === undefined ||
          (compareText(year.year.from, yearOf.get(document)!.year.from) ||
            comparePlaces(voucher, vouchers[held]!)) < 0;
        if (isEarlier) {
          links.set(document, index);
          yearOf.set(document, year);
        }
      }
      index++;
    }
  }
  return links;
}

const ranges: readonly Range[] = ['invoice', 'payment', 'supplierInvoice', 'supplierPayment'];

const byRangeAndNumber = (a: LedgerDocument, b: LedgerDocument): number =>
  ranges.indexOf(rangeOf(a)) - ranges.indexOf(rangeOf(b)) || compareNumbers(a.number, b.number);

/** Within a year. */
const comparePlaces = (a: Voucher, b: Voucher): number =>
  compareText(a.date, b.date) || compareText(a.series, b.series) || a.number - b.number;

/** Which of the documents a voucher's reference names. */
function referenceIndex(
  documents: readonly LedgerDocument[],
): (voucher: Voucher) => LedgerDocument | undefined {
  const index: Record<Range, NumberIndex<LedgerDocument>> = {
    invoice: new NumberIndex(),
    payment: new NumberIndex(),
    supplierInvoice: new NumberIndex(),
    supplierPayment: new NumberIndex(),
  };
  for (const document of documents) index[rangeOf(document)].set(document.number, document);
  return ({ reference }) => {
    const range = reference && rangeOfReference[reference.type];
    return range && index[range].get(reference.number);
  };
}

/** By year and series, an array of the vouchers' places by number. Of several of one number the earliest counts. */
function voucherFinder(
  years: readonly YearBooks[],
  vouchers: readonly Voucher[],
): (ref: VoucherRef) => number {
  const byYear = new Map<string, Map<string, number[]>>();
  let index = 0;
  for (const year of years) {
    const bySeries = byYear.get(year.year.from) ?? new Map<string, number[]>();
    byYear.set(year.year.from, bySeries);
    for (const { series, number, date } of year.vouchers) {
      const at = index++;
      if (number === 0) continue;
      let byNumber = bySeries.get(series);
      if (!byNumber) bySeries.set(series, (byNumber = []));
      const held = byNumber[number];
      if (held === undefined || date < vouchers[held]!.date) byNumber[number] = at;
    }
  }
  return (ref) => byYear.get(ref.year)?.get(ref.series)?.[ref.number] ?? none;
}
