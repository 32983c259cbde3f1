import type { Adjustment } from './adjustment.ts';
import { closingOf } from './account-groups.ts';
import type { YearBalances } from './account-groups.ts';
import type { AccountNumber } from './books.ts';
import { negate, ore, zeroOre } from './money.ts';
import type { Ore } from './money.ts';

/** One line of the result or the balance sheet, with the sign that the reports give it: income, assets, equity and liabilities positive. */
export interface EffectLine {
  readonly name: string;
  readonly beforeOre: Ore;
  readonly changeOre: Ore;
  readonly afterOre: Ore;
}

/** What adjustments do to the year's result and balance sheet. */
export interface Effect {
  readonly result: readonly EffectLine[];
  /** The year's result (årets resultat): the sum of the lines above it. */
  readonly profit: EffectLine;
  readonly assets: readonly EffectLine[];
  readonly totalAssets: EffectLine;
  readonly funding: readonly EffectLine[];
  readonly totalFunding: EffectLine;
}

interface Group {
  readonly name: string;
  readonly of: RegExp;
}

/**
 * The BAS chart's account classes as the K2 and K3 reports sum them. 899x books the year's result itself and stands on no line;
 * what it has not carried to 2099 is the result that the balance sheet shows apart.
 */
const resultGroups: readonly Group[] = [
  { name: 'Rörelsens intäkter', of: /^3/ },
  { name: 'Rörelsens kostnader', of: /^[4-7]/ },
  { name: 'Finansiella poster', of: /^8[0-7]/ },
  { name: 'Bokslutsdispositioner', of: /^88/ },
  { name: 'Skatt', of: /^89(?!9)/ },
];
const assetGroups: readonly Group[] = [
  { name: 'Anläggningstillgångar', of: /^1[0-3]/ },
  { name: 'Omsättningstillgångar', of: /^1[4-9]/ },
];
const fundingGroups: readonly Group[] = [
  { name: 'Eget kapital', of: /^20/ },
  { name: 'Årets resultat, ej omfört', of: /^[3-8]/ },
  { name: 'Obeskattade reserver', of: /^21/ },
  { name: 'Avsättningar', of: /^22/ },
  { name: 'Långfristiga skulder', of: /^23/ },
  { name: 'Kortfristiga skulder', of: /^2[4-9]/ },
];

/** @throws RangeError when the sums are too large to be exact */
export function effectOf(year: YearBalances, adjustments: readonly Pick<Adjustment, 'rows'>[]): Effect {
  const before = closingOf(year);
  const change = new Map<AccountNumber, number>();
  for (const { account, amountOre } of adjustments.flatMap(({ rows }) => rows))
    change.set(account, (change.get(account) ?? 0) + amountOre);
  const lines = (groups: readonly Group[], credit: boolean): EffectLine[] =>
    groups.map(({ name, of }) => {
      const [beforeOre, changeOre] = [before, change].map((balances) => {
        const sum = ore(sumOf(balances, of));
        return credit ? negate(sum) : sum;
      }) as [Ore, Ore];
      return { name, beforeOre, changeOre, afterOre: ore(beforeOre + changeOre) };
    });
  const result = lines(resultGroups, true);
  const assets = lines(assetGroups, false);
  const funding = [...lines(fundingGroups, true), notCarried(year)];
  return {
    result,
    profit: total('Årets resultat', result),
    assets,
    totalAssets: total('Summa tillgångar', assets),
    funding,
    totalFunding: total('Summa eget kapital och skulder', funding),
  };
}

/** Opening balances that do not sum to zero: the year before was not closed, and its result is on no balance-sheet account. */
function notCarried({ opening }: YearBalances): EffectLine {
  const sum = ore(sumOf(opening, /./));
  return { name: 'Tidigare års resultat, ej omfört', beforeOre: sum, changeOre: zeroOre, afterOre: sum };
}

function sumOf(balances: ReadonlyMap<AccountNumber, number>, of: RegExp): number {
  let sum = 0;
  for (const [account, amount] of balances) if (of.test(account)) sum += amount;
  return sum;
}

const total = (name: string, lines: readonly EffectLine[]): EffectLine => {
  const sum = (of: (line: EffectLine) => Ore): Ore => ore(lines.reduce((all, line) => all + of(line), 0));
  return {
    name,
    beforeOre: sum(({ beforeOre }) => beforeOre),
    changeOre: sum(({ changeOre }) => changeOre),
    afterOre: sum(({ afterOre }) => afterOre),
  };
};
