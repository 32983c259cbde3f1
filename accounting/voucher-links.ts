import { none, NumberIndex, PlaceTable } from './number-index.ts';
import { once } from './once.ts';
import { RowColumns } from './row-columns.ts';
import type { IsoDate } from './dates.ts';
import { compareNumbers, compareText } from './number-order.ts';
import type { Books, Invoice, Payment, ReferenceType, Voucher, VoucherRef, YearBooks } from './books.ts';

/** What a voucher can be made from: an invoice or a payment of either ledger. */
export type LedgerDocument = Invoice | Payment;

export const isPayment = (document: LedgerDocument): document is Payment => 'invoiceNumber' in document;

/** The document's own date decides where it belongs, never its voucher's. */
export const dateOf = (document: LedgerDocument): IsoDate =>
  isPayment(document) ? document.date : document.invoiceDate;

/** A voucher with the year that it stands in (numbers start anew each year) and its place among all. */
export interface PlacedVoucher {
  readonly voucher: Voucher;
  readonly year: YearBooks;
  readonly place: number;
}

export interface VoucherLinks {
  /** How many vouchers there are in all; they are numbered through from 0, year by year. */
  readonly count: number;
  /** The place of a year's first voucher; the others follow in their order. */
  readonly firstPlaceOf: (year: YearBooks) => number;
  /** The rows of the closing year's vouchers, in their order. */
  readonly closingRows: () => RowColumns;
  /** The documents whose voucher stands at the place, in order of kind and number. */
  readonly documentsAt: (place: number) => readonly LedgerDocument[];
  /** Shows every document, the invoices and then the payments, with the place of its voucher, `none` when that is not in the books. */
  readonly eachDocument: (see: (document: LedgerDocument, place: number, index: number) => void) => void;
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

/**
 * Finds which voucher is whose document: the one that the document names, if that is in the books; when it names none,
 * the one whose reference names it (the earliest of several).
 *
 * Vouchers and documents are numbered through, and what belongs together is kept as numbers in arrays: at 100,000 of
 * them an object for each, or a map keyed by one, costs more than all the rest. Little is asked for when the books are
 * sound, so everything waits until somebody does.
 */
export function linkVouchers(books: Books): VoucherLinks {
  const { invoices, payments } = books;
  const years = [...books.otherYears, books.closing];
  let count = 0;
  /** Where each year's vouchers begin in the numbering. */
  const firstOf = years.map(({ vouchers }) => (count += vouchers.length) - vouchers.length);
  const yearAt = (place: number): number => firstOf.findLastIndex((first) => first <= place);
  const voucherAt = (place: number): Voucher =>
    years[yearAt(place)]!.vouchers[place - firstOf[yearAt(place)]!]!;

  const read = once(() => readVouchers(years, books.closing, voucherAt));
  const byReference = once(() => linkByReference(books, years));
  const placeOf = (document: LedgerDocument): number =>
    document.voucher ? read().find(document.voucher) : (byReference().get(document) ?? none);
  /** Of the invoices, then of the payments. */
  const places = once(() => {
    const found = new Int32Array(invoices.length + payments.length);
    let index = 0;
    for (const documents of [invoices, payments])
      for (const document of documents) found[index++] = placeOf(document);
    return found;
  });
  const documentOf = (index: number): LedgerDocument => invoices[index] ?? payments[index - invoices.length]!;
  const chains = once(() => new DocumentChains(places(), count));
  const allByReference = once(() => referenceIndex([...invoices, ...payments]));
  return {
    count,
    firstPlaceOf: (year) => firstOf[years.indexOf(year)]!,
    closingRows: () => read().closingRows,
    documentsAt: (place) => {
      const found = chains().of(place, documentOf);
      return found.length > 1 ? found.toSorted(byRangeAndNumber) : found;
    },
    eachDocument: (see) => {
      let index = 0;
      for (const documents of [invoices, payments])
        for (const document of documents) see(document, places()[index]!, index++);
    },
    voucherOf: (document) => {
      const place = placeOf(document);
      return place === none ? undefined : { voucher: voucherAt(place), year: years[yearAt(place)]!, place };
    },
    referredBy: (voucher) => voucher.reference && allByReference()(voucher),
  };
}

/** Each voucher's documents as a chain: the last one that was found, and from each the one before it. */
class DocumentChains {
  private readonly last: Int32Array;
  private readonly before: Int32Array;

  constructor(places: Int32Array, vouchers: number) {
    this.last = new Int32Array(vouchers).fill(none);
    this.before = new Int32Array(places.length);
    for (let index = 0; index < places.length; index++) {
      const place = places[index]!;
      if (place === none) continue;
      this.before[index] = this.last[place]!;
      this.last[place] = index;
    }
  }

  of(place: number, documentOf: (index: number) => LedgerDocument): LedgerDocument[] {
    const list: LedgerDocument[] = [];
    for (let index = this.last[place]!; index !== none; index = this.before[index]!)
      list.push(documentOf(index));
    return list;
  }
}

/** For documents that name no voucher. Several vouchers refer to one: the earliest, whatever order they were read in. */
function linkByReference(books: Books, years: readonly YearBooks[]): Map<LedgerDocument, number> {
  const links = new Map<LedgerDocument, number>();
  const isUnnamed = ({ voucher }: LedgerDocument): boolean => voucher === undefined;
  const unnamed = [...books.invoices.filter(isUnnamed), ...books.payments.filter(isUnnamed)];
  if (unnamed.length === 0) return links;
  const referredBy = referenceIndex(unnamed);
  const held = new Map<LedgerDocument, { readonly voucher: Voucher; readonly year: YearBooks }>();
  let index = 0;
  for (const year of years) {
    for (const voucher of year.vouchers) {
      const document = referredBy(voucher);
      if (document) {
        const other = held.get(document);
        const isEarlier =
          !other ||
          (compareText(year.year.from, other.year.year.from) || comparePlaces(voucher, other.voucher)) < 0;
        if (isEarlier) {
          links.set(document, index);
          held.set(document, { voucher, year });
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
  const index: Record<Range, NumberIndex> = {
    invoice: new NumberIndex(),
    payment: new NumberIndex(),
    supplierInvoice: new NumberIndex(),
    supplierPayment: new NumberIndex(),
  };
  documents.forEach((document, place) => index[rangeOf(document)].set(document.number, place));
  return ({ reference }) => {
    const range = reference && rangeOfReference[reference.type];
    return range && documents[index[range].get(reference.number)];
  };
}

/** Goes through all vouchers once. `find`: the place of a voucher, of several of one number the earliest's. */
function readVouchers(
  years: readonly YearBooks[],
  closing: YearBooks,
  voucherAt: (place: number) => Voucher,
): { find: (ref: VoucherRef) => number; closingRows: RowColumns } {
  const byYear = new Map<string, Map<string, PlaceTable>>();
  const closingRows = new RowColumns(closing.vouchers.length);
  let next = 0;
  for (const year of years) {
    const bySeries = byYear.get(year.year.from) ?? new Map<string, PlaceTable>();
    byYear.set(year.year.from, bySeries);
    for (const { series, number, date, rows } of year.vouchers) {
      const place = next++;
      if (year === closing) closingRows.add(rows);
      if (number === 0) continue;
      let places = bySeries.get(series);
      if (!places) bySeries.set(series, (places = new PlaceTable()));
      const held = places.get(number);
      if (held === none || date < voucherAt(held).date) places.set(number, place);
    }
  }
  const find = (ref: VoucherRef): number => byYear.get(ref.year)?.get(ref.series)?.get(ref.number) ?? none;
  return { find, closingRows };
}
