import { and, desc, eq, gt, lte } from 'drizzle-orm';
import type { Books } from '../../accounting/books.ts';
import { Problem } from '../../accounting/problem.ts';
import type { Actor } from '../actor.ts';
import type { FirmTransaction } from '../database.ts';
import { snapshots } from '../schema/books.ts';
import type { SnapshotHeader } from '../schema/books.ts';
import { booksOf } from './book-records.ts';
import type { BookRecord } from './book-records.ts';
import { lockEngagement } from './engagements.ts';
import { recordHistory } from './history.ts';
import { partsOf, RawFiles } from './raw-files.ts';
import { findChanges, stageRecords, stateAt, writeChanges, writeFirst } from './record-versions.ts';
import type { SourceOfRecords, StageRecords } from './record-versions.ts';

export type Snapshot = typeof snapshots.$inferSelect;

export interface SnapshotFacts {
  readonly engagementId: string;
  readonly source: 'fortnox' | 'sie';
  readonly fetchedAt: Date;
  readonly fetchedBy: Actor;
  readonly header: SnapshotHeader;
  /** What the import found, as data. */
  readonly findings: readonly unknown[];
}

export interface SnapshotToStore extends SnapshotFacts {
  /** Every record of the books (`recordsOf`); may come as they are read, and be asked for once more. */
  readonly records: () => Iterable<BookRecord> | AsyncIterable<BookRecord>;
  /** The files as they were fetched. */
  readonly raw: readonly { readonly name: string; readonly bytes: Uint8Array }[];
}

/**
 * Stores what was read as the engagement's next snapshot, with its line of history: the records that are new,
 * changed or gone since the one before become versions, the rest is not written again.
 * All or nothing, as its transaction is; what breaks the reading of the records stores nothing.
 */
export async function storeSnapshot(tx: FirmTransaction, store: SnapshotToStore): Promise<Snapshot> {
  const { records, raw, ...facts } = store;
  return storeSnapshotAsRead(tx, facts.engagementId, async (stage, files) => {
    for (const { name, bytes } of raw) await files.begin(name).add(bytes);
    const all = records();
    if (Symbol.iterator in all) await stage(all);
    else for await (const record of all) await stage([record]);
    return facts;
  });
}

/** Hands the records to `stage` as they come, the bytes to raw files, and ends with what is known of the whole. */
type ReadBooks = (stage: StageRecords, raw: RawFiles) => Promise<SnapshotFacts>;

/**
 * The same for books that are read while they are stored, so that they are never in memory whole: neither their
 * records nor the files. `read` may be asked to begin once more.
 */
export async function storeSnapshotAsRead(
  tx: FirmTransaction,
  engagementId: string,
  read: ReadBooks,
): Promise<Snapshot> {
  const known = partsOf((await findLatestSnapshot(tx, engagementId))?.rawFiles ?? []);
  let raw = new RawFiles(known);
  const source: SourceOfRecords<SnapshotFacts> = {
    produce: (stage) => {
      raw = new RawFiles(known);
      return read(stage, raw);
    },
    betweenRounds: () => raw.write(tx),
  };
  const { produced, ...written } =
    (await storeFirst(tx, engagementId, source)) ?? (await storeNext(tx, engagementId, source));
  return insertSnapshot(tx, { ...produced, ...written }, raw);
}

type WrittenBooks = Pick<Snapshot, 'seq' | 'hash' | 'counts' | 'written'> & {
  readonly produced: SnapshotFacts;
};

/** Undefined when the engagement has a snapshot, or two records one name. Another first import waits meanwhile. */
async function storeFirst(
  tx: FirmTransaction,
  engagementId: string,
  source: SourceOfRecords<SnapshotFacts>,
): Promise<WrittenBooks | undefined> {
  if (await findLatestSnapshot(tx, engagementId)) return undefined;
  await lockEngagement(tx, engagementId);
  if (await findLatestSnapshot(tx, engagementId)) return undefined;
  const first = await writeFirst(tx, engagementId, source);
  if (first === undefined) return undefined;
  const written = Object.values(first.counts).reduce((sum, count) => sum + count, 0);
  return { ...first, seq: 1, written };
}

async function storeNext(
  tx: FirmTransaction,
  engagementId: string,
  source: SourceOfRecords<SnapshotFacts>,
): Promise<WrittenBooks> {
  const staged = await stageRecords(tx, engagementId, source);
  await lockEngagement(tx, engagementId);
  const last = await findLatestSnapshot(tx, engagementId);
  const seq = (last?.seq ?? 0) + 1;
  // Most imports end here.
  const isSame = (await findChanges(tx, engagementId)) === 0;
  return { ...staged, seq, written: isSame ? 0 : await writeChanges(tx, engagementId, seq) };
}

/**
 * Stores the books of the snapshot before once more, when that was read from a single file and the same reading
 * (`RawFileRef.reading`) is at hand again: nothing is read or compared. Undefined when it is another one.
 */
export async function storeSameReading(
  tx: FirmTransaction,
  again: Pick<SnapshotFacts, 'engagementId' | 'fetchedAt' | 'fetchedBy'>,
  reading: () => string,
  keep: (raw: RawFiles) => Promise<void>,
): Promise<Snapshot | undefined> {
  const { engagementId } = again;
  const isSame = (snapshot: Snapshot | undefined): boolean =>
    snapshot?.rawFiles.length === 1 && snapshot.rawFiles[0]?.reading === reading();
  if (!isSame(await findLatestSnapshot(tx, engagementId))) return undefined;
  await lockEngagement(tx, engagementId);
  const last = await findLatestSnapshot(tx, engagementId);
  // Another import may have ended in between.
  if (!last || !isSame(last)) return undefined;
  const raw = new RawFiles(partsOf(last.rawFiles));
  await keep(raw);
  const { source, header, findings, hash, counts } = last;
  const seq = last.seq + 1;
  return insertSnapshot(tx, { ...again, source, header, findings, seq, hash, counts, written: 0 }, raw);
}

async function insertSnapshot(
  tx: FirmTransaction,
  values: SnapshotFacts & Pick<Snapshot, 'seq' | 'hash' | 'counts' | 'written'>,
  raw: RawFiles,
): Promise<Snapshot> {
  const { engagementId, source, fetchedBy, seq, hash, written } = values;
  const rawFiles = await raw.end(tx);
  const [stored] = await tx.db
    .insert(snapshots)
    .values({ ...values, rawFiles })
    .returning();
  const snapshot = stored!;
  await recordHistory(tx, {
    actor: fetchedBy,
    event: 'books.imported',
    engagementId,
    details: { snapshotId: snapshot.id, seq, hash, written, source },
  });
  return snapshot;
}

/** @throws Problem `snapshots.not-found` */
export async function getSnapshot(tx: FirmTransaction, id: string): Promise<Snapshot> {
  const [snapshot] = await tx.db.select().from(snapshots).where(eq(snapshots.id, id));
  if (snapshot) return snapshot;
  throw new Problem({
    code: 'snapshots.not-found',
    what: `Inläsningen ${id} finns inte hos byrån.`,
    advice: 'Öppna bokslutets lista över inläsningar och välj en därifrån.',
  });
}

/** Undefined before the first import. */
export async function findLatestSnapshot(
  tx: FirmTransaction,
  engagementId: string,
): Promise<Snapshot | undefined> {
  const [snapshot] = await tx.db
    .select()
    .from(snapshots)
    .where(eq(snapshots.engagementId, engagementId))
    .orderBy(desc(snapshots.seq))
    .limit(1);
  return snapshot;
}

/** The engagement's snapshot by its number; undefined when there is none. */
export async function findSnapshotOf(
  tx: FirmTransaction,
  engagementId: string,
  seq: number,
): Promise<Snapshot | undefined> {
  const [snapshot] = await tx.db
    .select()
    .from(snapshots)
    .where(and(eq(snapshots.engagementId, engagementId), eq(snapshots.seq, seq)));
  return snapshot;
}

/** Newest first. */
export async function listSnapshots(tx: FirmTransaction, engagementId: string): Promise<Snapshot[]> {
  return tx.db
    .select()
    .from(snapshots)
    .where(eq(snapshots.engagementId, engagementId))
    .orderBy(desc(snapshots.seq));
}

/** The ids of an engagement's snapshots after the one and up to the other that changed anything, newest first. */
export async function importsWithChanges(
  tx: FirmTransaction,
  fromId: string,
  toId: string,
): Promise<string[]> {
  const { engagementId, seq } = await getSnapshot(tx, fromId);
  const to = await getSnapshot(tx, toId);
  const changed = await tx.db
    .select({ id: snapshots.id })
    .from(snapshots)
    .where(
      and(
        eq(snapshots.engagementId, engagementId),
        gt(snapshots.seq, seq),
        lte(snapshots.seq, to.seq),
        gt(snapshots.written, 0),
      ),
    )
    .orderBy(desc(snapshots.seq));
  return changed.map(({ id }) => id);
}

/** The books of a snapshot, whole. */
export async function loadBooks(tx: FirmTransaction, snapshotId: string): Promise<Books> {
  const { engagementId, seq, header } = await getSnapshot(tx, snapshotId);
  return booksOf(header, await stateAt(tx, engagementId, seq));
}

/** What an adjustment is checked against: small, whatever the number of vouchers. */
export async function loadRegisters(
  tx: FirmTransaction,
  { engagementId, seq, header }: Snapshot,
): Promise<Pick<Books, 'accounts' | 'series'>> {
  const { accounts, series } = booksOf(header, await stateAt(tx, engagementId, seq, ['account', 'series']));
  return { accounts, series };
}
