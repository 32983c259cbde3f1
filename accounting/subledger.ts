import type { IsoDate } from './dates.ts';
import { convertAtRate, negate, ore, parseDecimal, zeroOre } from './money.ts';
import type { Decimal, Ore } from './money.ts';
import { none, NumberIndex } from './number-index.ts';
import { compareNumbers } from './number-order.ts';
import type { Books, Invoice, Ledger, Payment } from './books.ts';
import { dateOf, isPayment } from './voucher-links.ts';
import type { LedgerDocument } from './voucher-links.ts';
import type { Writable } from './writable.ts';

/** An invoice that counts (booked, not cancelled) with all its payments, booked or not. */
export interface InvoiceAccount {
  readonly invoice: Invoice;
  readonly payments: readonly Payment[];
}

/** One step in an invoice's life. `amount` is in its own currency, `amountOre` the change that it makes in SEK at the booked rate. */
export interface LedgerEvent {
  readonly document: LedgerDocument;
  readonly kind: 'invoice' | 'creditNote' | 'taxReduction' | 'payment' | 'writeOff';
  readonly date: IsoDate;
  readonly amount: Ore;
  readonly amountOre: Ore;
}

/** One ledger's documents, grouped, with what each does to the subledger. */
export interface Subledger {
  /** The closing year's last day. */
  readonly balanceDate: IsoDate;
  /** In the invoices' order; made as they are asked for, since most are looked at and let go. */
  readonly accounts: Iterable<InvoiceAccount>;
  /** Those of them that figures alone do not show to be settled at the balance date: few, in most books. */
  readonly unsettled: Iterable<InvoiceAccount>;
  /** What the document does to the subledger, a claim (or debt) positive; 0 for what does not count and for the other ledger's. */
  readonly effectOf: (document: LedgerDocument) => Ore;
  /** The same in öre for all documents: the books' invoices, then their payments. */
  readonly effects: Float64Array;
}

export const isForeign = (invoice: Invoice): boolean => invoice.currency !== 'SEK';
export const counts = (invoice: Invoice): boolean => invoice.booked && !invoice.cancelled;

const noPayments: readonly Payment[] = [];
/** In place of an invoice's first payment: the invoice is not one of these. */
const absent = -2;

/**
 * Groups the ledger's payments by invoice (cases/README, definitions 3 to 5). Which payments are an invoice's is a chain
 * of their places, in order: at 100,000 of them a list for each costs more than all the rest. Large ledgers are in no
 * processor's cache, so each document is looked at once, and what it settles is reckoned on the way.
 */
export function readSubledger(ledger: Ledger, books: Books): Subledger {
  const { invoices, payments } = books;
  const places = new NumberIndex();
  const first = new Int32Array(invoices.length).fill(absent);
  const effects = new Float64Array(invoices.length + payments.length);
  const settling = new Settling(invoices.length, books.closing.year.to);
  let hasForeign = false;
  for (let place = 0; place < invoices.length; place++) {
    const invoice = invoices[place]!;
    if (invoice.ledger !== ledger || !counts(invoice)) continue;
    const held = places.get(invoice.number);
    if (held !== none) first[held] = absent;
    first[place] = none;
    places.set(invoice.number, place);
    effects[place] = effectInSek(invoice);
    settling.addInvoice(place, invoice);
    hasForeign ||= isForeign(invoice);
  }
  const next = new Int32Array(payments.length);
  for (let index = payments.length - 1; index >= 0; index--) {
    const payment = payments[index]!;
    const place = payment.ledger === ledger ? places.get(payment.invoiceNumber) : none;
    if (place === none) continue;
    next[index] = first[place]!;
    first[place] = index;
    effects[invoices.length + index] = effectInSek(payment);
    settling.addPayment(place, payment);
  }
  const paymentsOf = (place: number): readonly Payment[] => {
    if (first[place] === none) return noPayments;
    const list: Payment[] = [];
    for (let index = first[place]!; index !== none; index = next[index]!) list.push(payments[index]!);
    return list;
  };
  const accountsWhere = (isOne: (place: number) => boolean): Iterable<InvoiceAccount> => ({
    *[Symbol.iterator]() {
      for (let place = 0; place < invoices.length; place++)
        if (first[place] !== absent && isOne(place))
          yield { invoice: invoices[place]!, payments: paymentsOf(place) };
    },
  });
  const effectOf = (document: LedgerDocument): Ore => {
    if (document.ledger !== ledger) return zeroOre;
    const place = places.get(isPayment(document) ? document.invoiceNumber : document.number);
    if (place === none) return zeroOre;
    return isForeign(invoices[place]!) ? ore(foreign.get(document) ?? 0) : effectInSek(document);
  };
  const foreign = new Map<LedgerDocument, number>();
  if (hasForeign) {
    for (const account of accountsWhere((place) => isForeign(invoices[place]!))) {
      for (const { document, amountOre } of eventsOf(account))
        foreign.set(document, (foreign.get(document) ?? 0) + amountOre);
    }
    [...invoices, ...payments].forEach((document, index) => (effects[index] = effectOf(document)));
  }
  return {
    balanceDate: books.closing.year.to,
    accounts: accountsWhere(() => true),
    unsettled: accountsWhere((place) => !settling.isSettled(place)),
    effectOf,
    effects,
  };
}

/** What is open of each invoice at the balance date as if all were in SEK: it shows most to be settled without a second look. */
class Settling {
  private readonly balanceDate: IsoDate;
  private readonly openOre: Float64Array;
  /** What keeps an invoice of which nothing is open from being done with. */
  private readonly doubts: Uint8Array;

  constructor(invoices: number, balanceDate: IsoDate) {
    this.balanceDate = balanceDate;
    this.openOre = new Float64Array(invoices);
    this.doubts = new Uint8Array(invoices);
  }

  addInvoice(place: number, invoice: Invoice): void {
    const isLater = invoice.invoiceDate > this.balanceDate;
    if (!isLater) this.openOre[place] = invoice.total - invoice.taxReduction;
    if (isForeign(invoice) || (isLater && invoice.creditOf !== undefined)) this.doubts[place] = 1;
  }

  addPayment(place: number, payment: Payment): void {
    // Paid today, and not by what was booked in time: whether the payments add up is for `settlementGap` to say.
    if (!payment.booked || payment.date > this.balanceDate) this.doubts[place] = 1;
    else this.openOre[place]! -= settledInSek(payment);
  }

  isSettled(place: number): boolean {
    return this.openOre[place] === 0 && this.doubts[place] === 0;
  }
}

/** What a document does to the subledger when its invoice is in SEK. */
function effectInSek(document: LedgerDocument): Ore {
  if (!isPayment(document)) return ore(document.total - document.taxReduction);
  return document.booked ? ore(-settledInSek(document)) : zeroOre;
}

function settledInSek(payment: Payment): number {
  let sum: number = payment.amountOre;
  for (const writeOff of payment.writeOffs) sum += writeOff.amountOre;
  return sum;
}

/** What a payment with its write-offs settles, in the invoice's currency. */
export function settles(payment: Payment, invoice: Invoice): Ore {
  if (!isForeign(invoice)) return ore(settledInSek(payment));
  let sum: number = paid(payment, invoice);
  for (const writeOff of payment.writeOffs) sum += inCurrency(writeOff.amountOre, invoice);
  return ore(sum);
}

/**
 * The invoice's life in order of date (the invoice before payments of the same day, then by payment number), booked
 * payments only. In foreign currency each step is the change in the rounded SEK value, so that steps add up exactly.
 */
export function eventsOf({ invoice, payments }: InvoiceAccount): LedgerEvent[] {
  const steps = [eventOf(invoice, invoice.credit ? 'creditNote' : 'invoice', invoice.total)];
  if (invoice.taxReduction !== 0) steps.push(eventOf(invoice, 'taxReduction', negate(invoice.taxReduction)));
  const inOrder =
    payments.length > 1 ? payments.toSorted((a, b) => compareNumbers(a.number, b.number)) : payments;
  for (const payment of inOrder) {
    if (!payment.booked) continue;
    const amount = paid(payment, invoice);
    if (amount !== 0) steps.push(eventOf(payment, 'payment', negate(amount)));
    for (const writeOff of payment.writeOffs)
      steps.push(eventOf(payment, 'writeOff', negate(inCurrency(writeOff.amountOre, invoice))));
  }
  // They nearly always are already, and sorting takes memory for each.
  if (steps.some(({ date }, index) => index > 0 && date < steps[index - 1]!.date))
    steps.sort((a, b) => (a.date < b.date ? -1 : a.date > b.date ? 1 : 0));
  if (!isForeign(invoice)) return steps;

  const rate = rateOf(invoice);
  let open = 0;
  let openOre = 0;
  for (const one of steps) {
    const before = openOre;
    open += one.amount;
    openOre = convertAtRate(ore(open), rate);
    one.amountOre = ore(openOre - before);
  }
  return steps;
}

/** As if the amount were in SEK. */
function eventOf(document: LedgerDocument, kind: LedgerEvent['kind'], amount: Ore): Writable<LedgerEvent> {
  return { document, kind, date: dateOf(document), amount, amountOre: amount };
}

/** The invoice's booked rate, read exactly; throws RangeError when it is no decimal number. */
export function rateOf(invoice: Invoice): Decimal {
  const rate = parseDecimal(invoice.currencyRate);
  if (!rate || rate.digits <= 0n)
    throw new RangeError(`${invoice.ledger} ${invoice.number}: not a rate: ${invoice.currencyRate}`);
  return rate;
}

function paid(payment: Payment, invoice: Invoice): Ore {
  if (!isForeign(invoice)) return payment.amountOre;
  return payment.amountCurrency ?? inCurrency(payment.amountOre, invoice);
}

/** SEK in the invoice's currency at its booked rate: the best that is known of money that is told in SEK alone. */
function inCurrency(amountOre: Ore, invoice: Invoice): Ore {
  if (!isForeign(invoice)) return amountOre;
  const { digits, scale } = rateOf(invoice);
  const dividend = BigInt(Math.abs(amountOre)) * 10n ** BigInt(scale);
  const rounded = (dividend * 2n + digits) / (digits * 2n);
  return ore(Number(amountOre < 0 ? -rounded : rounded));
}
