import type { Account } from '../../accounting/books.ts';
import type { YearChanges } from '../../accounting/changes.ts';
import type { IsoDate } from '../../accounting/dates.ts';
import { Problem } from '../../accounting/problem.ts';
import type { FirmTransaction } from '../../db/database.ts';
import { findLatestApproval } from '../../db/stores/approvals.ts';
import { changesOfBooks } from '../../db/stores/book-changes.ts';
import { getEngagement } from '../../db/stores/engagements.ts';
import type { ChangedRecord } from '../../db/stores/record-versions.ts';
import { getSnapshot, listSnapshots, loadRegisters } from '../../db/stores/snapshots.ts';
import type { Snapshot } from '../../db/stores/snapshots.ts';
import { importedSnapshot } from './adjustments.ts';
import type { Caller, ClientContext } from './context.ts';
import { summaryOf } from './imports.ts';
import type { ImportSummary } from './imports.ts';

/** What happened to the books between two imports, with the bokföringsorder that came back told apart. */
export interface BookChanges {
  readonly from: ImportSummary;
  readonly to: ImportSummary;
  /** By the first day of the financial year; years where nothing happened are absent. */
  readonly years: readonly (YearChanges & { readonly yearFrom: IsoDate })[];
  /** Accounts, balances, invoices, payments and series: before and after, null where there was none. */
  readonly records: readonly ChangedRecord[];
  /** The accounts' names. */
  readonly accounts: readonly Pick<Account, 'number' | 'name'>[];
  /** Nothing but what this close itself sent. */
  readonly unchanged: boolean;
}

/** Between any two imports of the close. @throws Problem `snapshots.not-found`, `changes.other-close` */
export async function changesBetween(
  { database }: ClientContext,
  { firmId }: Caller,
  engagementId: string,
  fromSnapshotId: string,
  toSnapshotId: string,
): Promise<BookChanges> {
  return database.forFirm(firmId, async (tx) => {
    await getEngagement(tx, engagementId);
    const from = await getSnapshot(tx, fromSnapshotId);
    const to = await getSnapshot(tx, toSnapshotId);
    if (from.engagementId !== engagementId || to.engagementId !== engagementId) throw new Problem(otherClose);
    return changes(tx, from, to);
  });
}

/** Since the import before the latest; undefined when there are not two. */
export async function changesSinceLastImport(
  { database }: ClientContext,
  { firmId }: Caller,
  engagementId: string,
): Promise<BookChanges | undefined> {
  return database.forFirm(firmId, async (tx) => {
    await getEngagement(tx, engagementId);
    const [to, from] = await listSnapshots(tx, engagementId);
    return from && to ? changes(tx, from, to) : undefined;
  });
}

/** Since the books that the latest approval was given over; undefined when nothing was ever approved. */
export async function changesSinceApproval(
  { database }: ClientContext,
  { firmId }: Caller,
  engagementId: string,
): Promise<(BookChanges & { readonly approvalId: string; readonly revision: number }) | undefined> {
  return database.forFirm(firmId, async (tx) => {
    await getEngagement(tx, engagementId);
    const approval = await findLatestApproval(tx, engagementId);
    if (!approval) return undefined;
    const from = await getSnapshot(tx, approval.snapshotId);
    const to = await importedSnapshot(tx, engagementId);
    return { approvalId: approval.id, revision: approval.revision, ...(await changes(tx, from, to)) };
  });
}

async function changes(tx: FirmTransaction, from: Snapshot, to: Snapshot): Promise<BookChanges> {
  const { years, others } = await changesOfBooks(tx, to.engagementId, from.id, to.id);
  const { accounts } = await loadRegisters(tx, to);
  const moved = new Set(years.flatMap((year) => year.moved.map(({ account }) => account)));
  return {
    from: summaryOf(from),
    to: summaryOf(to),
    years,
    records: others,
    accounts: accounts
      .filter(({ number }) => moved.has(number))
      .map(({ number, name }) => ({ number, name })),
    unchanged:
      others.length === 0 &&
      years.every(
        ({ added, changed, removed, retold }) =>
          added.length + changed.length + removed.length + retold.length === 0,
      ),
  };
}

const otherClose = {
  code: 'changes.other-close',
  what: 'Inläsningen hör till ett annat bokslut.',
  advice: 'Välj två av bokslutets egna inläsningar.',
};
