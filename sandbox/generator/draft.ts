import { yearOf, type Books, type Invoice, type Payment, type Voucher } from '../books.ts';
import { addDays } from '../clock.ts';
import { multiplyByRate, type Ore } from '../money.ts';
import type { Random } from './prng.ts';

export type Side = 'receivables' | 'payables';

/** Account and signed amount: positive is debit. */
export type Row = readonly [account: string, amount: Ore];

/** Books in the making: vouchers and documents have no numbers before everything is in the order of time. */
export interface Draft {
  books: Books;
  random: Random;
  /** The last day on which anything has happened. */
  today: string;
  vouchers: Voucher[];
  /** `credits`: the invoice that a credit note is for. */
  documents: { side: Side; invoice: Invoice; voucher: Voucher | null; credits: Invoice | null }[];
  payments: { side: Side; payment: Payment; invoice: Invoice; voucher: Voucher }[];
}

/** +1 where a claim stands on the debit side. */
const signOf = (side: Side) => (side === 'receivables' ? 1 : -1);
const ledgerAccount = (side: Side) => (side === 'receivables' ? '1510' : '2440');

export function book(
  draft: Draft,
  series: string,
  date: string,
  text: string,
  rows: readonly Row[],
): Voucher {
  const year = yearOf(draft.books, date);
  if (!year) throw new Error(`no financial year holds ${date}`);
  const voucher: Voucher = {
    series,
    number: 0,
    financialYear: year.id,
    date,
    text,
    comments: null,
    rows: rows
      .filter(([, amount]) => amount !== 0)
      .map(([account, amount]) => ({
        account,
        debit: amount > 0 ? amount : 0,
        credit: amount < 0 ? -amount : 0,
        text: '',
        removed: false,
      })),
    referenceType: null,
    referenceNumber: null,
    awaitsApproval: false,
    modified: `${date} 12:00`,
  };
  draft.vouchers.push(voucher);
  return voucher;
}

export interface InvoiceDraft {
  side: Side;
  party: string;
  date: string;
  terms: number;
  /** In the invoice's currency; negative for a credit note. */
  net: Ore;
  vatRate: '25' | '12' | '6' | '0';
  account: string;
  currency?: string;
  rate?: string;
  creditOf?: Invoice;
}

const outputVat = { '25': '2611', '12': '2621', '6': '2631', '0': '2611' };

/** The invoice, and the rows of its voucher (not booked yet). */
export function draftInvoice(from: InvoiceDraft): { invoice: Invoice; rows: Row[] } {
  const vat = multiplyByRate(from.net, (Number(from.vatRate) / 100).toFixed(2));
  const total = from.net + vat;
  const rate = from.rate ?? '1';
  const booked = multiplyByRate(total, rate);
  const sign = signOf(from.side);
  const vatAccount = from.side === 'receivables' ? outputVat[from.vatRate] : '2641';
  const bookedVat = multiplyByRate(vat, rate);
  const rows: Row[] = [
    [ledgerAccount(from.side), sign * booked],
    [from.account, -sign * (booked - bookedVat)],
    [vatAccount, -sign * bookedVat],
  ];
  if (from.side === 'payables' && rate !== '1') {
    const reversed = Math.round(booked / 4);
    rows.push(['2614', -reversed], ['2645', reversed]);
  }
  const invoice: Invoice = {
    number: '',
    party: from.party,
    invoiceDate: from.date,
    dueDate: addDays(from.date, from.terms),
    currency: from.currency ?? 'SEK',
    currencyRate: rate,
    total,
    balance: total,
    credit: total < 0,
    creditOf: null,
    taxReduction: 0,
    externalNumber: null,
    voucher: null,
    sent: true,
    rows: [{ account: from.account, net: from.net, vatRate: from.vatRate, vat }],
    booked: true,
    cancelled: false,
    finalPayDate: null,
    modified: `${from.date} 12:00`,
  };
  return { invoice, rows };
}

/** An invoice with its voucher. `bookedOn` and `bookedRows` are for what is booked wrongly on purpose. */
export function addInvoice(
  draft: Draft,
  from: InvoiceDraft,
  wrong: { bookedOn?: string; change?: (rows: Row[]) => Row[] } = {},
): Invoice {
  const { invoice, rows } = draftInvoice(from);
  const series = from.side === 'receivables' ? 'B' : 'D';
  const date = wrong.bookedOn ?? from.date;
  const voucher = book(draft, series, date, '', wrong.change?.(rows) ?? rows);
  draft.documents.push({ side: from.side, invoice, voucher, credits: from.creditOf ?? null });
  return invoice;
}

/**
 * A payment with its voucher: `settles` (in the invoice's currency) leaves the ledger at the booked rate, `paid` SEK
 * moves on the bank, `writtenOff` (SEK invoices) goes to 3740. Nothing happens after today.
 */
export function pay(
  draft: Draft,
  side: Side,
  invoice: Invoice,
  date: string,
  settles: Ore,
  options: { rate?: string; writtenOff?: Ore; otherAccount?: string } = {},
): void {
  if (date > draft.today) return;
  const { rate = invoice.currencyRate, writtenOff = 0, otherAccount } = options;
  const gone = settles + writtenOff;
  const booked =
    multiplyByRate(invoice.balance, invoice.currencyRate) -
    multiplyByRate(invoice.balance - gone, invoice.currencyRate);
  const paid = multiplyByRate(settles, rate);
  const sign = signOf(side);
  const difference = sign * (booked - writtenOff - paid);
  const voucher = book(draft, side === 'receivables' ? 'C' : 'E', date, '', [
    ['1930', sign * paid],
    ['3740', sign * writtenOff],
    [difference > 0 ? '7960' : '3960', difference],
    [otherAccount ?? ledgerAccount(side), -sign * booked],
  ]);
  addPayment(draft, side, invoice, voucher, { paid, settles, writtenOff });
}

/** Marks an invoice and its credit note as paid by each other: two payments of opposite sign on one voucher. */
export function offset(draft: Draft, side: Side, invoice: Invoice, note: Invoice, date: string): void {
  if (date > draft.today) return;
  const amount = Math.min(invoice.balance, -note.balance);
  const account = ledgerAccount(side);
  const sign = signOf(side);
  const series = side === 'receivables' ? 'C' : 'E';
  const voucher = book(draft, series, date, 'Kvittning', [
    [account, -sign * amount],
    [account, sign * amount],
  ]);
  addPayment(draft, side, invoice, voucher, { paid: amount, settles: amount, writtenOff: 0 });
  addPayment(draft, side, note, voucher, { paid: -amount, settles: -amount, writtenOff: 0 });
}

function addPayment(
  draft: Draft,
  side: Side,
  invoice: Invoice,
  voucher: Voucher,
  { paid, settles, writtenOff }: { paid: Ore; settles: Ore; writtenOff: Ore },
): void {
  const payment: Payment = {
    number: '',
    invoiceNumber: '',
    date: voucher.date,
    amount: paid,
    booked: true,
    voucher: null,
    amountCurrency: invoice.currency === 'SEK' ? null : settles,
    writeOffs: writtenOff === 0 ? [] : [{ amount: writtenOff, account: '3740' }],
    modified: `${voucher.date} 12:00`,
  };
  draft.payments.push({ side, payment, invoice, voucher });
  invoice.balance -= settles + writtenOff;
  invoice.finalPayDate = invoice.balance === 0 ? voucher.date : null;
  invoice.modified = payment.modified;
}

/** A day near `date`, up to `days` after it. */
export const later = (draft: Draft, date: string, least: number, most: number) =>
  addDays(date, draft.random.int(least, most));
