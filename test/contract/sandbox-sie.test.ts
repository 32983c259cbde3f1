import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import iconv from 'iconv-lite';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { decodeCp437, encodeCp437 } from '../../sandbox/cp437.ts';
import { startSandbox } from '../../sandbox/start.ts';
import { itemsOf, startDriver, type Driver } from './sandbox-driver.ts';

const folder = mkdtempSync(join(tmpdir(), 'sandbox-sie-'));
afterAll(() => rmSync(folder, { recursive: true }));

function write(name: string, content: Buffer | string): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

/** What a few regular expressions find in a SIE file: an own reading, apart from the sandbox's. */
function readSie(bytes: Buffer, encoding = 'cp437') {
  const text = iconv.decode(bytes, encoding);
  const amounts = (label: string) =>
    new Map(
      [...text.matchAll(new RegExp(`^#${label} 0 (\\w+) (-?[\\d.]+)`, 'gm'))].map((match) => [
        match[1] ?? '',
        Math.round(Number(match[2]) * 100),
      ]),
    );
  const vouchers = [...text.matchAll(/^#VER (\S+) "?(\d+)"? (\d{8}).*\r?\n\{\r?\n([^]*?)^\}/gm)].map(
    (match) => ({
      key: `${match[1]} ${match[2]}`,
      rows: [...(match[4] ?? '').matchAll(/^\s*#TRANS (\w+) \{\} (-?[\d.]+)/gm)].map((row) => ({
        account: row[1] ?? '',
        ore: Math.round(Number(row[2]) * 100),
      })),
    }),
  );
  return { text, opening: amounts('IB'), closing: amounts('UB'), result: amounts('RES'), vouchers };
}

/** Opening balance plus rows is the closing balance, for every account; every voucher balances. */
function expectConsistent(sie: ReturnType<typeof readSie>) {
  const moved = new Map(sie.opening);
  for (const voucher of sie.vouchers) {
    expect(voucher.rows.reduce((sum, row) => sum + row.ore, 0)).toBe(0);
    for (const { account, ore } of voucher.rows) moved.set(account, (moved.get(account) ?? 0) + ore);
  }
  for (const [account, ore] of moved) {
    expect([account, sie.closing.get(account) ?? sie.result.get(account) ?? 0]).toEqual([account, ore]);
  }
}

test('CP437 agrees with iconv-lite on every character it has, and asks where it has none', () => {
  const all = Buffer.from(Array.from({ length: 256 }, (_byte, index) => index));
  expect(decodeCp437(all)).toBe(iconv.decode(all, 'cp437'));
  expect(encodeCp437(decodeCp437(all))).toEqual(all);
  expect(encodeCp437('Åäö – 東').toString('latin1')).toBe('\x8f\x84\x94 ? ?');
});

describe('the export', () => {
  let driver: Driver;
  beforeAll(async () => {
    driver = await startDriver({ vouchers: 600, invoices: 150 });
  });
  afterAll(async () => {
    await driver.sandbox.stop();
  });

  test("is CP437 in Fortnox's dialect", async () => {
    const { text } = readSie(await driver.bytes('/3/sie/4?financialyear=2'));
    expect(text.split('\n').slice(0, 13)).toEqual([
      '#FLAGGA 0',
      '#FORMAT PC8',
      '#SIETYP 4',
      '#PROGRAM "Fortnox" 3.57.11',
      '#GEN 20260315',
      '#FNR 990100',
      '#FNAMN "Exempelbolaget Norr AB"',
      '#ADRESS "Anna Exempel" "Exempelvägen 1" "999 99 Exempelstad" ""',
      '#RAR 0 20250101 20251231',
      '#RAR -1 20240101 20241231',
      '#ORGNR 999999-0107',
      '#OMFATTN 20251231',
      '#KPTYP EUBAS97',
    ]);
    expect(text).toMatch(/^#TRANS 1510 \{\} -?\d+\.\d\d "" "" 0$/m);
    expect(text).toMatch(/^#VER B 1 2025\d{4} "Kundfaktura \d+" \d{8}$/m);
    expect(text).not.toContain('#KTYP');
  });

  test('reads back: vouchers balance, and opening balance plus rows is the closing balance', async () => {
    for (const year of [4, 2, 5]) {
      const sie = readSie(await driver.bytes(`/3/sie/4?financialyear=${year}`));
      const listed = itemsOf(await driver.get(`/3/vouchers?financialyear=${year}&limit=500`));
      expect(sie.vouchers.map(({ key }) => key).toSorted()).toEqual(
        listed.map((one) => `${String(one['VoucherSeries'])} ${String(one['VoucherNumber'])}`).toSorted(),
      );
      expectConsistent(sie);
    }
  });

  test('leaves removed rows out, unless the assumption says otherwise', async () => {
    const before = readSie(await driver.bytes('/3/sie/4?financialyear=2'));
    expect(before.text).not.toContain('#BTRANS');
    await driver.control('PUT', '/assumptions', { sieRemovedRows: true, sieAccountTypes: true });
    const after = readSie(await driver.bytes('/3/sie/4?financialyear=2'));
    expect(after.text).toContain('#BTRANS 5410 {} 480.00');
    expect(after.text).toContain('#KTYP 1510 T');
    expect(after.vouchers).toEqual(before.vouchers);
    await driver.control('PUT', '/assumptions', { sieEncoding: 'utf8' });
    expect((await driver.bytes('/3/sie/4?financialyear=2')).toString()).toContain('Exempelvägen');
  });

  test('types 1 and 2, and a span of dates', async () => {
    const one = readSie(await driver.bytes('/3/sie/1?financialyear=2'));
    expect(one.text).toContain('#SIETYP 1');
    expect(one.vouchers).toEqual([]);
    expect(one.closing.size).toBeGreaterThan(3);
    expect(readSie(await driver.bytes('/3/sie/2?financialyear=2')).text).toMatch(
      /^#PSALDO 0 202501 \d{4} \{\} /m,
    );
    const march = readSie(
      await driver.bytes('/3/sie/4?financialyear=2&fromdate=2025-03-01&todate=2025-03-31'),
    );
    expect(march.vouchers.length).toBeGreaterThan(0);
    expect([...march.text.matchAll(/^#VER \S+ \d+ (\d{6})/gm)].every((match) => match[1] === '202503')).toBe(
      true,
    );
    expect((await driver.get('/3/sie/5')).status).toBe(400);
  });
});

const lines = (newline: string, ...more: string[]) =>
  [
    '#FLAGGA 0',
    '#PROGRAM "Annat Program" 1.0',
    '#FORMAT PC8',
    '#GEN 20250110',
    '#SIETYP 4',
    '#FNAMN "Åkes Möbler & Räkor AB"',
    '#ORGNR 999999-0123',
    '#RAR 0 20240501 20250430',
    '#RAR -1 20230501 20240430',
    '#KONTO 1510 Kundfordringar',
    '#KONTO 19300001 "Företagskonto"',
    '#KONTO 300 "Försäljning"',
    '#KONTO 12A "Konto med bokstav"',
    '#KONTO 2081 Aktiekapital',
    '#IB 0 1510 100.50',
    '#IB 0 2081 -100.50',
    '#UB 0 1510 350.50',
    '#UB 0 2081 -100.50',
    '#RES 0 300 -250',
    '#IB -1 2081 -100.50',
    '#IB -1 1510 100.50',
    '#UB -1 1510 100.50',
    '#UB -1 2081 -100.50',
    '#VER V "7" 20240601 "Försäljning \\"A\\"" 20240602',
    '{',
    '   #TRANS 1510 {} 250.00 20240601 "rad"',
    '#TRANS 300 {} -250',
    '#BTRANS 12A {} 5',
    '}',
    ...more,
  ].join(newline) + newline;

describe('a SIE file as the company', () => {
  test.each([
    ['cp437', '\n'],
    ['utf8', '\r\n'],
    ['latin1', '\r\n'],
  ])('%s: its own bytes come back until something is posted', async (encoding, newline) => {
    const bytes = iconv.encode(lines(newline), encoding);
    const driver = await startDriver({ sieFile: write(`${encoding}.se`, bytes) });
    try {
      expect((await driver.get('/3/companyinformation')).body['CompanyInformation']).toMatchObject({
        CompanyName: 'Åkes Möbler & Räkor AB',
        OrganizationNumber: '999999-0123',
      });
      expect(itemsOf(await driver.get('/3/financialyears'))).toMatchObject([
        { Id: 2, FromDate: '2024-05-01', ToDate: '2025-04-30' },
        { Id: 3, FromDate: '2023-05-01' },
      ]);
      expect(itemsOf(await driver.get('/3/accounts')).map((one) => one['Number'])).toEqual([
        1510, 19_300_001, 300, 2081,
      ]);
      expect((await driver.get('/3/vouchers/V/7?financialyear=2')).body['Voucher']).toMatchObject({
        Description: 'Försäljning "A"',
        VoucherRows: [{ Debit: 250 }, { Credit: 250 }, { Removed: true }],
      });
      expect(await driver.bytes('/3/sie/4?financialyear=2')).toEqual(bytes);

      const answer = await driver.call('POST', '/3/vouchers?financialyear=2', {
        Voucher: {
          Description: 'Rättelse å',
          VoucherSeries: 'K',
          TransactionDate: '2025-04-30',
          VoucherRows: [
            { Account: 19_300_001, Debit: 50 },
            { Account: 1510, Credit: 50 },
          ],
        },
      });
      expect(answer.status).toBe(201);
      const after = readSie(await driver.bytes('/3/sie/4?financialyear=2'), encoding);
      expect(after.text).toContain(`#VER K 1 20250430 "Rättelse å"${newline}{${newline}`);
      expect(after.text).toContain('#FNAMN "Åkes Möbler & Räkor AB"');
      expect(after.vouchers.map(({ key }) => key)).toEqual(['V 7', 'K 1']);
      expect(after.closing.get('1510')).toBe(30_050);
      expect(after.closing.get('19300001')).toBe(5000);
      expectConsistent(after);

      const earlier = readSie(await driver.bytes('/3/sie/4?financialyear=3'));
      expect(earlier.closing.get('1510')).toBe(10_050);
    } finally {
      await driver.sandbox.stop();
    }
  });

  test('a checksum leaves with the first posted voucher', async () => {
    const text = lines('\n', '#KSUMMA 123').replace('#FLAGGA 0\n', '#FLAGGA 0\n#KSUMMA\n');
    const driver = await startDriver({ sieFile: write('ksumma.se', text) });
    try {
      expect((await driver.bytes('/3/sie/4?financialyear=2')).toString()).toBe(text);
      const rows = [
        { account: 1510, debit: '1' },
        { account: 300, credit: '1' },
      ];
      await driver.control('PATCH', '/books', {
        op: 'addVoucher',
        series: 'K',
        date: '2025-04-30',
        text: 'X',
        rows,
      });
      const after = (await driver.bytes('/3/sie/4?financialyear=2')).toString();
      expect(after).not.toContain('KSUMMA');
      expect(after).toContain('#UB 0 1510 351.50\n');
      expect(after).toContain('#RES 0 300 -251.00\n');
    } finally {
      await driver.sandbox.stop();
    }
  });

  test.each([
    ['type 1', lines('\n').replace('#SIETYP 4', '#SIETYP 1'), /SIE type 1/],
    ['type 4I', lines('\n').replace(/#(IB|UB|RES).*\n/g, ''), /4I/],
    ['HTML', '<html><title>404</title></html>', /not a SIE file/],
    ['an empty file', '', /not a SIE file/],
    ['a file cut inside a voucher', lines('\n', '#VER V 8 20240701', '{', '#TRANS 300 {} 5'), /cut short/],
    ['a checksum that only begins', lines('\n', '#KSUMMA'), /cut short/],
    ['no year', lines('\n').replace('#RAR 0 20240501 20250430', '#RAR 0'), /#RAR 0/],
    ['an amount in letters', lines('\n', '#UB 0 1510 ettusen'), /line 30: the amount "ettusen"/],
  ])('%s is refused with a reason', async (name, text, reason) => {
    const start = startSandbox({ sieFile: write(`${name.replaceAll(' ', '-')}.se`, text) });
    await expect(start).rejects.toThrow(reason);
  });
});
