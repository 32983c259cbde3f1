import type { Voucher, YearBooks } from '../../accounting/books.ts';
import { canonicalJson } from '../../accounting/canonical.ts';
import { diffYear } from '../../accounting/diff.ts';
import { findMarker } from '../../accounting/marker.ts';
import { sha256 } from '../../db/hash.ts';

/** How the closing year's ledger differs from the snapshot that was approved: vouchers as "A-12", accounts by number. */
export interface LedgerChanges {
  readonly added: readonly string[];
  readonly changed: readonly string[];
  readonly removed: readonly string[];
  /** Accounts with another opening balance. */
  readonly openingBalances: readonly string[];
  /** A SHA-256 over the changes with their content: who accepts them accepts no later ones. Undefined when there are none. */
  readonly fingerprint: string | undefined;
}

/** Compares two readings of the year. New vouchers that carry a mark of ours are no news: this close sent them. */
export function ledgerChanges(approved: YearBooks, now: YearBooks, ours: ReadonlySet<string>): LedgerChanges {
  const { changed, removed, ...diff } = diffYear(approved, now);
  const added = diff.added.filter((voucher) => !isOurs(voucher, ours));
  const openingBalances = diff.moved
    .filter(({ openingOre }) => openingOre !== 0)
    .map(({ account }) => account);
  const isUnchanged = added.length + changed.length + removed.length + openingBalances.length === 0;
  return {
    added: added.map(nameOf),
    changed: changed.map(({ after }) => nameOf(after)),
    removed: removed.map(nameOf),
    openingBalances,
    fingerprint: isUnchanged
      ? undefined
      : sha256(
          canonicalJson({
            added,
            changed: changed.map(({ after }) => after),
            removed: removed.map(nameOf),
            openingBalances: openingBalances.map((account) => [
              account,
              now.openingBalances.get(account) ?? 0,
            ]),
          }),
        ),
  };
}

const nameOf = ({ series, number }: Voucher): string => `${series}-${number}`;

function isOurs(voucher: Voucher, ours: ReadonlySet<string>): boolean {
  const marker = findMarker(voucher.text);
  return marker !== undefined && ours.has(marker);
}
