import { finished } from 'node:stream/promises';
import { storeSieFile } from '../../activities/import/store-file.ts';
import { copyIn } from '../../db/copy-in.ts';
import type { FirmTransaction } from '../../db/database.ts';
import type { Engagement } from '../../db/stores/engagements.ts';
import { connectPromptly } from '../../db/socket.ts';
import { diffSnapshots } from '../../db/stores/snapshot-diff.ts';
import type { Snapshot } from '../../db/stores/snapshots.ts';
import postgres from 'postgres';
import { newEngagement } from './database.ts';
import type { BenchDatabase } from './database.ts';
import { aside, elapsedMs, figure, median, pairedRatio } from './measure.ts';
import { sampleSie } from './sie-file.ts';
import type { SampleFile } from './sie-file.ts';
import type { BenchResult } from './sie-read.ts';

/** About 10,000, 100,000, 650,000 and 1,000,000 rows. The ratios are those of the file of 100,000 vouchers. */
const sizes = { rows10k: 1_540, rows100k: 15_400, vouchers100k: 100_000, rows1m: 154_000 } as const;
type Size = keyof typeof sizes;
const sizeNames = Object.keys(sizes) as Size[];
const rounds = 15;

interface Times {
  /** SIE bytes → committed snapshot. */
  first: number[];
  /** The same records by COPY from memory into a table of the same columns and indexes. */
  bare: number[];
  unchanged: number[];
  tenChanged: number[];
  diff: number[];
}

const noTimes = (): Times => ({ first: [], bare: [], unchanged: [], tenChanged: [], diff: [] });

/**
 * SIE bytes → committed snapshot against a bare COPY of the same rows; then the same year again, then with ten vouchers
 * changed, and the difference of the two. Every round has an engagement of its own and goes through all sizes; a ratio
 * is the median of the rounds' own. One round goes first, to warm up.
 */
export async function importBench(opened: BenchDatabase): Promise<BenchResult[]> {
  const files = new Map(sizeNames.map((size) => [size, sampleSie(sizes[size])]));
  const times = new Map(sizeNames.map((size) => [size, noTimes()]));
  await importRound(opened, files.get('vouchers100k')!, noTimes());
  for (let round = 0; round < rounds; round++) {
    for (const size of sizeNames) {
      // The largest is there for the growth alone.
      if (size === 'rows1m' && round >= 5) continue;
      await importRound(opened, files.get(size)!, times.get(size)!);
    }
  }

  const { first, bare, unchanged, tenChanged: ten, diff } = times.get('vouchers100k')!;
  const growth = (name: keyof Times, what: string): BenchResult[] => {
    const [small, middle, large] = [times.get('rows10k')!, times.get('rows100k')!, times.get('rows1m')!];
    return [
      figure(`${what}, 10k to 100k rows`, pairedRatio(middle[name], small[name]), 'times', 'lower', 11),
      figure(`${what}, 100k to 1M rows`, pairedRatio(large[name], middle[name]), 'times', 'lower', 11),
    ];
  };
  return [
    figure('SIE bytes to snapshot / bare COPY', pairedRatio(bare, first), 'ratio', 'higher', 0.5),
    figure('re-import unchanged / first import', pairedRatio(unchanged, first), 'ratio', 'lower', 0.3),
    figure('diff of two snapshots / first import', pairedRatio(diff, first), 'ratio', 'lower', 0.05),
    ...growth('first', 'import'),
    ...growth('unchanged', 're-import'),
    ...growth('diff', 'diff'),
    aside('re-import, 10 changed / first import', pairedRatio(ten, first), 'ratio'),
    aside('first import', files.get('vouchers100k')!.rows / (median(first) / 1000), 'rows/s'),
  ];
}

/** How long a first import of 100,000 vouchers takes, in ms, for what is held against it. */
export async function firstImportMs(opened: BenchDatabase, file: SampleFile): Promise<number> {
  const { forFirm, engagement } = await newEngagement(opened.database);
  return elapsedMs(() => forFirm((tx) => storeSample(tx, engagement, file.bytes)));
}

const storeSample = (tx: FirmTransaction, engagement: Engagement, bytes: Uint8Array): Promise<Snapshot> =>
  storeSieFile(tx, {
    engagementId: engagement.id,
    year: { from: engagement.yearFrom, to: engagement.yearTo },
    name: 'x.se',
    bytes,
    fetchedAt: new Date(),
    fetchedBy: 'system',
  });

async function timed<T>(into: number[], work: () => Promise<T>): Promise<T> {
  const start = performance.now();
  const done = await work();
  into.push(performance.now() - start);
  return done;
}

async function importRound(opened: BenchDatabase, file: SampleFile, times: Times): Promise<void> {
  const { forFirm, engagement } = await newEngagement(opened.database);
  const store = (bytes: Uint8Array): Promise<Snapshot> => forFirm((tx) => storeSample(tx, engagement, bytes));
  const first = await timed(times.first, () => store(file.bytes));
  times.bare.push(await bareCopyMs(opened.adminUrl, engagement.id));
  const again = await timed(times.unchanged, () => store(exportedLater(file.bytes)));
  const ten = await timed(times.tenChanged, () => store(tenChanged(file.bytes)));
  const diff = await timed(times.diff, () => forFirm((tx) => diffSnapshots(tx, first.id, ten.id)));
  const changed = diff.years.flatMap((found) => found.changed);
  if (first.counts.voucher !== file.vouchers || again.written !== 0 || again.hash !== first.hash)
    throw new Error('the file was not stored right');
  if (ten.written !== 10 || changed.length !== 10) throw new Error('ten changed vouchers were not found');
}

/** The first import's versions, held in memory, by one COPY into an empty table like theirs. */
async function bareCopyMs(adminUrl: string, engagementId: string): Promise<number> {
  const sql = postgres(adminUrl, {
    max: 1,
    onnotice: () => undefined,
    ...({ socket: connectPromptly } as object),
  });
  try {
    await sql`drop table if exists bare`;
    await sql`create table bare (like first_versions including all)`;
    const rows = await sql<VersionRow[]>`
      select uuid_send(firm_id) as firm, uuid_send(engagement_id) as engagement, kind, key, since_seq, hash, content::text
      from record_versions where engagement_id = ${engagementId} and since_seq = 1`;
    const bytes = binaryCopy(rows);
    return await elapsedMs(() =>
      sql.begin(async (tx) => {
        const copy = await copyIn(tx`copy bare from stdin (format binary)`);
        const done = finished(copy);
        for (let at = 0; at < bytes.length; at += 1 << 18) copy.write(bytes.subarray(at, at + (1 << 18)));
        copy.end();
        await done;
      }),
    );
  } finally {
    await sql.end();
  }
}

interface VersionRow {
  readonly firm: Uint8Array;
  readonly engagement: Uint8Array;
  readonly kind: string;
  readonly key: string;
  readonly since_seq: number;
  readonly hash: Uint8Array;
  readonly content: string;
}

/** Rows in Postgres' binary COPY format, the fastest that it reads. */
function binaryCopy(rows: readonly VersionRow[]): Buffer {
  const parts: Uint8Array[] = [Buffer.from('5047434f50590aff0d0a000000000000000000', 'hex')];
  const columns = Buffer.from([0, 7]);
  for (const { firm, engagement, kind, key, since_seq: sinceSeq, hash, content } of rows) {
    parts.push(columns);
    const seq = Buffer.alloc(4);
    seq.writeInt32BE(sinceSeq);
    for (const field of [
      firm,
      engagement,
      Buffer.from(kind),
      Buffer.from(key),
      seq,
      hash,
      Buffer.from(content),
    ]) {
      const length = Buffer.alloc(4);
      length.writeInt32BE(field.length);
      parts.push(length, field);
    }
  }
  return Buffer.concat([...parts, Buffer.from('ffff', 'hex')]);
}

/** The same year exported on another day. */
function exportedLater(bytes: Uint8Array): Uint8Array {
  const copy = Buffer.from(bytes);
  copy.write('#GEN 20250228', copy.indexOf('#GEN '), 'latin1');
  return copy;
}

/** Another first letter in the text of ten vouchers. */
function tenChanged(bytes: Uint8Array): Uint8Array {
  const copy = Buffer.from(bytes);
  for (let change = 0; change < 10; change++) {
    const voucher = copy.indexOf('#VER', Math.floor((copy.length * (change + 0.5)) / 11));
    copy.write('X', copy.indexOf('"', voucher) + 1, 'latin1');
  }
  return copy;
}
