import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Books, Voucher } from '../../accounting/books.ts';
import { canonicalJson } from '../../accounting/canonical.ts';
import { isoDate } from '../../accounting/dates.ts';
import { ore } from '../../accounting/money.ts';
import type { FirmTransaction } from '../../db/database.ts';
import { sha256 } from '../../db/hash.ts';
import { headerOf, recordsOf } from '../../db/stores/book-records.ts';
import { listHistory } from '../../db/stores/history.ts';
import { diffSnapshots } from '../../db/stores/snapshot-diff.ts';
import { loadRawFile } from '../../db/stores/raw-files.ts';
import { listSnapshots, loadBooks, storeSnapshot } from '../../db/stores/snapshots.ts';
import type { Snapshot } from '../../db/stores/snapshots.ts';
import { books, codeOf, newEngagement, openTestDatabase, storeBooks, voucher } from './support.ts';
import type { OpenTestDatabase } from './support.ts';

let opened: OpenTestDatabase;

beforeAll(async () => {
  opened = await openTestDatabase();
});

afterAll(() => opened.close());

const many = (count: number): Voucher[] => Array.from({ length: count }, (_, index) => voucher(index + 1));

/** A new engagement, and how to store books in it and look at it. */
async function start() {
  const { firmId, engagement } = await newEngagement(opened.database);
  return {
    firmId,
    engagementId: engagement.id,
    forFirm: <T>(work: (tx: FirmTransaction) => Promise<T>) => opened.database.forFirm(firmId, work),
    store: (content: Books, sie?: string) =>
      opened.database.forFirm(firmId, (tx) => storeBooks(tx, engagement.id, content, sie)),
    versions: async (snapshot: Snapshot) => {
      const [row] = await opened.admin<{ count: number }[]>`
        select count(*)::int as count from record_versions
        where engagement_id = ${snapshot.engagementId} and since_seq = ${snapshot.seq}`;
      return row!.count;
    },
  };
}

describe('a snapshot', () => {
  it('gives back the books that were put in', async () => {
    const { store, forFirm } = await start();
    const content = books([
      voucher(1, { reference: { type: 'INVOICE', number: '7' }, edited: true }),
      voucher(2, { edited: true }),
      voucher(3, { rows: [], text: '' }),
      voucher(10),
      voucher(1, { series: 'Ö/x\ty' }),
    ]);
    const snapshot = await store(content);
    expect(await forFirm((tx) => loadBooks(tx, snapshot.id))).toEqual(content);
    expect(snapshot.counts).toEqual({
      account: 2,
      balance: 2,
      invoice: 1,
      payment: 1,
      series: 1,
      voucher: 6,
    });
  });

  it('has the same hash for the same books in whatever order they came', async () => {
    const [one, other] = [await start(), await start()];
    const first = await one.store(books(many(20)));
    const turned = books(many(20).toReversed(), {
      accounts: books([]).accounts.toReversed(),
      closing: {
        ...books(many(20).toReversed()).closing,
        openingBalances: new Map([
          ['2081', ore(-10_00)],
          ['1930', ore(0)],
          ['1510', ore(10_00)],
        ]),
      },
    });
    expect((await other.store(turned)).hash).toBe(first.hash);
    expect((await other.store(books(many(20), { lockedUntil: isoDate('2025-04-30') }))).hash).not.toBe(
      first.hash,
    );
    expect((await other.store(books(many(21)))).hash).not.toBe(first.hash);
  });

  it('keeps duplicates of a voucher number apart, the same however they came', async () => {
    const [one, other] = [await start(), await start()];
    const twins = [voucher(1), voucher(1, { text: 'en annan' }), voucher(1)];
    const snapshot = await one.store(books(twins));
    expect((await other.store(books(twins.toReversed()))).hash).toBe(snapshot.hash);
    const loaded = await one.forFirm((tx) => loadBooks(tx, snapshot.id));
    expect(loaded.closing.vouchers).toHaveLength(3);
    expect((await one.store(books(twins.toReversed()))).written).toBe(0);
    const alike = await one.store(books([voucher(1), voucher(1), voucher(1)]));
    expect(alike.written).toBe(1);
    expect((await one.forFirm((tx) => loadBooks(tx, alike.id))).closing.vouchers).toEqual([
      voucher(1),
      voucher(1),
      voucher(1),
    ]);
  });

  it('of more than one round is written as it comes, also when its last record is named like its first', async () => {
    const [one, other] = [await start(), await start()];
    // 24 MB: two rounds.
    const large = many(12_000).map((v) => ({ ...v, text: v.text.padEnd(1000, 'å') }));
    const twin = voucher(1, { text: 'en annan' });
    const late = await one.store(books([...large, twin]));
    const early = await other.store(books([twin, ...large]));
    expect([late.hash, late.counts, late.written]).toEqual([early.hash, early.counts, 12_009]);
    expect(early.written).toBe(12_009);
    expect(await one.versions(late)).toBe(12_009);
    const alone = await (await start()).store(books(large));
    expect(alone.written).toBe(12_008);
    const without = await one.store(books(large));
    expect([without.hash, await one.versions(without)]).toEqual([alone.hash, without.written]);
  });

  it('has a hash that anyone who has the records reckons again', async () => {
    const { store, engagementId } = await start();
    const twins = [voucher(10), voucher(9, { text: 'ö' }), voucher(9)];
    const later = [...twins, voucher(9, { text: 'en tredje' }), voucher(11, { series: 'Å' })];
    for (const vouchers of [many(12), twins, later]) {
      const { hash, seq, header } = await store(books(vouchers));
      const [again] = await opened.admin<{ hash: string }[]>`
        select encode(sha256(convert_to(${`${canonicalJson(header)}\n`} || string_agg(
          kind || E'\t' || key || E'\t' || encode(hash, 'hex') || E'\n', '' order by kind, key), 'UTF8')), 'hex') as hash
        from (
          select distinct on (kind, key) kind, key, hash from record_versions
          where engagement_id = ${engagementId} and since_seq <= ${seq} order by kind, key, since_seq desc
        ) state where hash <> ''`;
      expect(again!.hash).toBe(hash);
    }
  });

  it('writes no record for unchanged books, and ten for ten changed', async () => {
    const { store, versions } = await start();
    const first = await store(books(many(200)));
    expect(await versions(first)).toBe(first.written);
    expect(first.written).toBe(208);
    const again = await store(books(many(200)));
    expect([again.seq, again.written, await versions(again), again.hash]).toEqual([2, 0, 0, first.hash]);
    const ten = many(200).map((v) => (v.number <= 10 ? { ...v, text: 'ändrad' } : v));
    const changed = await store(books(ten));
    expect([changed.written, await versions(changed)]).toEqual([10, 10]);
    expect(changed.hash).not.toBe(first.hash);
    const back = await store(books(many(200)));
    expect([back.written, back.hash]).toEqual([10, first.hash]);
  });

  it('is unmoved by what comes after it', async () => {
    const { store, forFirm } = await start();
    const before = books(many(5));
    const after = books([...many(4).map((v) => ({ ...v, text: 'ny' })), voucher(9)]);
    const first = await store(before);
    const second = await store(after);
    const third = await store(before);
    const load = (snapshot: Snapshot) => forFirm((tx) => loadBooks(tx, snapshot.id));
    expect([await load(first), await load(second), await load(third)]).toEqual([before, after, before]);
  });

  it('reads files of before, which are packed by gzip, and tells of one that is no longer what it was', async () => {
    const { firmId, forFirm } = await start();
    const keep = (name: string, packed: Uint8Array) =>
      opened.admin`insert into raw_files (firm_id, sha256, gzip) values (${firmId}, decode(${sha256(name)}, 'hex'), ${packed})`;
    const load = (name: string) => forFirm((tx) => loadRawFile(tx, { name, sha256: sha256(name) }));
    await keep('hel', gzipSync('hel'));
    await keep('ändrad', gzipSync('en annan'));
    await keep('trasig', gzipSync('trasig').subarray(1));
    expect(Buffer.from(await load('hel')).toString()).toBe('hel');
    for (const name of ['ändrad', 'trasig', 'borta'])
      await expect(load(name)).rejects.toMatchObject({ code: 'database.file-damaged' });
  });

  it('keeps the raw file and a line of history', async () => {
    const { store, forFirm, engagementId } = await start();
    const snapshot = await store(books([]), 'råa bytes');
    const bytes = await forFirm((tx) => loadRawFile(tx, snapshot.rawFiles[0]!));
    expect(Buffer.from(bytes).toString()).toBe('råa bytes');
    const history = await forFirm((tx) => listHistory(tx, engagementId));
    expect(history.map(({ event, details }) => [event, details])).toEqual([
      ['books.imported', expect.objectContaining({ snapshotId: snapshot.id, hash: snapshot.hash })],
    ]);
  });

  it('is not stored in part when the reading breaks off', async () => {
    const { forFirm, engagementId } = await start();
    const content = books(many(5_000));
    async function* broken() {
      yield* recordsOf(content);
      throw new Error('the file ends here');
    }
    const storing = forFirm((tx) =>
      storeSnapshot(tx, {
        engagementId,
        source: 'sie',
        fetchedAt: new Date(),
        fetchedBy: 'system',
        header: headerOf(content),
        records: broken,
        findings: [],
        raw: [{ name: 'x.se', bytes: Buffer.from('halv') }],
      }),
    );
    await expect(storing).rejects.toThrow('the file ends here');
    expect(await forFirm((tx) => listSnapshots(tx, engagementId))).toEqual([]);
    const [row] = await opened.admin<{ left: number }[]>`
      select count(*)::int as left from record_versions where engagement_id = ${engagementId}`;
    expect(row).toEqual({ left: 0 });
  });

  it('is one of several when two imports end at once', async () => {
    const { store, forFirm, engagementId } = await start();
    await Promise.all([store(books(many(3))), store(books(many(3))), store(books(many(4)))]);
    const snapshots = await forFirm((tx) => listSnapshots(tx, engagementId));
    expect(snapshots.map(({ seq }) => seq)).toEqual([3, 2, 1]);
    for (const { id, counts } of snapshots) {
      const loaded = await forFirm((tx) => loadBooks(tx, id));
      expect(loaded.closing.vouchers.length + 1).toBe(counts.voucher);
    }
  });
});

describe('a raw file', () => {
  it('that is large is kept in parts, and only those that are new are written', async () => {
    const { store, forFirm } = await start();
    const sie = `${'0123456789'.repeat(250_000)}slut`;
    const first = await store(books([]), sie);
    const second = await store(books([]), `X${sie.slice(1)}`);
    expect(first.rawFiles[0]!.parts).toHaveLength(3);
    expect(second.rawFiles[0]!.parts!.slice(1)).toEqual(first.rawFiles[0]!.parts!.slice(1));
    const bytes = await forFirm((tx) => loadRawFile(tx, second.rawFiles[0]!));
    expect(Buffer.from(bytes).toString()).toBe(`X${sie.slice(1)}`);
  });
});

describe('the difference between snapshots', () => {
  it('tells what is new, changed and gone, and how balances moved, both ways', async () => {
    const { store, forFirm } = await start();
    const first = await store(books(many(50)));
    await store(books(many(60)));
    const moved = voucher(7, {
      rows: [
        { account: '1510', amountOre: ore(130_00), text: '' },
        { account: '3001', amountOre: ore(-130_00), text: '' },
      ],
    });
    const last = await store(
      books([...many(50).filter(({ number }) => number !== 3 && number !== 7), moved, voucher(51)], {
        payments: [],
      }),
    );
    const diff = await forFirm((tx) => diffSnapshots(tx, first.id, last.id));
    expect(diff.years).toHaveLength(1);
    const [year] = diff.years;
    expect(year!.yearFrom).toBe('2025-01-01');
    expect(year!.added.map(({ number }) => number)).toEqual([51]);
    expect(year!.removed.map(({ number }) => number)).toEqual([3]);
    expect(year!.changed.map(({ before, after }) => [before.number, after.rows])).toEqual([[7, moved.rows]]);
    expect(year!.moved).toEqual([
      { account: '1510', amountOre: 5_00, openingOre: 0 },
      { account: '3001', amountOre: -5_00, openingOre: 0 },
    ]);
    expect(diff.others.map(({ kind, key, after }) => [kind, key, after])).toEqual([
      ['payment', 'receivables/3', null],
    ]);
    const reversed = await forFirm((tx) => diffSnapshots(tx, last.id, first.id));
    expect(reversed.years[0]!.added.map(({ number }) => number)).toEqual([3]);
    const none = await forFirm((tx) => diffSnapshots(tx, last.id, last.id));
    expect(none).toEqual({ years: [], others: [] });
  });

  it('tells which opening balances moved, though no voucher did', async () => {
    const { store, forFirm } = await start();
    const content = books(many(2));
    const opening = (year: Books['closing'], balances: [string, number][]) => ({
      ...year,
      openingBalances: new Map(balances.map(([account, amount]) => [account, ore(amount)])),
    });
    const first = await store(content);
    const second = await store({
      ...content,
      closing: opening(content.closing, [
        ['1510', 5_010_00],
        ['2091', -5_010_00],
      ]),
      otherYears: [opening(content.otherYears[0]!, [['1930', 1_00]])],
    });
    const diff = await forFirm((tx) => diffSnapshots(tx, first.id, second.id));
    const untouched = { added: [], changed: [], removed: [], retold: [] };
    expect(diff.years).toEqual([
      {
        yearFrom: '2024-01-01',
        ...untouched,
        moved: [{ account: '1930', amountOre: 1_00, openingOre: 1_00 }],
      },
      {
        yearFrom: '2025-01-01',
        ...untouched,
        moved: [
          { account: '1510', amountOre: 5_000_00, openingOre: 5_000_00 },
          { account: '2081', amountOre: 10_00, openingOre: 10_00 },
          { account: '2091', amountOre: -5_010_00, openingOre: -5_010_00 },
        ],
      },
    ]);
    expect(diff.others.map(({ kind, key }) => [kind, key])).toContainEqual(['balance', '2025-01-01/1510']);
  });

  it('is refused across engagements and unknown to other firms', async () => {
    const [one, other] = [await start(), await start()];
    const mine = await one.store(books(many(1)));
    const theirs = await other.store(books(many(1)));
    expect(await codeOf(one.forFirm((tx) => diffSnapshots(tx, mine.id, theirs.id)))).toBe(
      'snapshots.not-found',
    );
  });
});
