import type {
  Account,
  AccountNumber,
  FinancialYear,
  Voucher,
  VoucherSeries,
  YearBooks,
} from '../../accounting/books.ts';
import type { IsoDate } from '../../accounting/dates.ts';
import type { Ore } from '../../accounting/money.ts';
import type { SieFile, SieVoucher } from '../../accounting/sie/types.ts';

/** A year's ledger as its SIE 4 file tells it; what a voucher refers to is not in the file. */
export function yearFromSie(
  file: SieFile,
  year: FinancialYear,
  accountingMethod: YearBooks['accountingMethod'],
): YearBooks {
  const vouchers = Array.from(file.vouchers(), (voucher) => voucherFromSie(voucher, year.to));
  return { year, accountingMethod, openingBalances: openingBalancesFromSie(file), vouchers };
}

export function openingBalancesFromSie(file: SieFile): Map<AccountNumber, Ore> {
  const openingBalances = new Map<AccountNumber, Ore>();
  for (const { kind, year: index, account, amountOre } of file.balances) {
    if (kind === 'IB' && index === 0 && amountOre !== 0) openingBalances.set(account, amountOre);
  }
  return openingBalances;
}

/** A voucher without a readable date (always a finding of the reader) is put on the year's last day. */
export function voucherFromSie(from: SieVoucher, lastDay: IsoDate): Voucher {
  const counted = from.rows.filter(({ kind }) => kind === 'TRANS');
  const edited = counted.length < from.rows.length;
  return {
    series: from.series,
    number: /^\d{1,15}$/.test(from.number) ? Number(from.number) : 0,
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
