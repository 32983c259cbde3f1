import type { IsoDate } from './dates.ts';
import { convertAtRate, negate, ore, parseDecimal, zeroOre } from './money.ts';
import type { Decimal, Ore } from './money.ts';
import { compareNumbers } from './number-order.ts';
import type { Books, Invoice, Ledger, Payment } from './books.ts';
import { isPayment } from './voucher-links.ts';
import type { LedgerDocument } from './voucher-links.ts';

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
  readonly accounts: readonly InvoiceAccount[];
  /** What the document does to the subledger, a claim (or debt) positive; 0 for what does not count and for the other ledger's. */
  readonly effectOf: (document: LedgerDocument) => Ore;
}

export const isForeign = (invoice: Invoice): boolean => invoice.currency !== 'SEK';
export const counts = (invoice: Invoice): boolean => invoice.booked && !invoice.cancelled;

const noPayments: Payment[] = [];

/** Groups the ledger's payments by invoice (cases/README, definitions 3 to 5). One pass over each list. */
export function readSubledger(ledger: Ledger, books: Books): Subledger {
  const byNumber = new Map<string, { invoice: Invoice; payments: Payment[] }>();
  for (const invoice of books.invoices) {
    if (invoice.ledger === ledger && counts(invoice))
      byNumber.set(invoice.number, { invoice, payments: noPayments });
  }
  for (const payment of books.payments) {
    if (payment.ledger !== ledger) continue;
    const account = byNumber.get(payment.invoiceNumber);
    if (!account) continue;
    // Mostly there is one: a list made for it takes a tenth of the memory of one that it is pushed to.
    if (account.payments === noPayments) account.payments = [payment];
    else account.payments.push(payment);
  }
  const accounts = [...byNumber.values()];
  const foreign = new Map<LedgerDocument, number>();
  for (const account of accounts) {
    if (!isForeign(account.invoice)) continue;
    for (const event of eventsOf(account)) {
      foreign.set(event.document, (foreign.get(event.document) ?? 0) + event.amountOre);
    }
  }
  const effectOf = (document: LedgerDocument): Ore => {
    if (document.ledger !== ledger) return zeroOre;
    const account = byNumber.get(isPayment(document) ? document.invoiceNumber : document.number);
    if (!account) return zeroOre;
    if (isForeign(account.invoice)) return ore(foreign.get(document) ?? 0);
    if (!isPayment(document)) return ore(document.total - document.taxReduction);
    return document.booked ? negate(settles(document, account.invoice)) : zeroOre;
  };
  return { accounts, effectOf };
}

/** What a payment with its write-offs settles, in the invoice's currency. */
export function settles(payment: Payment, invoice: Invoice): Ore {
  let sum: number = paid(payment, invoice);
  for (const writeOff of payment.writeOffs) sum += inCurrency(writeOff.amountOre, invoice);
  return ore(sum);
}

/**
 * The invoice's life in order of date (the invoice before payments of the same day, then by payment number), booked
 * payments only. In foreign currency each step is the change in the rounded SEK value, so that steps add up exactly.
 */
export function eventsOf({ invoice, payments }: InvoiceAccount): LedgerEvent[] {
  const steps: Omit<LedgerEvent, 'amountOre'>[] = [
    {
      document: invoice,
      kind: invoice.credit ? 'creditNote' : 'invoice',
      date: invoice.invoiceDate,
      amount: invoice.total,
    },
  ];
  if (invoice.taxReduction !== 0) {
    const amount = negate(invoice.taxReduction);
    steps.push({ document: invoice, kind: 'taxReduction', date: invoice.invoiceDate, amount });
  }
  for (const payment of payments.toSorted((a, b) => compareNumbers(a.number, b.number))) {
    if (!payment.booked) continue;
    const { date } = payment;
    const amount = paid(payment, invoice);
    if (amount !== 0) steps.push({ document: payment, kind: 'payment', date, amount: negate(amount) });
    for (const writeOff of payment.writeOffs) {
      const amountOff = negate(inCurrency(writeOff.amountOre, invoice));
      steps.push({ document: payment, kind: 'writeOff', date, amount: amountOff });
    }
  }
  steps.sort((a, b) => (a.date < b.date ? -1 : a.date > b.date ? 1 : 0));
  if (!isForeign(invoice)) return steps.map((step) => ({ ...step, amountOre: step.amount }));

  const rate = rateOf(invoice);
  let open = 0;
  let openOre = 0;
  return steps.map((step) => {
    const before = openOre;
    open += step.amount;
    openOre = convertAtRate(ore(open), rate);
    return { ...step, amountOre: ore(openOre - before) };
  });
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
