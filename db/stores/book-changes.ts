import { markOurs } from '../../accounting/changes.ts';
import type { YearChanges } from '../../accounting/changes.ts';
import type { IsoDate } from '../../accounting/dates.ts';
import type { FirmTransaction } from '../database.ts';
import { listVouchersOfEngagement } from './exports.ts';
import { diffSnapshots } from './snapshot-diff.ts';
import type { SnapshotDiff } from './snapshot-diff.ts';

/** What happened to the books between two snapshots of an engagement, with what its close itself has sent told apart. */
export async function changesOfBooks(
  tx: FirmTransaction,
  engagementId: string,
  fromSnapshotId: string,
  toSnapshotId: string,
): Promise<{
  readonly years: readonly (YearChanges & { readonly yearFrom: IsoDate })[];
  readonly others: SnapshotDiff['others'];
}> {
  const { years, others } = await diffSnapshots(tx, fromSnapshotId, toSnapshotId);
  const sent = await listVouchersOfEngagement(tx, engagementId);
  const markers = new Set(sent.map(({ marker }) => marker));
  return { years: years.map((year) => ({ yearFrom: year.yearFrom, ...markOurs(year, markers) })), others };
}
