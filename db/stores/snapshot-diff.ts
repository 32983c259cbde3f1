import type { Voucher } from '../../accounting/books.ts';
import { diffVouchers } from '../../accounting/diff.ts';
import type { VoucherDiff } from '../../accounting/diff.ts';
import type { IsoDate } from '../../accounting/dates.ts';
import type { FirmTransaction } from '../database.ts';
import { voucherOf, yearOfKey } from './book-records.ts';
import { changedRecords } from './record-versions.ts';
import type { ChangedRecord } from './record-versions.ts';
import { getSnapshot } from './snapshots.ts';

export interface SnapshotDiff {
  /** What happened to the vouchers, by the first day of their financial year; years where nothing did are absent. */
  readonly vouchers: readonly (VoucherDiff & { readonly yearFrom: IsoDate })[];
  /** Accounts, balances, invoices, payments and series that are new, changed or gone. */
  readonly others: readonly ChangedRecord[];
}

/** What happened to the books between two snapshots of one engagement. */
export async function diffSnapshots(
  tx: FirmTransaction,
  fromSnapshotId: string,
  toSnapshotId: string,
): Promise<SnapshotDiff> {
  const from = await getSnapshot(tx, fromSnapshotId);
  const to = await getSnapshot(tx, toSnapshotId);
  if (from.engagementId !== to.engagementId)
    throw new RangeError('snapshots of two engagements cannot be compared');
  const changed = await changedRecords(tx, from.engagementId, from.seq, to.seq);
  const vouchers = changed.filter(({ kind }) => kind === 'voucher');
  const years = [...new Set(vouchers.map(({ key }) => yearOfKey(key)))].toSorted();
  return {
    vouchers: years.map((yearFrom) => {
      const ofYear = vouchers.filter(({ key }) => yearOfKey(key) === yearFrom);
      const before = present(ofYear.map((record) => record.before));
      const after = present(ofYear.map((record) => record.after));
      return { yearFrom, ...diffVouchers(before, after) };
    }),
    others: changed.filter(({ kind }) => kind !== 'voucher'),
  };
}

const present = (contents: readonly unknown[]): Voucher[] =>
  contents.filter((content) => content !== null).map(voucherOf);
