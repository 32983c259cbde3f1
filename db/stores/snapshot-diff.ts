import { diffYear } from '../../accounting/diff.ts';
import type { YearContent, YearDiff } from '../../accounting/diff.ts';
import type { IsoDate } from '../../accounting/dates.ts';
import type { Ore } from '../../accounting/money.ts';
import type { FirmTransaction } from '../database.ts';
import { accountOfKey, voucherOf, yearOfKey } from './book-records.ts';
import { changedRecords } from './record-versions.ts';
import type { ChangedRecord } from './record-versions.ts';
import { getSnapshot } from './snapshots.ts';

export interface SnapshotDiff {
  /** What happened to vouchers and balances, by the first day of their financial year; years where nothing did are absent. */
  readonly years: readonly (YearDiff & { readonly yearFrom: IsoDate })[];
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
  const firstDays = new Set([...from.header.years, ...to.header.years].map((year) => year.from));
  // A balance that a file states of a year whose vouchers are not known is of no year here.
  const ofYears = changed.filter(
    ({ kind, key }) => kind === 'voucher' || (kind === 'balance' && firstDays.has(yearOfKey(key))),
  );
  const years = [...new Set(ofYears.map(({ key }) => yearOfKey(key)))].toSorted();
  return {
    years: years.map((yearFrom) => {
      const ofYear = ofYears.filter(({ key }) => yearOfKey(key) === yearFrom);
      return { yearFrom, ...diffYear(touched(ofYear, 'before'), touched(ofYear, 'after')) };
    }),
    others: changed.filter(({ kind }) => kind !== 'voucher'),
  };
}

/** What of a year differs, as it was on one side. */
function touched(records: readonly ChangedRecord[], side: 'before' | 'after'): YearContent {
  const present = records.filter((record) => record[side] !== null);
  const of = (wanted: ChangedRecord['kind']) => present.filter(({ kind }) => kind === wanted);
  return {
    vouchers: of('voucher').map((record) => voucherOf(record[side])),
    openingBalances: new Map(of('balance').map((record) => [accountOfKey(record.key), record[side] as Ore])),
  };
}
