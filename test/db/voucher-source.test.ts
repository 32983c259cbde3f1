import { afterAll, beforeAll, expect, it } from 'vitest';
import { isoDate } from '../../accounting/dates.ts';
import { storeSieFile } from '../../activities/import/store-file.ts';
import { sourceFile, voucherLines, voucherSource } from '../../client/close/voucher-source.ts';
import type { ClientContext } from '../../client/close/context.ts';
import type { FirmTransaction } from '../../db/database.ts';
import { headerOf, recordsOf } from '../../db/stores/book-records.ts';
import { storeSnapshot } from '../../db/stores/snapshots.ts';
import { sha256 } from '../../db/hash.ts';
import { books, codeOf, newEngagement, openTestDatabase, voucher } from './support.ts';
import type { OpenTestDatabase } from './support.ts';

let opened: OpenTestDatabase;

beforeAll(async () => {
  opened = await openTestDatabase();
});

afterAll(() => opened.close());

async function start() {
  const { firmId, engagement } = await newEngagement(opened.database);
  const client = { database: opened.database } as unknown as ClientContext;
  const caller = { firmId, actor: 'user:1' } as const;
  const { id } = engagement;
  const forFirm = <T>(work: (tx: FirmTransaction) => Promise<T>) => opened.database.forFirm(firmId, work);
  return {
    forFirm,
    id,
    of: (number: number, series = 'A', year?: string) =>
      voucherLines(client, caller, id, { series, number, ...(year !== undefined && { year }) }),
    file: (name: { series: string; number: number }) => voucherSource(client, caller, id, name),
    download: (hash: string) => sourceFile(client, caller, id, hash),
  };
}

const facts = { fetchedAt: new Date(), fetchedBy: 'system' } as const;
const year = { from: isoDate('2025-01-01'), to: isoDate('2025-12-31') };
const head = ['#FLAGGA 0', '#SIETYP 4', '#RAR 0 20250101 20251231', '#KONTO 1930 "Bänk"'];
const block = (series: string, number: string) =>
  `#VER ${series} ${number} 20250630 "å"\n{\n#TRANS 1930 {} 1\n#TRANS 1930 {} -1\n}`;
const sie = (...vouchers: string[]) => Buffer.from([...head, ...vouchers, ''].join('\n'));

it('a voucher leads to the line of its #VER in the file, each of two that share a number to its own', async () => {
  const { forFirm, id, of, download } = await start();
  const store = (name: string, bytes: Buffer) =>
    forFirm((tx) => storeSieFile(tx, { ...facts, engagementId: id, year, name, bytes }));
  const first = sie(block('A', '1'), block('Ö', '0002'), block('A', '1'), block('A', '3'));
  await store('bok.se', first);
  expect(await of(1)).toMatchObject({ seq: 1, file: { name: 'bok.se' }, lines: [5, 15] });
  expect((await of(2, 'Ö')).lines).toEqual([10]);
  expect((await of(3, 'A', '2025-01-01')).lines).toEqual([20]);
  expect(Buffer.from((await download(sha256(first))).bytes)).toEqual(first);

  // What is gone is shown where it stood last; what is there, in the file that was read last.
  await store('ny.se', sie(block('Ö', '2'), block('A', '1')));
  expect(await of(3)).toMatchObject({ seq: 1, file: { name: 'bok.se' }, lines: [20] });
  expect(await of(1)).toMatchObject({ seq: 2, file: { name: 'ny.se' }, lines: [10] });
  expect(await codeOf(of(4))).toBe('records.not-found');

  const other = await start();
  expect(await codeOf(other.download(sha256(first)))).toBe('files.not-found');
});

it('of several years’ files a voucher leads into that of its own', async () => {
  const { forFirm, id, of, file } = await start();
  const content = books([voucher(1)]);
  const raw = [
    { name: '2024-01-01_2024-12-31.se', bytes: sie(block('B', '9'), block('A', '1')) },
    { name: '2025-01-01_2025-12-31.se', bytes: sie(block('A', '1')) },
  ];
  const store = (files: typeof raw) =>
    forFirm((tx) =>
      storeSnapshot(tx, {
        ...facts,
        engagementId: id,
        source: 'fortnox',
        header: headerOf(content),
        records: () => recordsOf(content),
        findings: [],
        raw: files,
      }),
    );
  await store(raw);
  expect(await of(1)).toMatchObject({ file: { name: '2025-01-01_2025-12-31.se' }, lines: [5] });
  expect(await of(1, 'A', '2024-01-01')).toMatchObject({
    file: { name: '2024-01-01_2024-12-31.se' },
    lines: [10],
  });
  await store(raw.slice(0, 1));
  expect(await file({ series: 'A', number: 1 })).toBeUndefined();
  expect(await codeOf(of(1))).toBe('records.no-file');
});
