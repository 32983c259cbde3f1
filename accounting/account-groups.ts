import { basGroups } from './bas-groups.ts';
import { movements, yearsBefore } from './balances.ts';
import type { Account, AccountNumber, Books, ClosedYear, FinancialYear } from './books.ts';
import type { IsoDate } from './dates.ts';
import { ore, sumOre, zeroOre } from './money.ts';
import type { Ore } from './money.ts';
import { compareNumbers, compareText } from './number-order.ts';

/** Balances, debit positive: opening (IB), change, closing (UB), and the closing balances of the years before. */
export interface Balances {
  readonly openingOre: Ore;
  readonly changeOre: Ore;
  readonly closingOre: Ore;
  /** One for each year before that is known, the latest first. */
  readonly priorClosing: readonly { readonly yearEnd: IsoDate; readonly closingOre: Ore }[];
}

export interface AccountBalances extends Balances {
  readonly number: AccountNumber;
  readonly name: string;
}

/** The main attachment (huvudbilaga) of one group of balance-sheet accounts. */
export interface MainAttachment extends Balances {
  /** BAS prefix: `15`, `244`. */
  readonly code: string;
  readonly name: string;
  /** None: the group has left the books. */
  readonly accounts: readonly AccountBalances[];
}

/** Balance-sheet accounts are class 1 and 2; their balances go on from year to year. */
export const isBalanceSheetAccount = (account: AccountNumber): boolean => /^[12]\d/.test(account);

/** The group that a balance-sheet account belongs to, by three digits or by two; undefined for other accounts. */
export function accountGroup(
  account: AccountNumber,
): { readonly code: string; readonly name: string } | undefined {
  for (const length of [3, 2]) {
    const code = account.slice(0, length);
    const name = basGroups[code];
    if (name !== undefined && /^\d+$/.test(code)) return { code, name };
  }
  return undefined;
}

/** A year's opening balances and what its vouchers moved, by account. */
export interface YearBalances {
  readonly year: FinancialYear;
  readonly opening: ReadonlyMap<AccountNumber, Ore>;
  readonly moved: ReadonlyMap<AccountNumber, Ore>;
}

export function mainAttachments(books: Books): MainAttachment[] {
  const { accounts, closing } = books;
  const balances = { year: closing.year, opening: closing.openingBalances, moved: movements(closing) };
  return mainAttachmentsOf(accounts, balances, yearsBefore(books));
}

/**
 * A main attachment for every group with an account that has moved or has a balance in the closing year or a year before.
 * @param before the years before, the latest first
 * @param held groups that have one already: one that has left the books since is told by one without accounts
 */
export function mainAttachmentsOf(
  register: readonly Account[],
  year: YearBalances,
  before: readonly ClosedYear[],
  held: readonly Pick<MainAttachment, 'code' | 'name'>[] = [],
): MainAttachment[] {
  const { opening, moved } = year;
  const closing = closingOf(year);
  const names = new Map(register.map(({ number, name }) => [number, name]));
  const numbers = new Set([
    ...closing.keys(),
    ...before.flatMap(({ closingBalances }) => [...closingBalances.keys()]),
  ]);

  const groups = new Map<string, { name: string; accounts: AccountBalances[] }>(
    held.map(({ code, name }) => [code, { name, accounts: [] }]),
  );
  for (const number of [...numbers].toSorted(compareNumbers)) {
    const group = isBalanceSheetAccount(number) ? accountGroup(number) : undefined;
    if (!group) continue;
    const openingOre = opening.get(number) ?? zeroOre;
    const closingOre = closing.get(number) ?? zeroOre;
    const priorClosing = before.map((prior) => ({
      yearEnd: prior.year.to,
      closingOre: prior.closingBalances.get(number) ?? zeroOre,
    }));
    const isEmpty =
      openingOre === 0 && closingOre === 0 && priorClosing.every((prior) => prior.closingOre === 0);
    if (isEmpty && !moved.has(number)) continue;
    const account = {
      number,
      name: names.get(number) ?? '',
      openingOre,
      changeOre: ore(closingOre - openingOre),
      closingOre,
      priorClosing,
    };
    const found = groups.get(group.code);
    if (found) found.accounts.push(account);
    else groups.set(group.code, { name: group.name, accounts: [account] });
  }
  const years = before.map((prior) => prior.year.to);
  return [...groups]
    .map(([code, { name, accounts }]) => ({ code, name, ...sum(accounts, years), accounts }))
    .toSorted((a, b) => compareText(a.code, b.code));
}

/** Closing balance (UB) = opening balance (IB) + what moved, for every account that has either. */
export function closingOf({ opening, moved }: YearBalances): Map<AccountNumber, Ore> {
  const balances = new Map(opening);
  for (const [account, amount] of moved) balances.set(account, ore((balances.get(account) ?? 0) + amount));
  return balances;
}

/** @param years that every account's prior closing balances are of, in the same order */
function sum(accounts: readonly AccountBalances[], years: readonly IsoDate[]): Balances {
  const openingOre = sumOre(accounts.map((account) => account.openingOre));
  const closingOre = sumOre(accounts.map((account) => account.closingOre));
  return {
    openingOre,
    changeOre: ore(closingOre - openingOre),
    closingOre,
    priorClosing: years.map((yearEnd, index) => ({
      yearEnd,
      closingOre: sumOre(accounts.map(({ priorClosing }) => priorClosing[index]?.closingOre ?? zeroOre)),
    })),
  };
}
