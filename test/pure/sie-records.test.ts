import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { VoucherTally } from '../../accounting/controls/vouchers.ts';
import { isoDate } from '../../accounting/dates.ts';
import { readSieBytes } from '../../accounting/sie/read.ts';
import { writeInteger } from '../../activities/import/json-bytes.ts';
import { recordsOfBatch } from '../../activities/import/sie-records.ts';
import { yearFromSie } from '../../activities/import/year-from-sie.ts';
import { recordsOfYear } from '../../db/stores/book-records.ts';
import { sampleSie } from '../bench/sie-file.ts';

const year = { from: isoDate('2024-01-01'), to: isoDate('2024-12-31') };

/** Kind, key and text of each voucher, by the fast path and by way of objects. */
function bothWays(bytes: Uint8Array): { fast: string[][]; plain: string[][] } {
  const file = readSieBytes(bytes);
  const plain = [...recordsOfYear({ ...yearFromSie(file, year, 'ACCRUAL'), openingBalances: new Map() })];
  const fast: string[][] = [];
  for (const batch of file.batches) {
    for (const { kind, key, text } of recordsOfBatch(batch, year, new VoucherTally(year)))
      fast.push([kind, Buffer.from(key).toString(), Buffer.from(text).toString()]);
  }
  return { fast, plain: plain.map(({ kind, key, text }) => [kind, key, text]) };
}

const head = ['#FLAGGA 0', '#SIETYP 4', '#RAR 0 20240101 20241231'];
const file = (...lines: string[]): string => [...head, ...lines, ''].join('\n');

const odd = file(
  '#VER A 1 20240101 "Öl \\"special\\" C:\\\\x \\\\"',
  '{',
  '#TRANS 1510 {} 100.50 "" "tab\there \\"å\\""',
  '#TRANS "15 \\"x\\"" {} -0.00 20240203 ""',
  '#TRANS 3001 {1 "10"} -100.5',
  '}',
  '#VER "" "" "" "utan nummer"',
  '{',
  '#BTRANS 1510 {} 5',
  '#RTRANS 1510 {} 45035996273704.95 20240204 åäö',
  '#TRANS 1510 {} 45035996273704.95 20240204 åäö',
  '#TRANS 3001 {} -45035996273704.95 20240204 C:\\',
  '}',
  '#VER Ö x7 20240301',
  '{',
  '}',
);

describe('the records of a SIE file', () => {
  test('are the same made from columns as by way of objects', () => {
    const { fast, plain } = bothWays(sampleSie(2_000).bytes);
    expect(fast).toHaveLength(2_000);
    expect(fast).toEqual(plain);
  });

  test.each([
    ['UTF-8', Buffer.from(odd)],
    ['Latin-1', Buffer.from(odd, 'latin1')],
    ['ASCII', Buffer.from(odd.replaceAll(/[^\0-\x7f]/g, 'o'))],
  ])('are the same for odd texts, numbers and rows in %s', (_, bytes) => {
    const { fast, plain } = bothWays(bytes);
    expect(fast).toHaveLength(3);
    expect(fast).toEqual(plain);
  });

  test('have integers as JSON writes them', () => {
    const json = Buffer.alloc(32);
    fc.assert(
      fc.property(fc.maxSafeInteger(), (value) => {
        expect(json.toString('latin1', 5, writeInteger(json, 5, value))).toBe(JSON.stringify(value));
      }),
    );
  });
});
