import { setImmediate } from 'node:timers/promises';
import postgres from 'postgres';
import { canonicalJson } from '../../accounting/canonical.ts';
import { copyIn } from '../copy-in.ts';
import type { FirmTransaction } from '../database.ts';
import type { RecordKind, SnapshotHeader } from '../schema/books.ts';
import type { StoredRecord } from './book-records.ts';
import { CopyRows, firstVersionColumns, noMoreColumns } from './copy-rows.ts';
import type { RecordToSend } from './copy-rows.ts';
import { CopyStream } from './copy-stream.ts';
import type { Rounds } from './copy-stream.ts';
import { HashSet } from './hash-set.ts';

/*
 * The versions of a snapshot's records (see recordVersions in schema/books.ts), which come by COPY. Those of a first
 * snapshot go straight to their place (migrations/0011_first_versions.sql). Those of a later one go into a temporary
 * table, since COPY cannot compare; from there the database itself writes what differs from the state before. A text that
 * some earlier version holds is not sent: its hash names it.
 */

/** Takes records of the new snapshot as they are read. */
export type StageRecords = (records: Iterable<RecordToSend>) => Promise<void>;

/** What is known when everything is read; the header is sealed by the snapshot's hash. */
interface Headed {
  readonly header: SnapshotHeader;
}

/** What a snapshot is read from. */
export interface SourceOfRecords<T extends Headed> {
  /** Hands every record over, in as many calls as it likes, each awaited; what it throws breaks the transaction off. */
  readonly produce: (stage: StageRecords) => Promise<T>;
  /** May ask the database between two rounds, while `produce` goes on. */
  readonly betweenRounds: () => Promise<void>;
}

/** What was sent, each record with a name of its own, and what `produce` has answered. */
interface Sent<T> {
  readonly produced: T;
  readonly hash: string;
  /** Whether two had one name in what was read. */
  readonly hasTwins: boolean;
  /** How many records there are of each kind. */
  readonly counts: Readonly<Record<RecordKind, number>>;
}

/** Puts every record of the new snapshot into the temporary table; two of one name are told apart at the end. */
export async function stageRecords<T extends Headed>(
  tx: FirmTransaction,
  engagementId: string,
  source: SourceOfRecords<T>,
): Promise<Sent<T>> {
  const rows = new CopyRows(noMoreColumns, await knownHashes(tx, engagementId));
  await tx.sql`
    create temporary table staged_records (
      kind text collate "C", key text collate "C", hash bytea, content json
    ) on commit drop`;
  const begin = () =>
    copyIn(tx.sql`copy staged_records (kind, key, hash, content) from stdin (format binary)`);
  const sent = await send(begin, rows, source);
  if (sent.hasTwins) await tellDuplicatesApart(tx);
  return sent;
}

/**
 * Writes the versions of an engagement's first snapshot as they are read: nothing is to be compared. Undefined, and
 * nothing written, when two of them have one name, which is seldom: they must be told apart first.
 */
export async function writeFirst<T extends Headed>(
  tx: FirmTransaction,
  engagementId: string,
  source: SourceOfRecords<T>,
): Promise<Sent<T> | undefined> {
  const rows = new CopyRows(firstVersionColumns(engagementId), new HashSet());
  const begin = () =>
    copyIn(tx.sql`
      copy first_versions (engagement_id, since_seq, kind, key, hash, content) from stdin (format binary)`);
  await tx.sql`savepoint before_first`;
  try {
    const sent = await send(begin, rows, source);
    if (!sent.hasTwins) return sent;
  } catch (error) {
    if (!(error instanceof postgres.PostgresError && error.code === uniqueViolation)) throw error;
  }
  await tx.sql`rollback to savepoint before_first`;
  return undefined;
}

const uniqueViolation = '23505';

/** So much is sent in one COPY; between two of them the connection is free. */
const roundBytes = 1 << 24;

/** Sends the records in rounds as they are produced. */
async function send<T extends Headed>(
  begin: Rounds['begin'],
  rows: CopyRows,
  { produce, betweenRounds }: SourceOfRecords<T>,
): Promise<Sent<T>> {
  const stream = new CopyStream({ begin, bytes: roundBytes, ended: betweenRounds });
  try {
    const produced = await produce(async (records) => {
      for (const piece of rows.add(records)) {
        await stream.write(piece);
        // So that the connection goes on while the next records are made.
        await setImmediate();
      }
    });
    await stream.write(rows.rest());
    const ended = stream.end();
    // While the database writes what it was given.
    const hash = rows.hash.digest(canonicalJson(produced.header));
    await ended;
    return { produced, hash, hasTwins: rows.hash.hasTwins, counts: rows.counts };
  } catch (error) {
    await stream.abort(error);
    throw error;
  }
}

async function knownHashes({ sql }: FirmTransaction, engagementId: string): Promise<HashSet> {
  const [row] = await sql<{ prefixes: Uint8Array | null }[]>`
    select string_agg(substr(hash, 1, 8), '') as prefixes from record_versions
    where engagement_id = ${engagementId} and hash <> ''`;
  return new HashSet(row?.prefixes ?? undefined);
}

/** Two records of one name become `name` and `name~2`, in order of hash, as `SnapshotHash` has them. */
async function tellDuplicatesApart({ sql }: FirmTransaction): Promise<void> {
  await sql`
    with duplicates as (
      select kind, key from staged_records group by kind, key having count(*) > 1
    ), numbered as (
      select s.ctid, row_number() over (partition by s.kind, s.key order by s.hash) as n
      from staged_records s join duplicates using (kind, key)
    )
    update staged_records s set key = s.key || '~' || numbered.n
    from numbered where numbered.ctid = s.ctid and numbered.n > 1`;
}

/** Puts what is staged and differs from the state before into a temporary table; how many records that are. */
export async function findChanges(tx: FirmTransaction, engagementId: string): Promise<number> {
  // Compared in memory: without the texts it is little.
  await tx.sql`set local work_mem = '128MB'`;
  const { count } = await tx.sql`
    create temporary table changed_records on commit drop as
    with before as materialized (
      select distinct on (kind, key) kind, key, hash from record_versions
      where engagement_id = ${engagementId} order by kind, key, since_seq desc
    )
    select kind, key, coalesce(s.hash, '') as hash, s.content
    from before b full join staged_records s using (kind, key)
    where coalesce(s.hash, '') is distinct from b.hash`;
  return count;
}

/** Writes the changes as versions of this later snapshot; the number written. */
export async function writeChanges(
  { sql }: FirmTransaction,
  engagementId: string,
  seq: number,
): Promise<number> {
  const [written] = await sql<{ count: number; lost: number }[]>`
    with held as (
      select distinct on (hash) hash, content from record_versions
      where engagement_id = ${engagementId}
        and hash in (select hash from changed_records where content is null and hash <> '')
    ), written as (
      insert into record_versions (engagement_id, kind, key, since_seq, hash, content)
      select ${engagementId}, kind, key, ${seq}::int, hash, coalesce(changed.content, held.content)
      from changed_records changed left join held using (hash)
      returning hash, content
    )
    select count(*)::int as count, count(*) filter (where hash <> '' and content is null)::int as lost from written`;
  const { count, lost } = written!;
  if (lost > 0) throw new Error(`${lost} records begin like others in their hash`);
  return count;
}

/** Every record of a snapshot, or those of some kinds. */
export async function stateAt(
  { sql }: FirmTransaction,
  engagementId: string,
  seq: number,
  kinds?: readonly RecordKind[],
): Promise<StoredRecord[]> {
  return sql<StoredRecord[]>`
    select kind, key, content from (
      select distinct on (kind, key) kind, key, content, hash from record_versions
      where engagement_id = ${engagementId} and since_seq <= ${seq}
        ${kinds ? sql`and kind = any(${[...kinds]})` : sql``}
      order by kind, key, since_seq desc
    ) state
    where hash <> ''`;
}

/** A record that differs between two snapshots: null where it was not. */
export interface ChangedRecord {
  readonly kind: RecordKind;
  readonly key: string;
  readonly before: unknown;
  readonly after: unknown;
}

/** What differs between two snapshots, found by the versions between them alone. */
export async function changedRecords(
  { sql }: FirmTransaction,
  engagementId: string,
  fromSeq: number,
  toSeq: number,
): Promise<ChangedRecord[]> {
  const [low, high] = fromSeq <= toSeq ? [fromSeq, toSeq] : [toSeq, fromSeq];
  const rows = await sql<ChangedRecord[]>`
    with touched as (
      select distinct kind, key from record_versions
      where engagement_id = ${engagementId} and since_seq > ${low} and since_seq <= ${high}
    )
    select kind, key, a.content as before, b.content as after
    from touched t
    left join lateral (
      select hash, content from record_versions v
      where v.engagement_id = ${engagementId} and v.kind = t.kind and v.key = t.key and v.since_seq <= ${low}
      order by since_seq desc limit 1
    ) a on true
    join lateral (
      select hash, content from record_versions v
      where v.engagement_id = ${engagementId} and v.kind = t.kind and v.key = t.key and v.since_seq <= ${high}
      order by since_seq desc limit 1
    ) b on true
    where coalesce(a.hash, '') <> b.hash
    order by kind, key`;
  return fromSeq <= toSeq
    ? rows
    : rows.map(({ kind, key, before, after }) => ({ kind, key, before: after, after: before }));
}
