import type { Books, Invoice, Payment, Voucher } from '../../accounting/books.ts';
import { zeroOre } from '../../accounting/money.ts';
import type { DocumentKey, DocumentLookups, ListedPayment } from '../../accounting/lookups.ts';

/** The books as Fortnox's lists alone tell them: what only a record's own page holds is taken away. */
export function toListLevel(books: Books): { readonly books: Books; readonly listed: readonly ListedPayment[] } {
  const currencies = new Map(books.invoices.map((invoice) => [`${invoice.ledger} ${invoice.number}`, invoice.currency]));
  return {
    books: {
      ...books,
      closing: { ...books.closing, vouchers: books.closing.vouchers.map(listedVoucher) },
      otherYears: books.otherYears.map((year) => ({ ...year, vouchers: year.vouchers.map(listedVoucher) })),
      invoices: books.invoices.map(listedInvoice),
      payments: books.payments.map(listedPayment),
    },
    listed: books.payments.map(({ ledger, number, invoiceNumber, writeOffs }) => ({
      ledger,
      number,
      writeOffExist: writeOffs.length > 0,
      currency: currencies.get(`${ledger} ${invoiceNumber}`) ?? 'SEK',
    })),
  };
}

function listedInvoice(invoice: Invoice): Invoice {
  const { creditOf: _creditOf, rows: _rows, ...listed } = invoice;
  return { ...listed, taxReduction: zeroOre };
}

function listedPayment(payment: Payment): Payment {
  const { amountCurrency: _amountCurrency, voucher: _voucher, ...listed } = payment;
  return { ...listed, writeOffs: [] };
}

function listedVoucher(voucher: Voucher): Voucher {
  const { edited: _edited, ...listed } = voucher;
  return listed;
}

/** Puts the records' own pages back for the documents that were asked for, and for those alone. */
export function fillIn(listed: Books, full: Books, { invoices, payments }: DocumentLookups): Books {
  return {
    ...listed,
    invoices: replace(listed.invoices, full.invoices, invoices),
    payments: replace(listed.payments, full.payments, payments),
  };
}

/** The same for vouchers of the closing year. */
export function fillInVouchers(listed: Books, full: Books, wanted: readonly { series: string; number: number }[]): Books {
  const keys = new Set(wanted.map(({ series, number }) => `${series} ${number}`));
  const vouchers = listed.closing.vouchers.map((voucher, index) =>
    keys.has(`${voucher.series} ${voucher.number}`) ? (full.closing.vouchers[index] ?? voucher) : voucher,
  );
  return { ...listed, closing: { ...listed.closing, vouchers } };
}

function replace<T extends DocumentKey>(listed: readonly T[], full: readonly T[], wanted: readonly DocumentKey[]): T[] {
  const keys = new Set(wanted.map(({ ledger, number }) => `${ledger} ${number}`));
  return listed.map((each, index) => (keys.has(`${each.ledger} ${each.number}`) ? (full[index] ?? each) : each));
}
