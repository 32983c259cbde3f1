import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { YearBalances } from '../../accounting/account-groups.ts';
import { isoDate } from '../../accounting/dates.ts';
import { effectOf } from '../../accounting/effect.ts';
import { ore } from '../../accounting/money.ts';
import type { Ore } from '../../accounting/money.ts';

const balances = (amounts: Readonly<Record<string, number>>): Map<string, Ore> =>
  new Map(Object.entries(amounts).map(([account, amount]) => [account, ore(amount)]));

const yearOf = (opening: Record<string, number>, moved: Record<string, number>): YearBalances => ({
  year: { from: isoDate('2025-01-01'), to: isoDate('2025-12-31') },
  opening: balances(opening),
  moved: balances(moved),
});

const rows = (...pairs: [string, number][]) => ({
  rows: pairs.map(([account, amount]) => ({ account, amountOre: ore(amount), text: '' })),
});

const line = (lines: readonly { name: string }[], name: string) => lines.find((one) => one.name === name);

it('gives the signs of the reports, and moves the result and the balance sheet by the same amount', () => {
  const year = yearOf(
    { '1930': 1_000_00, '2081': -500_00, '2440': -500_00 },
    { '1930': 600_00, '3001': -900_00, '5010': 300_00 },
  );
  const effect = effectOf(year, [rows(['8410', 50_00], ['2990', -50_00])]);
  expect(line(effect.result, 'Rörelsens intäkter')).toMatchObject({ beforeOre: 900_00, changeOre: 0 });
  expect(line(effect.result, 'Rörelsens kostnader')).toMatchObject({ afterOre: -300_00 });
  expect(line(effect.result, 'Finansiella poster')).toMatchObject({ beforeOre: 0, changeOre: -50_00 });
  expect(effect.profit).toMatchObject({ beforeOre: 600_00, changeOre: -50_00, afterOre: 550_00 });
  expect(line(effect.funding, 'Kortfristiga skulder')).toMatchObject({ changeOre: 50_00, afterOre: 550_00 });
  expect(effect.totalAssets).toMatchObject({ beforeOre: 1_600_00, afterOre: 1_600_00 });
  expect(effect.totalFunding).toMatchObject({ beforeOre: 1_600_00, afterOre: 1_600_00 });
});

it('shows no result left to carry over once 8999 has booked it to 2099', () => {
  const year = yearOf({}, { '1930': 100_00, '3001': -100_00 });
  const effect = effectOf(year, [rows(['8999', 100_00], ['2099', -100_00])]);
  expect(effect.profit.afterOre).toBe(100_00);
  expect(line(effect.funding, 'Årets resultat, ej omfört')).toMatchObject({ beforeOre: 100_00, afterOre: 0 });
  expect(line(effect.funding, 'Eget kapital')).toMatchObject({ beforeOre: 0, afterOre: 100_00 });
});

it('shows a result that the year before did not carry over', () => {
  const { funding, totalAssets, totalFunding } = effectOf(
    yearOf({ '1930': 700_00, '2081': -500_00 }, {}),
    [],
  );
  expect(line(funding, 'Tidigare års resultat, ej omfört')).toMatchObject({ beforeOre: 200_00 });
  expect(totalFunding.afterOre).toBe(totalAssets.afterOre);
});

it('keeps the balance sheet in balance, whatever balanced vouchers are added', () => {
  const account = fc.integer({ min: 1000, max: 8999 }).map(String);
  const voucher = fc
    .array(fc.tuple(account, fc.integer({ min: -1e9, max: 1e9 })), { minLength: 1, maxLength: 6 })
    .chain((pairs) =>
      account.map((last) => rows(...pairs, [last, -pairs.reduce((sum, [, amount]) => sum + amount, 0)])),
    );
  fc.assert(
    fc.property(fc.array(voucher, { maxLength: 5 }), fc.array(voucher, { maxLength: 5 }), (booked, added) => {
      const moved: Record<string, number> = {};
      for (const { account: number, amountOre } of booked.flatMap((one) => one.rows))
        moved[number] = (moved[number] ?? 0) + amountOre;
      const { totalAssets, totalFunding } = effectOf(yearOf({}, moved), added);
      expect(totalFunding.beforeOre).toBe(totalAssets.beforeOre);
      expect(totalFunding.changeOre).toBe(totalAssets.changeOre);
      expect(totalFunding.afterOre).toBe(totalAssets.afterOre);
    }),
  );
});
