import type { AccountNumber, Voucher } from './books.ts';
import type { IsoDate } from './dates.ts';
import type { ChangedVoucher, MovedBalance, YearDiff } from './diff.ts';
import { findMarker } from './marker.ts';
import { ore, zeroOre } from './money.ts';
import type { Ore } from './money.ts';
import { compareNumbers } from './number-order.ts';

/** A year's diff with what the close itself has sent told apart, so that nothing is news twice. */
export interface YearChanges {
  /** Others' vouchers alone. */
  readonly added: readonly Voucher[];
  readonly changed: readonly ChangedVoucher[];
  readonly removed: readonly Voucher[];
  readonly retold: readonly Voucher[];
  /** New vouchers that carry our marker: the bokföringsorder as it came back. */
  readonly ours: readonly Voucher[];
  /** How each account's balance moved, by others and by us; the two amounts add up to the whole. */
  readonly moved: readonly (MovedBalance & { readonly oursOre: Ore })[];
}

/**
 * @param markers of the vouchers that this close has sent. A mark that somebody copied by hand is not among ours twice:
 * of two new vouchers with one mark, the first counts as ours and the other as somebody's.
 */
export function markOurs(
  { added, changed, removed, retold, moved }: YearDiff,
  markers: ReadonlySet<string>,
): YearChanges {
  const ours: Voucher[] = [];
  const others: Voucher[] = [];
  const seen = new Set<string>();
  for (const voucher of added) {
    const marker = findMarker(voucher.text);
    if (marker === undefined || !markers.has(marker) || seen.has(marker)) {
      others.push(voucher);
    } else {
      ours.push(voucher);
      seen.add(marker);
    }
  }
  const byUs = new Map<AccountNumber, number>();
  for (const { account, amountOre } of ours.flatMap(({ rows }) => rows))
    byUs.set(account, (byUs.get(account) ?? 0) + amountOre);
  const whole = new Map(moved.map((one) => [one.account, one]));
  const accounts = [...new Set([...whole.keys(), ...byUs.keys()])].toSorted(compareNumbers);
  return {
    added: others,
    changed,
    removed,
    retold,
    ours,
    moved: accounts
      .map((account) => {
        const { amountOre, openingOre } = whole.get(account) ?? { amountOre: zeroOre, openingOre: zeroOre };
        const oursOre = ore(byUs.get(account) ?? 0);
        return { account, amountOre: ore(amountOre - oursOre), openingOre, oursOre };
      })
      .filter(({ amountOre, openingOre, oursOre }) => amountOre !== 0 || openingOre !== 0 || oursOre !== 0),
  };
}

/** One voucher that moved the balance of accounts, and by how much. */
export interface Mover {
  /** `A-12`. */
  readonly voucher: string;
  readonly change: 'added' | 'changed' | 'removed';
  readonly account: AccountNumber;
  readonly amountOre: Ore;
}

/** Which vouchers of others moved the balances of these accounts; those that net to 0 on an account moved nothing there. */
export function moversOf(
  { added, changed, removed }: Pick<YearChanges, 'added' | 'changed' | 'removed'>,
  accounts?: ReadonlySet<AccountNumber>,
): Mover[] {
  const movers: Mover[] = [];
  const add = (
    voucher: Voucher,
    change: Mover['change'],
    effects: readonly [Voucher['rows'], 1 | -1][],
  ): void => {
    const sums = new Map<AccountNumber, number>();
    for (const [rows, sign] of effects)
      for (const { account, amountOre } of rows)
        sums.set(account, (sums.get(account) ?? 0) + sign * amountOre);
    for (const [account, sum] of [...sums].toSorted(([a], [b]) => compareNumbers(a, b))) {
      if (sum === 0 || accounts?.has(account) === false) continue;
      movers.push({ voucher: `${voucher.series}-${voucher.number}`, change, account, amountOre: ore(sum) });
    }
  };
  for (const voucher of added) add(voucher, 'added', [[voucher.rows, 1]]);
  for (const { after, rowsAdded, rowsRemoved } of changed)
    add(after, 'changed', [
      [rowsAdded, 1],
      [rowsRemoved, -1],
    ]);
  for (const voucher of removed) add(voucher, 'removed', [[voucher.rows, -1]]);
  return movers;
}

/** An opening balance (IB) that is another than before, of the year that begins that day, and by how much. */
export interface MovedOpening {
  readonly account: AccountNumber;
  readonly yearFrom: IsoDate;
  readonly amountOre: Ore;
}

/** Which opening balances of these accounts moved. */
export const movedOpenings = (
  { yearFrom, moved }: Pick<YearChanges, 'moved'> & { readonly yearFrom: IsoDate },
  accounts?: ReadonlySet<AccountNumber>,
): MovedOpening[] =>
  moved
    .filter(({ account, openingOre }) => openingOre !== 0 && accounts?.has(account) !== false)
    .map(({ account, openingOre }) => ({ account, yearFrom, amountOre: openingOre }));
