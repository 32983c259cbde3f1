import { addDays } from './dates.ts';
import { ore } from './money.ts';
import type { Ore } from './money.ts';
import type { AccountNumber, Books, ClosedYear, YearBooks } from './books.ts';
import { compareText } from './number-order.ts';

/** Debit minus credit of the year's rows for each account that has any. */
export function movements(year: YearBooks): Map<AccountNumber, Ore> {
  // A sum in an object is added to in place; in the Map itself, every row would leave a number behind.
  const sums = new Map<AccountNumber, { ore: number }>();
  for (const { rows } of year.vouchers) {
    for (const { account, amountOre } of rows) {
      const sum = sums.get(account);
      if (sum) sum.ore += amountOre;
      else sums.set(account, { ore: amountOre });
    }
  }
  return new Map([...sums].map(([account, sum]) => [account, ore(sum.ore)]));
}

/**
 * Closing balance (UB) = opening balance (IB) + movements, for every account that has either. Debit positive. The
 * movements may be given by those who have them already.
 */
export function closingBalances(
  year: YearBooks,
  moved: ReadonlyMap<AccountNumber, Ore> = movements(year),
): Map<AccountNumber, Ore> {
  const balances = new Map(year.openingBalances);
  for (const [account, amountOre] of moved)
    balances.set(account, ore((balances.get(account) ?? 0) + amountOre));
  return balances;
}

/** The years before the closing one as they closed, the latest first: reckoned where their vouchers are known, else as stated. */
export function yearsBefore({ closing, otherYears, statedYears = [] }: Books): ClosedYear[] {
  const reckoned = otherYears
    .filter(({ year }) => year.to < closing.year.from)
    .map((year) => ({ year: year.year, closingBalances: closingBalances(year) }));
  return latestFirst([...reckoned, ...statedYears]);
}

export const latestFirst = (years: readonly ClosedYear[]): ClosedYear[] =>
  years.toSorted((a, b) => compareText(b.year.to, a.year.to));

/** The year that ended the day before the closing year began, when it was read. A gap between years is none. */
export function priorYear(books: Books): YearBooks | undefined {
  const dayBefore = addDays(books.closing.year.from, -1);
  return books.otherYears.find((year) => year.year.to === dayBefore);
}
