import type { Assumptions } from './assumptions.ts';
import {
  isBalanceAccount,
  movements,
  openingBalance,
  previousYear,
  today,
  vouchersOf,
  type Books,
  type FinancialYear,
  type Voucher,
} from './books.ts';
import { encodeCp437 } from './cp437.ts';
import { formatDecimal } from './money.ts';
import { reexport } from './sie-reexport.ts';
import { bare, quoted, sieDay } from './sie-text.ts';

export interface SieRequest {
  type: number;
  year: FinancialYear;
  fromDate: string | null;
  toDate: string | null;
  nowMs: number;
}

const cache = new WeakMap<Books, { key: string; bytes: Buffer }>();

/**
 * The SIE file of a year in Fortnox's dialect, in CP437. A company made from a SIE file answers that file's own bytes,
 * with what was posted since added to them.
 */
export function sieBytes(books: Books, assumptions: Assumptions, request: SieRequest): Buffer {
  const whole = request.type === 4 && request.fromDate === null && request.toDate === null;
  if (whole && books.original?.financialYear === request.year.id) return reexport(books, books.original);
  const key = JSON.stringify([
    books.revision,
    assumptions,
    request.type,
    request.year.id,
    request.fromDate,
    request.toDate,
    today(books, request.nowMs),
  ]);
  const cached = cache.get(books);
  if (cached?.key === key) return cached.bytes;
  const text = sieText(books, assumptions, request);
  const bytes = assumptions.sieEncoding === 'utf8' ? Buffer.from(text) : encodeCp437(text);
  cache.set(books, { key, bytes });
  return bytes;
}

function sieText(books: Books, assumptions: Assumptions, request: SieRequest): string {
  const { year, type } = request;
  const before = previousYear(books, year);
  const now = today(books, request.nowMs);
  const lines = [
    '#FLAGGA 0',
    '#FORMAT PC8',
    `#SIETYP ${type}`,
    '#PROGRAM "Fortnox" 3.57.11',
    `#GEN ${sieDay(now)}`,
    `#FNR ${books.databaseNumber}`,
    `#FNAMN ${quoted(books.name)}`,
    '#ADRESS "Anna Exempel" "Exempelvägen 1" "999 99 Exempelstad" ""',
    `#RAR 0 ${sieDay(year.from)} ${sieDay(year.to)}`,
    ...(before ? [`#RAR -1 ${sieDay(before.from)} ${sieDay(before.to)}`] : []),
    `#ORGNR ${bare(books.organisationNumber)}`,
    `#OMFATTN ${sieDay(now < year.to ? now : year.to)}`,
    '#KPTYP EUBAS97',
    '',
  ];
  const accounts = [...books.accounts.values()].toSorted((a, b) => (a.number < b.number ? -1 : 1));
  for (const account of accounts) {
    lines.push(`#KONTO ${account.number} ${quoted(account.description)}`);
    if (assumptions.sieAccountTypes) lines.push(`#KTYP ${account.number} ${accountType(account.number)}`);
    if (account.sru !== null) lines.push(`#SRU ${account.number} ${account.sru}`);
  }
  lines.push('');
  balances(books, year, 0, lines);
  if (before) balances(books, before, -1, lines);
  if (type === 2 || type === 3) periodChanges(books, year, lines);
  if (type === 4) {
    for (const voucher of vouchersOf(books, year.id)) {
      if (request.fromDate !== null && voucher.date < request.fromDate) continue;
      if (request.toDate !== null && voucher.date > request.toDate) continue;
      if (voucher.awaitsApproval && !assumptions.sieAwaitingApproval) continue;
      voucherLines(voucher, assumptions.sieRemovedRows, lines);
    }
  }
  return `${lines.join('\n')}\n`;
}

function accountType(account: string): string {
  const first = account[0] ?? '';
  return first === '1' ? 'T' : first === '2' ? 'S' : first === '3' ? 'I' : 'K';
}

/** #IB and #UB of balance-sheet accounts, #RES of the others; accounts that never held anything are left out. */
function balances(books: Books, year: FinancialYear, index: number, lines: string[]): void {
  const moved = movements(books, year.id);
  const used = new Set([...(books.opening.get(year.id)?.keys() ?? []), ...moved.keys()]);
  const opening: string[] = [];
  const closing: string[] = [];
  const result: string[] = [];
  for (const account of [...used].toSorted()) {
    const before = openingBalance(books, year.id, account);
    const after = before + (moved.get(account) ?? 0);
    if (isBalanceAccount(account)) {
      opening.push(`#IB ${index} ${account} ${formatDecimal(before)}`);
      closing.push(`#UB ${index} ${account} ${formatDecimal(after)}`);
    } else {
      result.push(`#RES ${index} ${account} ${formatDecimal(after)}`);
    }
  }
  lines.push(...opening, ...closing, ...result);
}

/** #PSALDO holds a month's change, not its balance. */
function periodChanges(books: Books, year: FinancialYear, lines: string[]): void {
  const sums = new Map<string, number>();
  for (const voucher of vouchersOf(books, year.id)) {
    for (const row of voucher.rows) {
      if (row.removed) continue;
      const key = `${sieDay(voucher.date).slice(0, 6)} ${row.account}`;
      sums.set(key, (sums.get(key) ?? 0) + row.debit - row.credit);
    }
  }
  for (const key of [...sums.keys()].toSorted()) {
    lines.push(`#PSALDO 0 ${key} {} ${formatDecimal(sums.get(key) ?? 0)}`);
  }
}

/** A voucher with its rows: no row date, the text, quantity 0. The second date is the day of registration. */
function voucherLines(voucher: Voucher, removedRows: boolean, lines: string[]): void {
  lines.push(
    `#VER ${bare(voucher.series)} ${voucher.number} ${sieDay(voucher.date)} ${quoted(voucher.text)} ` +
      sieDay(voucher.modified.slice(0, 10)),
    '{',
  );
  for (const row of voucher.rows) {
    if (row.removed && !removedRows) continue;
    const label = row.removed ? '#BTRANS' : '#TRANS';
    lines.push(
      `${label} ${row.account} {} ${formatDecimal(row.debit - row.credit)} "" ${quoted(row.text)} 0`,
    );
  }
  lines.push('}');
}
