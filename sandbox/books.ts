import type { Ore } from './money.ts';

/** What one Fortnox company holds. Plain data: it is written to the state file as it is. */
export interface Books {
  name: string;
  organisationNumber: string;
  /** Fortnox's tenant id. */
  databaseNumber: number;
  /** The company's own today when the sandbox's clock stands at `loadedAtMs`. */
  asOfToday: string;
  loadedAtMs: number;
  closingYear: number;
  years: FinancialYear[];
  accounts: Map<string, Account>;
  series: VoucherSeries[];
  lockedUntil: string | null;
  predefined: { receivables: string; payables: string };
  accountSets: Record<string, string[]> | null;
  rates: { currency: string; date: string; rate: string; source: string }[];
  /** By financial year, then account: signed, debit positive. A missing account is 0. */
  opening: Map<number, Map<string, Ore>>;
  receivables: Ledger;
  payables: Ledger;
  vouchers: Map<number, Voucher[]>;
  files: Map<string, StoredFile>;
  fileConnections: FileConnection[];
  /** Scopes whose licence the company lacks. */
  missingLicences: Set<string>;
  /** Resources (first path segment) that the person who logged in may not see. */
  refusedRegisters: Set<string>;
  /** Resource to fields that read `API_NORIGHT`. */
  noRight: Map<string, string[]>;
  /** By financial year and account, `2/1930`: what an account says of its closing balance, whatever its vouchers say. */
  statedBalances: Map<string, Ore>;
  /** The SIE file the company was made from, while its own vouchers are untouched. */
  original: OriginalSie | null;
  planted: Planted[];
  revision: number;
}

export interface FinancialYear {
  id: number;
  from: string;
  to: string;
  accountingMethod: 'ACCRUAL' | 'CASH';
}

export interface Account {
  number: string;
  description: string;
  active: boolean;
  sru: number | null;
}

export interface VoucherSeries {
  code: string;
  description: string;
  manual: boolean;
  financialYear: number;
  /** With an approver, a posted voucher waits for approval (Bokföringsattest). */
  approver: { id: number; name: string } | null;
}

export interface VoucherRef {
  series: string;
  number: number;
  financialYear: number;
}

export interface Voucher extends VoucherRef {
  date: string;
  text: string;
  comments: string | null;
  rows: VoucherRow[];
  referenceType: string | null;
  referenceNumber: string | null;
  awaitsApproval: boolean;
  modified: string;
}

export interface VoucherRow {
  account: string;
  debit: Ore;
  credit: Ore;
  text: string;
  removed: boolean;
}

/** Customer or supplier subledger: the same shapes, only the wire differs. */
export interface Ledger {
  parties: Map<string, { number: string; name: string }>;
  invoices: Map<string, Invoice>;
  payments: Map<string, Payment>;
}

export interface Invoice {
  number: string;
  party: string;
  invoiceDate: string;
  dueDate: string;
  currency: string;
  currencyRate: string;
  /** Signed, hundredths of `currency`; a credit note is negative. */
  total: Ore;
  balance: Ore;
  credit: boolean;
  creditOf: string | null;
  taxReduction: Ore;
  externalNumber: string | null;
  rows: InvoiceRow[];
  booked: boolean;
  cancelled: boolean;
  sent: boolean;
  finalPayDate: string | null;
  voucher: VoucherRef | null;
  modified: string;
}

interface InvoiceRow {
  account: string;
  net: Ore;
  vatRate: string;
  vat: Ore;
}

export interface Payment {
  number: string;
  invoiceNumber: string;
  date: string;
  /** SEK. */
  amount: Ore;
  amountCurrency: Ore | null;
  booked: boolean;
  writeOffs: { amount: Ore; account: string }[];
  voucher: VoucherRef | null;
  modified: string;
}

export interface StoredFile {
  id: string;
  name: string;
  folder: string;
  content: Buffer;
}

export interface FileConnection {
  fileId: string;
  series: string;
  number: number;
  financialYear: number;
}

export interface OriginalSie {
  financialYear: number;
  bytes: Buffer;
  encoding: 'cp437' | 'utf8' | 'latin1';
  appended: Voucher[];
}

/** A difference that was put into the books on purpose: ledger − subledger moves by `amountOre` on `date`. */
export interface Planted {
  code: string;
  attachment: '1510' | '2440';
  about: string;
  references: string[];
  effects: { date: string; amountOre: Ore }[];
}

export function emptyLedger(): Ledger {
  return { parties: new Map(), invoices: new Map(), payments: new Map() };
}

/** The company's today, as its clock and the sandbox's say. */
export function today(books: Books, nowMs: number): string {
  return new Date(localMs(books, nowMs)).toISOString().slice(0, 10);
}

/** "2026-03-15 09:30", the form of Fortnox's `lastmodified`. */
export function timestamp(books: Books, nowMs: number): string {
  return new Date(localMs(books, nowMs)).toISOString().slice(0, 16).replace('T', ' ');
}

function localMs(books: Books, nowMs: number): number {
  return Date.parse(`${books.asOfToday}T08:00:00Z`) + (nowMs - books.loadedAtMs);
}

export function yearOf(books: Books, date: string): FinancialYear | undefined {
  return books.years.find((year) => year.from <= date && date <= year.to);
}

/** The year that Fortnox takes when a request names none: the one that holds today, else the last. */
export function currentYear(books: Books, nowMs: number): FinancialYear | undefined {
  return yearOf(books, today(books, nowMs)) ?? books.years.toSorted((a, b) => (a.from < b.from ? 1 : -1))[0];
}

/** The year before in time; ids say nothing about it. */
export function previousYear(books: Books, year: FinancialYear): FinancialYear | undefined {
  return books.years.filter((other) => other.to < year.from).toSorted((a, b) => (a.to < b.to ? 1 : -1))[0];
}

export function vouchersOf(books: Books, financialYear: number): Voucher[] {
  return books.vouchers.get(financialYear) ?? [];
}

export function findVoucher(books: Books, ref: VoucherRef): Voucher | undefined {
  return vouchersOf(books, ref.financialYear).find(
    (voucher) => voucher.series === ref.series && voucher.number === ref.number,
  );
}

export function findSeries(books: Books, financialYear: number, code: string): VoucherSeries | undefined {
  return books.series.find((series) => series.financialYear === financialYear && series.code === code);
}

export function nextVoucherNumber(books: Books, financialYear: number, series: string): number {
  let last = 0;
  for (const voucher of vouchersOf(books, financialYear)) {
    if (voucher.series === series && voucher.number > last) last = voucher.number;
  }
  return last + 1;
}

/** Puts a voucher into its year and keeps the original SIE file, if any, in step. */
export function addVoucher(books: Books, voucher: Voucher): void {
  const vouchers = books.vouchers.get(voucher.financialYear) ?? [];
  vouchers.push(voucher);
  books.vouchers.set(voucher.financialYear, vouchers);
  if (books.original?.financialYear === voucher.financialYear) books.original.appended.push(voucher);
  books.revision++;
}

/** Σ(debit − credit) by account over the rows that count, for vouchers up to and including `upTo`. */
export function movements(books: Books, financialYear: number, upTo = '9999-12-31'): Map<string, Ore> {
  const sums = new Map<string, Ore>();
  for (const voucher of vouchersOf(books, financialYear)) {
    if (voucher.date > upTo) continue;
    for (const row of voucher.rows) {
      if (row.removed) continue;
      sums.set(row.account, (sums.get(row.account) ?? 0) + row.debit - row.credit);
    }
  }
  return sums;
}

export function openingBalance(books: Books, financialYear: number, account: string): Ore {
  return books.opening.get(financialYear)?.get(account) ?? 0;
}

/** Balance-sheet accounts are 1 and 2 in every Swedish chart. */
export function isBalanceAccount(account: string): boolean {
  return account.startsWith('1') || account.startsWith('2');
}
