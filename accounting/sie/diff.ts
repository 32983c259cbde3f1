import type { AccountNumber } from '../books.ts';
import { ore } from '../money.ts';
import type { Ore } from '../money.ts';
import type { SieFile, SieRow, SieVoucher } from './types.ts';

/** What one file has that the other has not. */
export interface SieDiff {
  readonly added: readonly SieVoucher[];
  readonly removed: readonly SieVoucher[];
  readonly changed: readonly ChangedVoucher[];
  /** Accounts whose closing balance or movement differs. */
  readonly moved: readonly MovedBalance[];
}

export interface ChangedVoucher {
  readonly before: SieVoucher;
  readonly after: SieVoucher;
  /** Rows that only the one or the other has; a row that stands twice counts twice. */
  readonly rowsBefore: readonly SieRow[];
  readonly rowsAfter: readonly SieRow[];
}

export interface MovedBalance {
  readonly account: AccountNumber;
  readonly beforeOre: Ore;
  readonly afterOre: Ore;
}

/**
 * The difference of two files voucher by voucher. A voucher is known by series and number; among vouchers that share
 * them, or have none, the first of one file is held against the first of the other.
 */
export function diffSie(before: SieFile, after: SieFile): SieDiff {
  const old = byKey(before);
  const added: SieVoucher[] = [];
  const changed: ChangedVoucher[] = [];
  for (const [key, voucher] of byKey(after)) {
    const was = old.get(key);
    old.delete(key);
    if (was === undefined) added.push(voucher);
    else if (content(was) !== content(voucher)) changed.push(compareRows(was, voucher));
  }
  return { added, removed: [...old.values()], changed, moved: movedBalances(before, after) };
}

function byKey(file: SieFile): Map<string, SieVoucher> {
  const vouchers = new Map<string, SieVoucher>();
  const met = new Map<string, number>();
  for (const voucher of file.vouchers()) {
    const name = JSON.stringify([voucher.series, voucher.number]);
    const count = (met.get(name) ?? 0) + 1;
    met.set(name, count);
    vouchers.set(`${name} ${count}`, voucher);
  }
  return vouchers;
}

/** All that makes a voucher what it is, as one string; where it stands in the file does not. */
const content = (voucher: SieVoucher): string =>
  JSON.stringify([{ ...voucher, rows: [], line: 0 }, voucher.rows.map(rowContent)]);

const rowContent = (row: SieRow): string => JSON.stringify({ ...row, line: 0 });

function compareRows(before: SieVoucher, after: SieVoucher): ChangedVoucher {
  return { before, after, rowsBefore: rowsMissing(before, after), rowsAfter: rowsMissing(after, before) };
}

function rowsMissing(from: SieVoucher, other: SieVoucher): SieRow[] {
  const left = new Map<string, number>();
  for (const row of other.rows) left.set(rowContent(row), (left.get(rowContent(row)) ?? 0) + 1);
  return from.rows.filter((row) => {
    const count = left.get(rowContent(row)) ?? 0;
    left.set(rowContent(row), count - 1);
    return count <= 0;
  });
}

function movedBalances(before: SieFile, after: SieFile): MovedBalance[] {
  const old = balancesOf(before);
  const current = balancesOf(after);
  return [...new Set([...old.keys(), ...current.keys()])]
    .toSorted()
    .map((account) => ({
      account,
      beforeOre: ore(old.get(account) ?? 0),
      afterOre: ore(current.get(account) ?? 0),
    }))
    .filter(({ beforeOre, afterOre }) => beforeOre !== afterOre);
}

/** Opening balance and movement per account: what the closing balance is, whether the file states it or not. */
function balancesOf(file: SieFile): Map<AccountNumber, number> {
  const balances = new Map<AccountNumber, number>(file.movements);
  for (const { kind, year, account, amountOre } of file.balances) {
    if (kind === 'IB' && year === 0) balances.set(account, (balances.get(account) ?? 0) + amountOre);
  }
  return balances;
}
