import { basGroups } from './bas-groups.ts';
import { movements } from './balances.ts';
import type { Account, AccountNumber, Books, FinancialYear } from './books.ts';
import type { IsoDate } from './dates.ts';
import { ore, zeroOre } from './money.ts';
import type { Ore } from './money.ts';
import { compareNumbers, compareText } from './number-order.ts';

/** Balances, debit positive: opening (IB), change, closing (UB), and the closing balances of the years before. */
export interface Balances {
  readonly openingOre: Ore;
  readonly changeOre: Ore;
  readonly closingOre: Ore;
  /** One for each year before that was read, the latest first. */
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
  const [closing, ...others] = [books.closing, ...books.otherYears].map((year): YearBalances => ({
    year: year.year,
    opening: year.openingBalances,
    moved: movements(year),
  }));
  return closing ? mainAttachmentsOf(books.accounts, closing, others) : [];
}

/** A main attachment for every group with an account that has moved or has a balance in the closing year or a year before. */
export function mainAttachmentsOf(
  register: readonly Account[],
  year: YearBalances,
  others: readonly YearBalances[],
): MainAttachment[] {
  const { opening, moved } = year;
  const closing = closingOf(year);
  const before = others
    .filter((other) => other.year.to < year.year.from)
    .toSorted((a, b) => compareText(b.year.to, a.year.to))
    .map((other) => ({ yearEnd: other.year.to, balances: closingOf(other) }));

  const names = new Map(register.map(({ number, name }) => [number, name]));
  const numbers = new Set([...closing.keys(), ...before.flatMap(({ balances }) => [...balances.keys()])]);

  const groups = new Map<string, { name: string; accounts: AccountBalances[] }>();
  for (const number of [...numbers].toSorted(compareNumbers)) {
    const group = isBalanceSheetAccount(number) ? accountGroup(number) : undefined;
    if (!group) continue;
    const openingOre = opening.get(number) ?? zeroOre;
    const closingOre = closing.get(number) ?? zeroOre;
    const priorClosing = before.map(({ yearEnd, balances }) => ({
      yearEnd,
      closingOre: balances.get(number) ?? zeroOre,
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
    const held = groups.get(group.code);
    if (held) held.accounts.push(account);
    else groups.set(group.code, { name: group.name, accounts: [account] });
  }
  return [...groups]
    .map(([code, { name, accounts }]) => ({ code, name, ...sum(accounts), accounts }))
    .toSorted((a, b) => compareText(a.code, b.code));
}

/** Closing balance (UB) = opening balance (IB) + what moved, for every account that has either. */
export function closingOf({ opening, moved }: YearBalances): Map<AccountNumber, Ore> {
  const balances = new Map(opening);
  for (const [account, amount] of moved) balances.set(account, ore((balances.get(account) ?? 0) + amount));
  return balances;
}

function sum(accounts: readonly AccountBalances[]): Balances {
  let opening = 0;
  let closing = 0;
  const prior = (accounts[0]?.priorClosing ?? []).map(({ yearEnd }) => ({ yearEnd, closing: 0 }));
  for (const account of accounts) {
    opening += account.openingOre;
    closing += account.closingOre;
    account.priorClosing.forEach(({ closingOre }, index) => {
      const total = prior[index];
      if (total) total.closing += closingOre;
    });
  }
  return {
    openingOre: ore(opening),
    changeOre: ore(closing - opening),
    closingOre: ore(closing),
    priorClosing: prior.map((year) => ({ yearEnd: year.yearEnd, closingOre: ore(year.closing) })),
  };
}
