import type { Voucher, YearBooks } from '../../accounting/books.ts';
import { diffVouchers } from '../../accounting/diff.ts';
import { findMarker } from '../../accounting/marker.ts';

/** How the closing year's ledger differs from the snapshot that was approved: vouchers as "A-12", accounts by number. */
export interface LedgerChanges {
  readonly added: readonly string[];
  readonly changed: readonly string[];
  readonly removed: readonly string[];
  /** Accounts with another opening balance. */
  readonly openingBalances: readonly string[];
}

/** Compares two readings of the year. New vouchers that carry a mark of ours are no news: this close sent them. */
export function ledgerChanges(approved: YearBooks, now: YearBooks, ours: ReadonlySet<string>): LedgerChanges {
  const { added, changed, removed } = diffVouchers(approved.vouchers, now.vouchers);
  return {
    added: added.filter((voucher) => !isOurs(voucher, ours)).map(nameOf),
    changed: changed.map(({ after }) => nameOf(after)),
    removed: removed.map(nameOf),
    openingBalances: changedBalances(approved, now),
  };
}

export const isUnchanged = (changes: LedgerChanges): boolean =>
  Object.values(changes).every((list: readonly string[]) => list.length === 0);

const nameOf = ({ series, number }: Voucher): string => `${series}-${number}`;

function isOurs(voucher: Voucher, ours: ReadonlySet<string>): boolean {
  const marker = findMarker(voucher.text);
  return marker !== undefined && ours.has(marker);
}

function changedBalances(approved: YearBooks, now: YearBooks): string[] {
  const accounts = new Set([...approved.openingBalances.keys(), ...now.openingBalances.keys()]);
  return [...accounts]
    .filter(
      (account) => (approved.openingBalances.get(account) ?? 0) !== (now.openingBalances.get(account) ?? 0),
    )
    .toSorted();
}
