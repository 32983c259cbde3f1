import { daysBetween } from './dates.ts';
import type { IsoDate } from './dates.ts';
import { ore } from './money.ts';
import type { Ore } from './money.ts';

/** Days overdue at the balance date: not due, 1–30, 31–60, 61–90, over 90; negative rows stand apart as credit. */
export const ageingBuckets = ['notDue', 'd1_30', 'd31_60', 'd61_90', 'over90'] as const;
export type AgeingBucket = (typeof ageingBuckets)[number] | 'credit';
export type Ageing = { readonly [bucket in (typeof ageingBuckets)[number]]: Ore };

/** Whole days from the due date to the balance date, never below 0. */
export const daysOverdue = (dueDate: IsoDate, balanceDate: IsoDate): number =>
  dueDate >= balanceDate ? 0 : daysBetween(dueDate, balanceDate);

export function ageingBucket(openOre: Ore, overdue: number): AgeingBucket {
  if (openOre < 0) return 'credit';
  if (overdue === 0) return 'notDue';
  if (overdue <= 30) return 'd1_30';
  if (overdue <= 60) return 'd31_60';
  return overdue <= 90 ? 'd61_90' : 'over90';
}

/** Sums per bucket; the five and the credit balances add up to the specification. */
export function sumAgeing(items: Iterable<{ readonly ageingBucket: AgeingBucket; readonly openOre: Ore }>): {
  readonly ageing: Ageing;
  readonly creditBalancesOre: Ore;
} {
  const sums = { notDue: 0, d1_30: 0, d31_60: 0, d61_90: 0, over90: 0, credit: 0 };
  for (const item of items) sums[item.ageingBucket] += item.openOre;
  return {
    ageing: {
      notDue: ore(sums.notDue),
      d1_30: ore(sums.d1_30),
      d31_60: ore(sums.d31_60),
      d61_90: ore(sums.d61_90),
      over90: ore(sums.over90),
    },
    creditBalancesOre: ore(sums.credit),
  };
}

/** For an accountant. */
export const bucketNames: Readonly<Record<AgeingBucket, string>> = {
  notDue: 'Ej förfallet',
  d1_30: '1–30 dagar',
  d31_60: '31–60 dagar',
  d61_90: '61–90 dagar',
  over90: 'Över 90 dagar',
  credit: 'Kreditsaldon',
};
