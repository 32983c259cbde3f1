import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { mainAttachments, mainAttachmentsOf } from '../../accounting/account-groups.ts';
import { isoDate } from '../../accounting/dates.ts';
import { Problem } from '../../accounting/problem.ts';
import { readSieBytes } from '../../accounting/sie/read.ts';
import { storeSieFile } from '../../activities/import/store-file.ts';
import { accountsFromSie, seriesNamed, yearFromSie } from '../../activities/import/year-from-sie.ts';
import { DatabaseError } from '../../db/errors.ts';
import type { FirmTransaction } from '../../db/database.ts';
import { balancesAt } from '../../db/stores/balances.ts';
import { headerOf, recordsOf } from '../../db/stores/book-records.ts';
import { loadRawFile } from '../../db/stores/raw-files.ts';
import { loadBooks, storeSnapshot } from '../../db/stores/snapshots.ts';
import type { Snapshot } from '../../db/stores/snapshots.ts';
import { newEngagement, openTestDatabase } from './support.ts';
import type { OpenTestDatabase } from './support.ts';

let opened: OpenTestDatabase;

beforeAll(async () => {
  opened = await openTestDatabase();
});

afterAll(() => opened.close());

const year = { from: isoDate('2025-01-01'), to: isoDate('2025-12-31') };
const facts = { fetchedAt: new Date(), fetchedBy: 'system' } as const;

const file = (day: string, ...vouchers: string[]): Buffer =>
  Buffer.from(
    [
      '#FLAGGA 0',
      '#PROGRAM "Prov" 1.0',
      '#FORMAT PC8',
      `#GEN ${day}`,
      '#SIETYP 4',
      '#RAR 0 20250101 20251231',
      '#KONTO 1510 "Kundfordringar"',
      '#KONTO 3001 "Försäljning"',
      '#IB 0 1510 100.00',
      ...vouchers,
      '',
    ].join('\r\n'),
  );

const voucher = (number: number, text: string, kronor: number): string =>
  [
    `#VER A ${number} 20250630 "${text}"`,
    '{',
    `#TRANS 1510 {} ${kronor} "" "å"`,
    `#TRANS 3001 {} -${kronor}`,
    '}',
  ].join('\r\n');

async function start() {
  const { firmId, engagement } = await newEngagement(opened.database);
  const forFirm = <T>(work: (tx: FirmTransaction) => Promise<T>): Promise<T> =>
    opened.database.forFirm(firmId, work);
  const engagementId = engagement.id;
  return {
    engagementId,
    forFirm,
    store: (bytes: Uint8Array | (() => AsyncIterable<Uint8Array>), name = 'bok.se'): Promise<Snapshot> =>
      forFirm((tx) => storeSieFile(tx, { ...facts, engagementId, year, name, bytes })),
  };
}

async function* inBytes(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += 7) yield bytes.subarray(at, at + 7);
}

const twins = [voucher(1, 'ett', 10), voucher(1, 'två', 20), voucher(2, 'tre', 30)];

it('has the hash of the same books that came by way of objects, duplicates among them', async () => {
  const [one, other] = [await start(), await start()];
  const bytes = file('20260115', ...twins);
  const snapshot = await one.store(bytes);
  const sie = readSieBytes(bytes);
  const books = {
    closing: yearFromSie(sie, year, 'ACCRUAL'),
    otherYears: [],
    accounts: accountsFromSie(sie),
    series: seriesNamed(['A']),
    predefinedAccounts: { receivables: '1510', payables: '2440' },
    invoices: [],
    payments: [],
  };
  const { engagementId } = other;
  const plain = await other.forFirm((tx) =>
    storeSnapshot(tx, {
      ...facts,
      engagementId,
      source: 'fortnox',
      header: headerOf(books),
      records: () => recordsOf(books),
      findings: [],
      raw: [],
    }),
  );
  expect(snapshot.hash).toBe(plain.hash);
  expect(snapshot.counts).toEqual(plain.counts);
  expect((await one.forFirm((tx) => loadBooks(tx, snapshot.id))).closing.vouchers).toHaveLength(3);
});

describe('the years before, which a file states without their vouchers', () => {
  const statements = (...lines: string[]): Buffer =>
    file('20260115', '#RAR -1 20240101 20241231', '#RAR -2 20230701 20231231', ...lines, ...twins.slice(1));
  const ofBank = (...lines: string[]): Buffer =>
    statements(
      '#IB -1 1930 1.00',
      '#UB -1 1930 300.00',
      '#UB -1 1510 100.00',
      '#RES -1 3001 -9.00',
      ...lines,
    );

  it('give the control of opening balances its figures, and the main attachments their columns', async () => {
    const { store, forFirm } = await start();
    const snapshot = await store(ofBank('#UB -2 1930 200.00'));
    expect(snapshot.findings).toContainEqual(
      expect.objectContaining({
        code: 'control.opening-differs',
        figures: { count: 1, differencesOre: 30_000 },
      }),
    );
    const [books, balances] = await forFirm(async (tx) => [
      await loadBooks(tx, snapshot.id),
      await balancesAt(tx, snapshot),
    ]);
    const mains = mainAttachments(books);
    expect(mainAttachmentsOf(books.accounts, balances.closing, balances.before)).toEqual(mains);
    expect(mains.find(({ code }) => code === '19')?.priorClosing).toEqual([
      { yearEnd: '2024-12-31', closingOre: 30_000 },
      { yearEnd: '2023-12-31', closingOre: 20_000 },
    ]);
    // Stated, not reckoned: nobody may take it for a year without vouchers.
    expect(books.otherYears).toEqual([]);
    expect(snapshot.header.years.map(({ from }) => from)).toEqual([year.from]);
  });

  it('give the same hash whatever the way and the order that they came in', async () => {
    const [one, other] = [await start(), await start()];
    const snapshot = await one.store(ofBank('#UB -2 1930 200.00', '#UB -2 1940 0'));
    const lines = ['#UB -2 1930 200.00', '#UB -1 1510 100.00', '#UB -1 1930 300.00'];
    const again = await other.store(() => inBytes(statements(...lines)));
    expect(again.hash).toBe(snapshot.hash);
    const changed = await other.store(statements(...lines.slice(1), '#UB -2 1930 201.00'));
    expect([changed.written, changed.hash === snapshot.hash]).toEqual([1, false]);
  });

  it.each([
    ['names but states no closing balance of', ['#IB -1 1930 1.00', '#RES -1 3001 -9.00']],
    ['states the second of, not the first', ['#UB -2 1930 200.00']],
    ['states without naming them', []],
  ])('are unknown when it %s', async (_what, lines) => {
    const { store } = await start();
    const bytes = lines.length > 0 ? statements(...lines) : file('20260115', '#UB -1 1930 300.00', ...twins);
    const { header, findings } = await store(bytes);
    expect(header.statedYears).toBeUndefined();
    expect(findings).not.toContainEqual(expect.objectContaining({ code: 'control.opening-differs' }));
  });
});

it('is not read again when only the day of its export differs, and kept as it came', async () => {
  const { store, forFirm } = await start();
  const first = await store(file('20260115', ...twins));
  const later = file('20260228', ...twins);
  const again = await store(later);
  expect([again.seq, again.written, again.hash]).toEqual([2, 0, first.hash]);
  expect([again.counts, again.findings]).toEqual([first.counts, first.findings]);
  expect(again.rawFiles[0]!.reading).toBe(first.rawFiles[0]!.reading);
  expect(again.rawFiles[0]!.sha256).not.toBe(first.rawFiles[0]!.sha256);
  const kept = await forFirm((tx) => loadRawFile(tx, again.rawFiles[0]!));
  expect(Buffer.from(kept)).toEqual(later);
  // As it comes, nobody knows it before it is read: the same answer by the long way.
  const streamed = await store(() => inBytes(later));
  expect([streamed.seq, streamed.written, streamed.hash]).toEqual([3, 0, first.hash]);
  expect(streamed.findings).toEqual(first.findings);
});

it('of many parts is kept as it came, also when two vouchers of one number show at its end', async () => {
  const { store, forFirm } = await start();
  // 20 MB, more than goes in one round.
  const many = Array.from({ length: 20_000 }, (_, n) => voucher(n + 1, `${n} `.padEnd(900, 'kvitto '), 10));
  for (const last of [[], [voucher(1, 'ännu en', 10)]]) {
    const bytes = file('20260115', ...many, ...last);
    const snapshot = await store(bytes);
    expect(snapshot.counts.voucher).toBe(20_000 + last.length);
    const [kept] = snapshot.rawFiles;
    expect(kept!.parts!.length).toBeGreaterThan(16);
    expect(Buffer.compare(await forFirm((tx) => loadRawFile(tx, kept!)), bytes)).toBe(0);
  }
  const broken = Buffer.concat([file('20260115', ...many.toReversed()), Buffer.from('#VER A 1 "')]);
  const before = await forFirm((tx) => tx.sql`select from raw_files`);
  await expect(store(broken)).rejects.toThrow(Problem);
  expect(await forFirm((tx) => tx.sql`select from raw_files`)).toHaveLength(before.length);
});

it(
  'is told when the database refuses its last record, which the driver keeps to itself',
  { timeout: 20_000 },
  async () => {
    const { store, forFirm } = await start();
    // More than an index holds.
    const long = Array.from({ length: 9_000 }, (_, n) =>
      String.fromCodePoint(0x4e00 + ((n * n) % 20_000)),
    ).join('');
    const unlikely = voucher(1, 'text', 10).replace('#VER A', `#VER "${long}"`);
    await expect(store(file('20260115', ...twins, unlikely))).rejects.toThrow(DatabaseError);
    expect(await forFirm((tx) => tx.sql`select from record_versions`)).toHaveLength(0);
    const again = await store(file('20260115', ...twins));
    expect(again.seq).toBe(1);
  },
);

it('is read again when anything else differs', async () => {
  const { store } = await start();
  const first = await store(file('20260115', ...twins));
  const changed = await store(file('20260228', ...twins.slice(0, 2), voucher(2, 'ändrad', 30)));
  expect(changed.written).toBe(1);
  const back = await store(file('20260301', ...twins));
  expect([back.written, back.hash]).toEqual([1, first.hash]);
  // The findings name the file; a day that is none is a finding itself.
  const renamed = await store(file('20260301', ...twins), 'annan.se');
  expect(renamed.rawFiles[0]!.reading).not.toBe(back.rawFiles[0]!.reading);
  const odd = await store(file('20269999', ...twins), 'annan.se');
  expect(odd.rawFiles[0]!.reading).not.toBe(renamed.rawFiles[0]!.reading);
  expect([odd.written, odd.hash]).toEqual([0, first.hash]);
});
