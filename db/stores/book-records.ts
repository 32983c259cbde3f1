import type {
  Account,
  AccountNumber,
  Books,
  Invoice,
  Payment,
  ReferenceType,
  Voucher,
  VoucherSeries,
  YearBooks,
} from '../../accounting/books.ts';
import { canonicalJson } from '../../accounting/canonical.ts';
import { bySeriesAndNumber } from '../../accounting/diff.ts';
import type { IsoDate } from '../../accounting/dates.ts';
import type { Ore } from '../../accounting/money.ts';
import { compareNumbers } from '../../accounting/number-order.ts';
import type { RecordKind, SnapshotHeader } from '../schema/books.ts';

/**
 * Books as records: what a snapshot keeps by version. A record's text is canonical, the same however it arrived, so
 * that its hash says whether it changed.
 */
export interface BookRecord {
  readonly kind: RecordKind;
  /** Names the record within its kind. Two of one name (duplicate voucher numbers) are told apart when stored. */
  readonly key: string;
  /** JSON. */
  readonly text: string;
}

/** A record as it was stored. */
export interface StoredRecord {
  readonly kind: RecordKind;
  readonly key: string;
  readonly content: unknown;
}

/** What belongs to the books as a whole. */
export function headerOf(books: Books): SnapshotHeader {
  const { statedYears = [] } = books;
  return {
    closing: books.closing.year,
    years: [books.closing, ...books.otherYears]
      .map(({ year, accountingMethod }) => ({ ...year, accountingMethod }))
      .toSorted((a, b) => (a.from < b.from ? -1 : 1)),
    ...(statedYears.length > 0 && { statedYears: statedYears.map(({ year }) => year) }),
    ...(books.lockedUntil !== undefined && { lockedUntil: books.lockedUntil }),
    predefinedAccounts: books.predefinedAccounts,
  };
}

/** Every record of the books, one at a time, so that a large ledger is never held twice. */
export function* recordsOf(books: Books): Generator<BookRecord> {
  for (const account of books.accounts)
    yield { kind: 'account', key: account.number, text: canonicalJson(account) };
  for (const series of books.series) yield { kind: 'series', key: series.code, text: canonicalJson(series) };
  for (const invoice of books.invoices)
    yield { kind: 'invoice', key: `${invoice.ledger}/${invoice.number}`, text: canonicalJson(invoice) };
  for (const payment of books.payments)
    yield { kind: 'payment', key: `${payment.ledger}/${payment.number}`, text: canonicalJson(payment) };
  for (const year of [books.closing, ...books.otherYears]) yield* recordsOfYear(year);
  for (const { year, closingBalances } of books.statedYears ?? [])
    yield* balanceRecords(year.to, closingBalances);
}

/** One year's opening balances and vouchers. */
export function* recordsOfYear({ year, openingBalances, vouchers }: YearBooks): Generator<BookRecord> {
  yield* balanceRecords(year.from, openingBalances);
  for (const voucher of vouchers) yield voucherRecord(year.from, voucher);
}

/** A balance of 0 is the same as none. */
function* balanceRecords(day: IsoDate, balances: ReadonlyMap<AccountNumber, Ore>): Generator<BookRecord> {
  for (const [account, amountOre] of balances)
    if (amountOre !== 0) yield { kind: 'balance', key: `${day}/${account}`, text: String(amountOre) };
}

/**
 * A voucher as an array: `[series, number, date, text, [[account, öre, text], …], [type, number] | 0, edited]`. Its rows
 * stand as they came: in another order they are another text, which the diff calls retold.
 */
export function voucherRecord(yearFrom: IsoDate, voucher: Voucher): BookRecord {
  const { series, number, date, text, rows, reference, edited } = voucher;
  const fields: unknown[] = [
    series,
    number,
    date,
    text,
    rows.map((row) => [row.account, row.amountOre, row.text]),
  ];
  if (reference || edited) fields.push(reference ? [reference.type, reference.number] : 0);
  if (edited) fields.push(1);
  return { kind: 'voucher', key: `${yearFrom}/${series}/${number}`, text: JSON.stringify(fields) };
}

type VoucherFields = [
  series: string,
  number: number,
  date: IsoDate,
  text: string,
  rows: [account: AccountNumber, amountOre: Ore, text: string][],
  reference?: [type: ReferenceType, number: string] | 0,
  edited?: 1,
];

/** The voucher that a record's content holds. */
export function voucherOf(content: unknown): Voucher {
  const [series, number, date, text, rows, reference, edited] = content as VoucherFields;
  return {
    series,
    number,
    date,
    text,
    rows: rows.map(([account, amountOre, rowText]) => ({ account, amountOre, text: rowText })),
    ...(reference && { reference: { type: reference[0], number: reference[1] } }),
    ...(edited && { edited: true }),
  };
}

/** The first day of the financial year that a voucher's or opening balance's key names. */
export const yearOfKey = (key: string): IsoDate => key.slice(0, 10) as IsoDate;

/** The account that a balance's key names. */
export const accountOfKey = (key: string): AccountNumber => key.slice(11);

/** Puts the books together again; lists come in order of number, vouchers in order of series and number. */
export function booksOf(header: SnapshotHeader, records: readonly StoredRecord[]): Books {
  const { statedYears = [] } = header;
  const years = new Map(header.years.map(({ from }) => [from, new YearContent()]));
  const stated = new Map(statedYears.map(({ to }) => [to, new Map<AccountNumber, Ore>()]));
  const balancesOf = (key: string) => years.get(yearOfKey(key))?.balances ?? stated.get(yearOfKey(key))!;
  const lists: Record<'account' | 'series' | 'invoice' | 'payment', unknown[]> = {
    account: [],
    series: [],
    invoice: [],
    payment: [],
  };
  for (const { kind, key, content } of records) {
    if (kind === 'voucher') years.get(yearOfKey(key))!.vouchers.push(voucherOf(content));
    else if (kind === 'balance') balancesOf(key).set(accountOfKey(key), content as Ore);
    else lists[kind].push(content);
  }
  const inOrder = header.years.map(({ accountingMethod, ...year }): YearBooks => {
    const { balances, vouchers } = years.get(year.from)!;
    return {
      year,
      accountingMethod,
      openingBalances: balances,
      vouchers: vouchers.toSorted(bySeriesAndNumber),
    };
  });
  return {
    closing: inOrder.find(({ year }) => year.from === header.closing.from)!,
    otherYears: inOrder.filter(({ year }) => year.from !== header.closing.from),
    ...(header.statedYears && {
      statedYears: statedYears.map((year) => ({ year, closingBalances: stated.get(year.to)! })),
    }),
    accounts: (lists.account as Account[]).toSorted(byNumber),
    series: lists.series as VoucherSeries[],
    ...(header.lockedUntil !== undefined && { lockedUntil: header.lockedUntil }),
    predefinedAccounts: header.predefinedAccounts,
    invoices: (lists.invoice as Invoice[]).toSorted(byNumber),
    payments: (lists.payment as Payment[]).toSorted(byNumber),
  };
}

class YearContent {
  readonly balances = new Map<AccountNumber, Ore>();
  readonly vouchers: Voucher[] = [];
}

const byNumber = (a: { readonly number: string }, b: { readonly number: string }): number =>
  compareNumbers(a.number, b.number);
