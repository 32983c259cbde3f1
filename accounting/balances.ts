import { addDays } from './dates.ts';
import { ore } from './money.ts';
import type { Ore } from './money.ts';
import type { AccountNumber, Books, YearBooks } from './books.ts';

/** Debit minus credit of the year's rows for each account that has any. */
export function movements(year: YearBooks): Map<AccountNumber, Ore> {
  const sums = new Map<AccountNumber, number>();
  for (const voucher of year.vouchers) {
    for (const row of voucher.rows) sums.set(row.account, (sums.get(row.account) ?? 0) + row.amountOre);
  }
  return checked(sums);
}

/**
 * Closing balance (UB) = opening balance (IB) + movements, for every account that has either. Debit positive. The
 * movements may be given by those who have them already.
 */
export function closingBalances(
  year: YearBooks,
  moved: ReadonlyMap<AccountNumber, Ore> = movements(year),
): Map<AccountNumber, Ore> {
  const sums = new Map<AccountNumber, number>(year.openingBalances);
  for (const [account, amountOre] of moved) sums.set(account, (sums.get(account) ?? 0) + amountOre);
  return checked(sums);
}

/** The year that ended the day before the closing year began, when it was read. A gap between years is none. */
export function priorYear(books: Books): YearBooks | undefined {
  const dayBefore = addDays(books.closing.year.from, -1);
  return books.otherYears.find((year) => year.year.to === dayBefore);
}

function checked(sums: ReadonlyMap<AccountNumber, number>): Map<AccountNumber, Ore> {
  const balances = new Map<AccountNumber, Ore>();
  for (const [account, sum] of sums) balances.set(account, ore(sum));
  return balances;
}
