import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isoDate } from '../../accounting/dates.ts';
import { ore } from '../../accounting/money.ts';
import type { VoucherBatch } from '../../accounting/sie/batch.ts';
import { readSie, readSieBytes } from '../../accounting/sie/read.ts';
import { writeSie, writeSie4I } from '../../accounting/sie/write.ts';
import { sieFile } from '../setup/sie-arbitrary.ts';
import { codes, sampleLines, sieBytes, text, withoutLines } from '../setup/sie-text.ts';

describe('write, then read', () => {
  it.each(['cp437', 'utf-8'] as const)('is the identity in %s', (encoding) => {
    fc.assert(
      fc.property(sieFile, (file) => {
        const { bytes, findings } = writeSie(file, { encoding });
        expect(findings).toEqual([]);
        const read = readSieBytes(bytes);
        expect(withoutLines(read)).toEqual(withoutLines(file));
        expect(read.checksum).toBe('ok');
        expect([encoding, 'ascii']).toContain(read.encoding);
      }),
      { numRuns: 300 },
    );
  });

  it('gives the same bytes when it is written again', () => {
    fc.assert(
      fc.property(sieFile, fc.boolean(), (file, ksumma) => {
        const { bytes } = writeSie(file, { ksumma });
        expect(writeSie(readSieBytes(bytes), { ksumma }).bytes).toEqual(bytes);
      }),
    );
  });

  it('no text can leave its quotes', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 30 }), (anything) => {
        const order = orderWith(anything);
        const { bytes, findings } = writeSie4I(order);
        const file = readSieBytes(bytes);
        expect(file).toMatchObject({ voucherCount: 1, rowCount: 2, checksum: 'ok' });
        expect(codes(file)).toEqual([]);
        expect(file.header.companyName === anything.normalize('NFC')).toBe(
          !findings.some(({ line }) => line === 8),
        );
        expect(file.voucher(0).rows[0]?.text === anything.normalize('NFC')).toBe(
          !findings.some(({ line }) => line === 14),
        );
      }),
      { numRuns: 1000 },
    );
  });
});

function orderWith(anything: string) {
  const day = isoDate('2024-12-31');
  return {
    company: anything,
    organisationNumber: '999999-0011',
    program: { name: 'Bokslut', version: '1' },
    financialYear: { from: isoDate('2024-01-01'), to: day },
    generatedDate: isoDate('2025-02-01'),
    accounts: [
      { number: '1510', name: anything },
      { number: '6352', name: 'Befarade förluster' },
    ],
    vouchers: [
      {
        date: day,
        text: anything,
        rows: [
          { account: '6352', amountOre: ore(12_550), text: anything },
          { account: '1510', amountOre: ore(-12_550), text: '' },
        ],
      },
    ],
  };
}

describe('bytes as they come', () => {
  it('however they are cut, the file is the same', async () => {
    await fc.assert(
      fc.asyncProperty(
        sieFile,
        fc.array(fc.integer({ min: 1, max: 200 }), { minLength: 1, maxLength: 8 }),
        async (file, sizes) => {
          const { bytes } = writeSie(file);
          const read = await readSie(cut(bytes, sizes));
          const whole = readSieBytes(bytes);
          expect(withoutLines(read)).toEqual(withoutLines(whole));
          expect(read.findings).toEqual(whole.findings);
        },
      ),
      { numRuns: 100 },
    );
  });

  it('a file of several windows, with a voucher longer than one, is the same whole, cut and in batches', async () => {
    const row = '\t#TRANS 1510 {} 1.00 20240201 "Rad med \\"citat\\" och åäö"';
    const back = '\t#TRANS 3001 {} -1.00 20240201 "Rad"';
    const vouchers = Array.from({ length: 6000 }, (_, index) => {
      const length = index === 3000 ? 9000 : 1;
      return [
        `#VER A ${index} 20240201 "Köp ${index}"`,
        '{',
        ...Array.from({ length }, () => [row, back]).flat(),
        '}',
      ];
    });
    for (const lineBreak of ['\n', '\r\n', '\r']) {
      const bytes = sieBytes(sampleLines(...vouchers.flat()), 'cp437', lineBreak);
      const whole = readSieBytes(bytes);
      expect(whole).toMatchObject({ voucherCount: 6000, rowCount: 2 * (5999 + 9000), encoding: 'cp437' });
      expect(codes(whole)).toEqual([]);
      const batches: VoucherBatch[] = [];
      const streamed = await readSie(cut(bytes, [65_536]), {
        onVouchers: (batch) => void batches.push(batch),
      });
      expect(streamed).toMatchObject({
        voucherCount: 6000,
        rowCount: whole.rowCount,
        debitOre: whole.debitOre,
        batches: [],
      });
      const read = batches.flatMap((batch) =>
        Array.from({ length: batch.count }, (_, index) => batch.voucher(index)),
      );
      expect(read).toEqual([...whole.vouchers()]);
      expect(read[3000]?.rows).toHaveLength(18_000);
      expect(read[5999]?.rows[0]?.line).toBe(14 + 5998 * 5 + 17_998 + 5 + 2);
    }
  });
});

function* cut(bytes: Uint8Array, sizes: readonly number[]): Generator<Uint8Array> {
  for (let at = 0, turn = 0; at < bytes.length; turn++) {
    const size = sizes[turn % sizes.length]!;
    yield bytes.slice(at, at + size);
    at += size;
  }
}

it('a bokföringsorder as 4I', () => {
  const { bytes, findings } = writeSie4I(orderWith('Łódź – "Öl"'));
  expect(text(bytes).split('\r\n')).toEqual([
    '#FLAGGA 0',
    '#KSUMMA',
    '#PROGRAM "Bokslut" "1"',
    '#FORMAT PC8',
    '#GEN 20250201 ""',
    '#SIETYP 4',
    '#ORGNR "999999-0011"',
    String.raw`#FNAMN "Lódz - \"Öl\""`,
    '#RAR 0 20240101 20241231',
    String.raw`#KONTO 1510 "Lódz - \"Öl\""`,
    '#KONTO 6352 "Befarade förluster"',
    String.raw`#VER "" "" 20241231 "Lódz - \"Öl\""`,
    '{',
    String.raw`#TRANS 6352 {} 125.50 20241231 "Lódz - \"Öl\""`,
    '#TRANS 1510 {} -125.50 20241231',
    '}',
    expect.stringMatching(/^#KSUMMA \d+$/),
    '',
  ]);
  expect(findings.map(({ code, line }) => `${line} ${code}`)).toEqual(
    [8, 10, 12, 14].map((line) => `${line} sie.text-changed`),
  );
});
