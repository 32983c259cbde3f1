import {
  addVoucher,
  nextVoucherNumber,
  yearOf,
  type Books,
  type Invoice,
  type Voucher,
  type VoucherRef,
  type VoucherRow,
} from './books.ts';
import { addDays } from './clock.ts';
import { multiplyByRate, parseDecimal, type Ore } from './money.ts';
import type { OperationOf } from './patch-schema.ts';

type Kind = 'receivables' | 'payables';

const kinds = {
  receivables: {
    invoiceSeries: 'B',
    paymentSeries: 'C',
    invoiceType: 'INVOICE',
    paymentType: 'INVOICEPAYMENT',
    account: '3001',
    vatAccount: '2611',
    invoiceText: 'Kundfaktura',
    paymentText: 'Inbetalning',
  },
  payables: {
    invoiceSeries: 'D',
    paymentSeries: 'E',
    invoiceType: 'SUPPLIERINVOICE',
    paymentType: 'SUPPLIERPAYMENT',
    account: '4010',
    vatAccount: '2641',
    invoiceText: 'Leverantörsfaktura',
    paymentText: 'Utbetalning',
  },
};

function ore(text: string): Ore {
  const value = parseDecimal(text);
  if (value === null) throw new Error(`${text} is no amount`);
  return value;
}

/** A row on the debit side when the amount is positive. */
function row(account: string, amount: Ore): VoucherRow {
  return {
    account,
    debit: amount > 0 ? amount : 0,
    credit: amount < 0 ? -amount : 0,
    text: '',
    removed: false,
  };
}

/** Rows are given as for a receivable; a payable mirrors them. */
function book(
  books: Books,
  kind: Kind,
  series: string,
  date: string,
  text: string,
  reference: { type: string; number: string },
  rows: VoucherRow[],
  now: string,
): VoucherRef {
  const year = yearOf(books, date);
  if (!year) throw new Error(`there is no financial year for ${date}`);
  for (const { account } of rows) {
    if (!books.accounts.has(account)) throw new Error(`there is no account ${account}`);
  }
  const mirrored = rows.map((one) =>
    kind === 'receivables' ? one : { ...one, debit: one.credit, credit: one.debit },
  );
  const voucher: Voucher = {
    series,
    number: nextVoucherNumber(books, year.id, series),
    financialYear: year.id,
    date,
    text,
    comments: null,
    rows: mirrored.filter((one) => one.debit !== 0 || one.credit !== 0),
    referenceType: reference.type,
    referenceNumber: reference.number,
    awaitsApproval: false,
    modified: now,
  };
  addVoucher(books, voucher);
  return { series, number: voucher.number, financialYear: year.id };
}

function nextNumber(numbers: Iterable<string>, first: number): string {
  let last = first - 1;
  for (const number of numbers) last = Math.max(last, Number(number) || 0);
  return String(last + 1);
}

function invoiceOf(books: Books, kind: Kind, number: string): Invoice {
  const invoice = books[kind].invoices.get(number);
  if (!invoice) throw new Error(`there is no invoice ${number}`);
  return invoice;
}

/** Pays an invoice, the whole balance unless told: payment row, voucher, balance. */
export function payInvoice(
  books: Books,
  kind: Kind,
  operation: OperationOf<'payInvoice'> | OperationOf<'paySupplierInvoice'>,
  now: string,
): object {
  const invoice = invoiceOf(books, kind, operation.number);
  const { payments } = books[kind];
  const date = operation.date ?? now.slice(0, 10);
  invoice.modified = now;
  if (operation.withoutPayment) {
    invoice.balance = 0;
    invoice.finalPayDate = date;
    return {};
  }
  const inSek = invoice.currency === 'SEK';
  const writeOffs = operation.writeOffs.map((one) => ({ amount: ore(one.amount), account: one.account }));
  const writtenOff = writeOffs.reduce((sum, one) => sum + one.amount, 0);
  const given = operation.amount === undefined ? null : ore(operation.amount);
  const settled =
    operation.amountCurrency !== undefined && !inSek
      ? ore(operation.amountCurrency)
      : inSek && given !== null
        ? given
        : invoice.balance - (inSek ? writtenOff : 0);
  // What leaves the ledger is the change in the open amount at the booked rate.
  const before = multiplyByRate(invoice.balance, invoice.currencyRate);
  const after = multiplyByRate(invoice.balance - settled, invoice.currencyRate);
  const booked = before - after;
  const amount = given ?? booked;
  const number = nextNumber(payments.keys(), 1);
  const words = kinds[kind];
  const ledgerAccount = kind === 'receivables' ? books.predefined.receivables : books.predefined.payables;
  // Seen as a receivable, more money than was booked is a gain; seen as a payable it is a loss.
  const difference = booked - amount;
  const gain = kind === 'receivables' ? difference < 0 : difference > 0;
  const voucher = book(
    ...([books, kind, words.paymentSeries, date, `${words.paymentText} ${number}`] as const),
    { type: words.paymentType, number },
    [
      row(operation.account, amount),
      ...writeOffs.map((one) => row(one.account, one.amount)),
      row(gain ? '3960' : '7960', difference),
      row(ledgerAccount, -(booked + writtenOff)),
    ].filter((one) => one.debit !== 0 || one.credit !== 0),
    now,
  );
  payments.set(number, {
    number,
    invoiceNumber: invoice.number,
    date,
    amount,
    booked: true,
    writeOffs,
    voucher,
    modified: now,
    amountCurrency: inSek ? null : settled,
  });
  invoice.balance -= settled + (inSek ? writtenOff : 0);
  if (invoice.balance === 0) invoice.finalPayDate = date;
  return { payment: number, voucher };
}

export function addInvoice(
  books: Books,
  kind: Kind,
  operation: OperationOf<'addInvoice'> | OperationOf<'addSupplierInvoice'>,
  now: string,
): object {
  const { invoices, parties } = books[kind];
  const words = kinds[kind];
  const number = operation.number ?? nextNumber(invoices.keys(), 1001);
  const party = operation.party ?? [...parties.keys()][0];
  if (invoices.has(number)) throw new Error(`there is an invoice ${number} already`);
  if (party === undefined || !parties.has(party)) throw new Error(`there is no party ${party}`);
  const date = operation.date ?? now.slice(0, 10);
  const [total, vat] = [ore(operation.total), ore(operation.vat)];
  const account = operation.account ?? words.account;
  const ledgerAccount = kind === 'receivables' ? books.predefined.receivables : books.predefined.payables;
  const voucher = book(
    ...([books, kind, words.invoiceSeries, date, `${words.invoiceText} ${number}`] as const),
    { type: words.invoiceType, number },
    [row(ledgerAccount, total), row(account, vat - total), row(words.vatAccount, -vat)].filter(
      (one) => one.debit !== 0 || one.credit !== 0,
    ),
    now,
  );
  invoices.set(number, {
    number,
    party,
    invoiceDate: date,
    dueDate: operation.dueDate ?? addDays(date, 30),
    currency: 'SEK',
    currencyRate: '1',
    total,
    balance: total,
    credit: total < 0,
    creditOf: null,
    taxReduction: 0,
    externalNumber: kind === 'payables' ? `${party}-${number}` : null,
    voucher,
    rows: [{ account, net: total - vat, vatRate: vat === 0 ? '0' : '25', vat }],
    booked: true,
    cancelled: false,
    sent: true,
    finalPayDate: null,
    modified: now,
  });
  return { invoice: number, voucher };
}

/** A cancelled invoice counts no more; its voucher, if any, stays: Fortnox cancels only what is not booked. */
export function cancelInvoice(books: Books, kind: Kind, number: string, now: string): object {
  const invoice = invoiceOf(books, kind, number);
  invoice.cancelled = true;
  invoice.booked = false;
  invoice.balance = 0;
  invoice.modified = now;
  return {};
}
