import type {
  Account,
  AccountNumber,
  ClosedYear,
  FinancialYear,
  Voucher,
  VoucherSeries,
  YearBooks,
} from '../../accounting/books.ts';
import type { IsoDate } from '../../accounting/dates.ts';
import type { Ore } from '../../accounting/money.ts';
import { voucherNumber } from '../../accounting/sie/numbers.ts';
import type { SieBalance, SieFile, SieVoucher } from '../../accounting/sie/types.ts';

/** A year's ledger as its SIE 4 file tells it; what a voucher refers to is not in the file. */
export function yearFromSie(
  file: SieFile,
  year: FinancialYear,
  accountingMethod: YearBooks['accountingMethod'],
): YearBooks {
  const vouchers = Array.from(file.vouchers(), (voucher) => voucherFromSie(voucher, year.to));
  return { year, accountingMethod, openingBalances: openingBalancesFromSie(file), vouchers };
}

export const openingBalancesFromSie = (file: SieFile): Map<AccountNumber, Ore> =>
  new Map([...balancesIn(file, 0, ['IB'])].filter(([, amountOre]) => amountOre !== 0));

/** The file's own closing balances and results (#UB, #RES), to hold against what its vouchers make. */
export const closingBalancesFromSie = (file: SieFile): Map<AccountNumber, Ore> =>
  balancesIn(file, 0, ['UB', 'RES']);

/**
 * The two years before as the file states them (#RAR, #UB −1 and −2), in order of time. A year of which it states no
 * closing balance is not known, and so is none before it.
 */
export function statedYearsFromSie(file: SieFile, closing: FinancialYear): ClosedYear[] {
  const years: ClosedYear[] = [];
  let { from: next } = closing;
  for (const index of [-1, -2]) {
    const stated = file.years.find((year) => year.index === index);
    const closingBalances = balancesIn(file, index, ['UB']);
    if (!stated || stated.to >= next || closingBalances.size === 0) break;
    const { from, to } = stated;
    years.unshift({ year: { from, to }, closingBalances });
    next = from;
  }
  return years;
}

function balancesIn(
  file: SieFile,
  index: number,
  kinds: readonly SieBalance['kind'][],
): Map<AccountNumber, Ore> {
  const balances = new Map<AccountNumber, Ore>();
  for (const { kind, year, account, amountOre } of file.balances) {
    if (year === index && kinds.includes(kind)) balances.set(account, amountOre);
  }
  return balances;
}

/** A voucher without a readable date (always a finding of the reader) is put on the year's last day. */
export function voucherFromSie(from: SieVoucher, lastDay: IsoDate): Voucher {
  const counted = from.rows.filter(({ kind }) => kind === 'TRANS');
  const edited = counted.length < from.rows.length;
  return {
    series: from.series,
    number: voucherNumber(from.number),
    date: from.date ?? counted.find(({ date }) => date !== null)?.date ?? lastDay,
    text: from.text,
    rows: counted.map(({ account, amountOre, text }) => ({ account, amountOre, text })),
    ...(edited && { edited }),
  };
}

/** The chart of accounts of a file that has no register behind it: all are taken to be active. */
export const accountsFromSie = (file: SieFile): Account[] =>
  file.accounts
    .filter(({ isDeclared }) => isDeclared)
    .map(({ number, name }) => ({ number, name, active: true }));

/** The voucher series that occur in a file; whether they are manual, no file tells. */
export const seriesNamed = (codes: Iterable<string>): VoucherSeries[] =>
  [...codes]
    .filter((code) => code !== '')
    .toSorted()
    .map((code) => ({ code, description: '', manual: true }));
