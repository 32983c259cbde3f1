import type { AccountNumber, Voucher, VoucherRow, YearBooks } from './books.ts';
import { ore } from './money.ts';
import type { Ore } from './money.ts';
import { compareNumbers, compareText } from './number-order.ts';

/** A voucher that has other content than before; the rows that went and came, and those that stayed in neither. */
export interface ChangedVoucher {
  readonly before: Voucher;
  readonly after: Voucher;
  readonly rowsRemoved: readonly VoucherRow[];
  readonly rowsAdded: readonly VoucherRow[];
}

/** How an account's balance moved. */
export interface MovedBalance {
  readonly account: AccountNumber;
  /** By how much the closing balance (UB) did, by opening balance and vouchers together. */
  readonly amountOre: Ore;
  /** By how much the opening balance (IB) did. */
  readonly openingOre: Ore;
}

/** What has happened to one year between two readings. */
export interface YearDiff {
  readonly added: readonly Voucher[];
  readonly changed: readonly ChangedVoucher[];
  readonly removed: readonly Voucher[];
  /** As they are told now: the same content, but its rows in another order, another reference or another mark. */
  readonly retold: readonly Voucher[];
  /** Accounts of which neither balance moved are absent. In order of account. */
  readonly moved: readonly MovedBalance[];
}

/** A year, or what of it was touched: what is the same in both readings may be left out of both. */
export type YearContent = Pick<YearBooks, 'openingBalances' | 'vouchers'>;

/**
 * Compares two readings of the same financial year, voucher by voucher (series and number), balance by balance. Content is
 * date, text and rows in any order; references and the edited mark are knowledge about a voucher, not part of it. Where only
 * those differ, it is not changed but retold.
 * Series and number can occur twice in a file: equal ones are paired first, the rest in order.
 */
export function diffYear(before: YearContent, after: YearContent): YearDiff {
  const added: Voucher[] = [];
  const changed: ChangedVoucher[] = [];
  const removed: Voucher[] = [];
  const retold: Voucher[] = [];
  const opening = new Map<AccountNumber, number>(after.openingBalances);
  for (const [account, amount] of before.openingBalances)
    opening.set(account, (opening.get(account) ?? 0) - amount);
  const moved = new Map(opening);
  const move = (rows: readonly VoucherRow[], sign: 1 | -1): void => {
    for (const row of rows) moved.set(row.account, (moved.get(row.account) ?? 0) + row.amountOre * sign);
  };

  const older = byKey(before.vouchers);
  const newer = byKey(after.vouchers);
  for (const [key, now] of newer) {
    const [left, right, toldAnew] = withoutEqual(older.get(key) ?? [], now);
    retold.push(...toldAnew);
    right.forEach((voucher, index) => {
      const was = left[index];
      if (!was) {
        added.push(voucher);
        move(voucher.rows, 1);
        return;
      }
      const [rowsRemoved, rowsAdded] = withoutCommonRows(was.rows, voucher.rows);
      changed.push({ before: was, after: voucher, rowsRemoved, rowsAdded });
      move(rowsRemoved, -1);
      move(rowsAdded, 1);
    });
    for (const voucher of left.slice(right.length)) {
      removed.push(voucher);
      move(voucher.rows, -1);
    }
  }
  for (const [key, was] of older) {
    if (newer.has(key)) continue;
    for (const voucher of was) {
      removed.push(voucher);
      move(voucher.rows, -1);
    }
  }
  return {
    added: added.toSorted(bySeriesAndNumber),
    changed: changed.toSorted((a, b) => bySeriesAndNumber(a.after, b.after)),
    removed: removed.toSorted(bySeriesAndNumber),
    retold: retold.toSorted(bySeriesAndNumber),
    moved: [...moved]
      .map(([account, amount]) => ({
        account,
        amountOre: ore(amount),
        openingOre: ore(opening.get(account) ?? 0),
      }))
      .filter(({ amountOre, openingOre }) => amountOre !== 0 || openingOre !== 0)
      .toSorted((a, b) => compareNumbers(a.account, b.account)),
  };
}

export const bySeriesAndNumber = (a: Voucher, b: Voucher): number =>
  compareText(a.series, b.series) || a.number - b.number || compareText(a.date, b.date);

function byKey(vouchers: readonly Voucher[]): Map<string, Voucher[]> {
  const map = new Map<string, Voucher[]>();
  for (const voucher of vouchers) {
    const key = `${voucher.series}\n${voucher.number}`;
    const list = map.get(key);
    if (list) list.push(voucher);
    else map.set(key, [voucher]);
  }
  return map;
}

/** What is left of two lists when equal vouchers are taken out of both; and those of the latter list that were only retold. */
function withoutEqual(
  before: readonly Voucher[],
  after: readonly Voucher[],
): [Voucher[], Voucher[], Voucher[]] {
  const [was] = before;
  const [now] = after;
  if (was && now && before.length === 1 && after.length === 1) {
    if (isSame(was, now)) return [[], [], []];
    return contentText(was) === contentText(now) ? [[], [], [now]] : [[was], [now], []];
  }
  const [left, right] = withoutCommon(before, after, wholeText);
  const [removed, added] = withoutCommon(left, right, contentText);
  const unpaired = new Set(added);
  return [removed, added, right.filter((voucher) => !unpaired.has(voucher))];
}

const withoutCommonRows = (
  before: readonly VoucherRow[],
  after: readonly VoucherRow[],
): [VoucherRow[], VoucherRow[]] => withoutCommon(before, after, rowText);

function withoutCommon<T>(
  before: readonly T[],
  after: readonly T[],
  textOf: (item: T) => string,
): [T[], T[]] {
  const counts = new Map<string, number>();
  for (const item of after) counts.set(textOf(item), (counts.get(textOf(item)) ?? 0) + 1);
  const take = (item: T): boolean => {
    const count = counts.get(textOf(item)) ?? 0;
    if (count > 0) counts.set(textOf(item), count - 1);
    return count > 0;
  };
  const left = before.filter((item) => !take(item));
  // What remains in the counts is in `after` alone.
  const right = after.filter(take);
  return [left, right];
}

/** Most vouchers are the same in every way, so the cheap comparison is tried first. */
function isSame(a: Voucher, b: Voucher): boolean {
  if (a.date !== b.date || a.text !== b.text || a.rows.length !== b.rows.length) return false;
  if (knowledgeText(a) !== knowledgeText(b)) return false;
  return a.rows.every((row, index) => {
    const other = b.rows[index];
    return other?.account === row.account && other.amountOre === row.amountOre && other.text === row.text;
  });
}

const rowText = ({ account, amountOre, text }: VoucherRow): string => `${account}\n${amountOre}\n${text}`;

const knowledgeText = ({ reference, edited }: Voucher): string =>
  `${reference?.type ?? ''}\n${reference?.number ?? ''}\n${edited ?? false}`;

const wholeText = (voucher: Voucher): string =>
  [voucher.date, voucher.text, ...voucher.rows.map(rowText), knowledgeText(voucher)].join('\n\n');

const contentText = ({ date, text, rows }: Voucher): string =>
  [date, text, ...rows.map(rowText).toSorted(compareText)].join('\n\n');
