import { accountSetOf } from './account-set.ts';
import type { AccountSets } from './account-set.ts';
import type { AccountNumber, Books, Invoice, Ledger, Payment, VoucherRef } from './books.ts';
import type { IsoDate } from './dates.ts';
import { gatherEvidence } from './explain/evidence.ts';
import type { Evidence } from './explain/evidence.ts';
import { ore } from './money.ts';
import { isForeign, readSubledger } from './subledger.ts';
import type { InvoiceAccount, Subledger } from './subledger.ts';
import { dateOf, isPayment, linkVouchers } from './voucher-links.ts';
import type { LedgerDocument, VoucherLinks } from './voucher-links.ts';

/**
 * Which records must be fetched one by one, beyond Fortnox's lists, for the attachments to come out right. A request a
 * record is slow (25 requests in 5 seconds), and the lists lack: an invoice's tax reduction, what it credits and its
 * rows; a payment's write-offs, amount in currency and voucher; whether a voucher's rows were struck.
 */
export interface DocumentLookups {
  readonly invoices: readonly DocumentKey[];
  readonly payments: readonly DocumentKey[];
}

export interface DocumentKey {
  readonly ledger: Ledger;
  readonly number: string;
}

/** What a list tells of a payment that is known from the list alone. */
export interface ListedPayment extends DocumentKey {
  readonly writeOffExist: boolean;
  readonly currency: string;
}

/** Five seconds' requests. Where more have no voucher, the ledger is kept elsewhere, and entries one by one would not mend it. */
const mostUnbooked = 25;

/** Tax reductions come in whole kronor: less than this is a write-off of öre. */
const leastTaxReductionOre = 100;

/**
 * First stage: `books` as the lists tell them (payments without voucher, write-offs and amount in currency; invoices
 * without tax reduction, credit reference and rows; vouchers with rows and references). `listed` names the payments
 * that have not been fetched yet; those that have are taken as they are.
 */
export function planDocumentLookups(
  books: Books,
  listed: readonly ListedPayment[],
  accountSets: AccountSets = {},
): DocumentLookups {
  const links = linkVouchers(books);
  const pending = {
    receivables: new Map<string, ListedPayment>(),
    payables: new Map<string, ListedPayment>(),
  };
  for (const payment of listed) pending[payment.ledger].set(payment.number, payment);

  const ledgers = (['receivables', 'payables'] as const).map((ledger) => {
    const subledger = readSubledger(ledger, books);
    return {
      invoices: planInvoices(books, subledger, links, pending[ledger]),
      payments: planPayments(ledger, books, subledger, links, pending[ledger], accountSets[ledger]),
    };
  });
  return {
    invoices: ledgers.flatMap(({ invoices }) => invoices),
    payments: ledgers.flatMap(({ payments }) => payments),
  };
}

/** Second stage, with the documents in: vouchers that do not book what their documents say may have been edited. */
export function planVoucherLookups(books: Books, accountSets: AccountSets = {}): VoucherRef[] {
  if (books.closing.accountingMethod === 'CASH') return [];
  const links = linkVouchers(books);
  const found = new Map<string, VoucherRef>();
  for (const ledger of ['receivables', 'payables'] as const) {
    const set = accountSetOf(ledger, books, accountSets[ledger]);
    const evidence = gatherEvidence(ledger, set, books, readSubledger(ledger, books), links);
    for (const { voucher, documents, deviationOre } of evidence.vouchers) {
      if (documents.length === 0 || deviationOre === 0 || voucher.edited !== undefined) continue;
      const { series, number } = voucher;
      found.set(`${series} ${number}`, { series, number, year: books.closing.year.from });
    }
  }
  return [...found.values()];
}

function planInvoices(
  books: Books,
  { accounts }: Subledger,
  links: VoucherLinks,
  pending: ReadonlyMap<string, ListedPayment>,
): DocumentKey[] {
  const { to } = books.closing.year;
  const isCash = books.closing.accountingMethod === 'CASH';
  const unbooked = unbookedInvoices(books, accounts, links);
  const mustHaveRows = (account: InvoiceAccount): boolean =>
    isCash ? mayBeOpen(account, to, pending) : unbooked.has(account.invoice);
  return [...accounts]
    .filter(
      (account) =>
        mayHaveTaxReduction(account, to, pending) ||
        maySayWhatItCredits(account.invoice, to) ||
        (account.invoice.rows === undefined && mustHaveRows(account)),
    )
    .map(({ invoice: { ledger, number } }) => ({ ledger, number }));
}

/** Invoices of the closing year that nothing was booked for: their rows say how they should be, unless there are too many. */
function unbookedInvoices(
  books: Books,
  accounts: Iterable<InvoiceAccount>,
  links: VoucherLinks,
): ReadonlySet<Invoice> {
  const { from, to } = books.closing.year;
  const found = Array.from(accounts, ({ invoice }) => invoice).filter(
    (invoice) =>
      invoice.total !== 0 &&
      invoice.voucher === undefined &&
      from <= invoice.invoiceDate &&
      invoice.invoiceDate <= to &&
      links.voucherOf(invoice) === undefined,
  );
  return new Set(found.length <= mostUnbooked ? found : []);
}

/** Total, payments and balance do not add up: the tax agency may owe a share (ROT/RUT, customers in SEK only). */
function mayHaveTaxReduction(
  { invoice, payments }: InvoiceAccount,
  balanceDate: string,
  pending: ReadonlyMap<string, ListedPayment>,
): boolean {
  if (invoice.ledger !== 'receivables' || isForeign(invoice) || invoice.taxReduction !== 0) return false;
  if (invoice.invoiceDate > balanceDate) return false;
  let rest = invoice.total - invoice.balanceToday;
  let hasUnknownWriteOff = false;
  for (const payment of payments) {
    rest -= payment.amountOre;
    for (const { amountOre } of payment.writeOffs) rest -= amountOre;
    hasUnknownWriteOff ||= pending.get(payment.number)?.writeOffExist === true;
  }
  return Math.abs(rest) >= (hasUnknownWriteOff ? leastTaxReductionOre : 1);
}

/** A credit note after the balance date marks the invoice that it credits. */
const maySayWhatItCredits = (invoice: Invoice, balanceDate: string): boolean =>
  invoice.invoiceDate > balanceDate &&
  invoice.creditOf === undefined &&
  (invoice.credit || invoice.total < 0);

/** Open at the balance date as far as the lists tell; what is not known yet counts as open. */
function mayBeOpen(
  { invoice, payments }: InvoiceAccount,
  balanceDate: string,
  pending: ReadonlyMap<string, ListedPayment>,
): boolean {
  let open = invoice.invoiceDate <= balanceDate ? invoice.total - invoice.taxReduction : 0;
  for (const payment of payments) {
    if (!payment.booked || payment.date > balanceDate) continue;
    const known = pending.get(payment.number);
    if (isForeign(invoice) || known?.writeOffExist === true) return true;
    open -= payment.amountOre;
    for (const { amountOre } of payment.writeOffs) open -= amountOre;
  }
  return open !== 0;
}

function planPayments(
  ledger: Ledger,
  books: Books,
  subledger: Subledger,
  links: VoucherLinks,
  pending: ReadonlyMap<string, ListedPayment>,
  accountSet: readonly AccountNumber[] | undefined,
): DocumentKey[] {
  const isCash = books.closing.accountingMethod === 'CASH';
  const set = accountSetOf(ledger, books, accountSet);
  const inForeignCurrency = new Set(
    Array.from(subledger.accounts, ({ invoice }) => invoice)
      .filter(isForeign)
      .map(({ number }) => number),
  );
  const references = countReferences(books, links);
  const loose = looseVouchers(books, set);
  const shared = daysOfSharedVouchers(gatherEvidence(ledger, set, books, subledger, links));
  const yearsWithReferences = [...books.otherYears, books.closing].filter(({ vouchers }) =>
    vouchers.some(({ reference }) => reference !== undefined),
  );

  const isUnsureOfVoucher = (payment: Payment): boolean => {
    if (isCash) return false;
    if (loose.dates.has(payment.date) || loose.amounts.has(Math.abs(payment.amountOre))) return true;
    const referring = references.get(payment) ?? 0;
    if (referring !== 0) return referring > 1;
    // Of no reference: its voucher is unknown, which matters where references of its time were read at all, or where it
    // may stand on a voucher of the closing year with another. Other payments of the years before are in the opening balance.
    if (shared.has(payment.date)) return true;
    if (payment.date < books.closing.year.from) return false;
    if (payment.date <= books.closing.year.to) return true;
    return yearsWithReferences.some(({ year }) => year.from <= payment.date && payment.date <= year.to);
  };

  return books.payments
    .filter((payment) => {
      const known = payment.ledger === ledger ? pending.get(payment.number) : undefined;
      if (!known) return false;
      const isInCurrency = known.currency !== 'SEK' || inForeignCurrency.has(payment.invoiceNumber);
      return known.writeOffExist || isInCurrency || isUnsureOfVoucher(payment);
    })
    .map(({ number }) => ({ ledger, number }));
}

/** How many vouchers refer to each payment. One: that is its voucher. None or several: only the payment itself can tell. */
function countReferences(books: Books, { referredBy }: VoucherLinks): Map<LedgerDocument, number> {
  const references = new Map<LedgerDocument, number>();
  for (const { vouchers } of [books.closing, ...books.otherYears]) {
    for (const voucher of vouchers) {
      const document = referredBy(voucher);
      if (document && isPayment(document)) references.set(document, (references.get(document) ?? 0) + 1);
    }
  }
  return references;
}

/**
 * Days of the documents that the closing year's vouchers refer to without booking just them. A voucher names one payment of
 * those that it books, and payments that are booked together are of one day, which need not be in the voucher's own year.
 */
const daysOfSharedVouchers = ({ vouchers }: Evidence): ReadonlySet<IsoDate> =>
  new Set(
    vouchers
      .filter(({ deviationOre }) => deviationOre !== 0)
      .flatMap(({ documents }) => documents.map(dateOf)),
  );

/** Dates and amounts of the closing year's vouchers on the set that refer to nothing: a payment may name one of them. */
function looseVouchers(
  books: Books,
  set: ReadonlySet<AccountNumber>,
): { dates: Set<string>; amounts: Set<number> } {
  const dates = new Set<string>();
  const amounts = new Set<number>();
  for (const voucher of books.closing.vouchers) {
    if (voucher.reference && voucher.reference.type !== 'MANUAL') continue;
    const onSet = voucher.rows.filter(({ account }) => set.has(account));
    if (onSet.length === 0) continue;
    let effect = 0;
    for (const row of onSet) {
      effect += row.amountOre;
      if (row.amountOre !== 0) amounts.add(Math.abs(row.amountOre));
    }
    if (effect !== 0) amounts.add(Math.abs(ore(effect)));
    dates.add(voucher.date);
  }
  return { dates, amounts };
}
