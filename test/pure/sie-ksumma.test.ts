import { Buffer } from 'node:buffer';
import { crc32 } from 'node:zlib';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { updateCrc32 } from '../../accounting/sie/ksumma.ts';
import { readSieBytes } from '../../accounting/sie/read.ts';
import { codes, sieBytes } from '../setup/sie-text.ts';

it('CRC-32 as zlib has it', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 40 }), fc.nat(40), (bytes, split) => {
      const first = bytes.slice(0, split);
      const rest = bytes.slice(split);
      const crc = updateCrc32(updateCrc32(-1, first, first.length), rest, rest.length);
      expect(~crc >>> 0).toBe(crc32(Buffer.from(bytes)));
    }),
  );
});

const withSum = (sum: string, ...lines: string[]): string[] => [
  '#FLAGGA 0',
  '#KSUMMA',
  ...lines,
  `#KSUMMA ${sum}`,
];
const checksum = (lines: readonly string[], encoding?: string) => {
  const file = readSieBytes(sieBytes(lines, encoding));
  return [file.checksum, ...codes(file)];
};

describe('#KSUMMA', () => {
  /** What counts of it, worked out by hand and summed by another program. */
  const golden = '2182950638';
  const summed = ['#PROGRAM "Pröv" 1.0', '#FORMAT\tPC8', '#SIETYP   4', String.raw`#FNAMN "Bolaget \"Å\" AB"`, '#VER A 1 20240201 "Såld vara"', '{', '\t#TRANS 1510 {1 "6P 1"} 125.00', '  #TRANS 3001 {} -125.00  ', '}', '']; // prettier-ignore
  it('is right for a known file, in the encoding it was summed in and in others', () => {
    expect(checksum(withSum(golden, ...summed))).toEqual(['ok']);
    expect(checksum(withSum(golden, ...summed), 'utf8')).toEqual(['ok']);
    expect(checksum(withSum(golden, ...summed), 'latin1')).toEqual(['ok']);
    expect(checksum(withSum((Number(golden) | 0).toString(), ...summed))).toEqual(['ok']);
  });

  it('is wrong when a field has changed', () => {
    const changed = summed.map((line) => line.replaceAll('125.00', '126.00'));
    expect(checksum(withSum(golden, ...changed))).toEqual(['wrong', '13 sie.checksum-wrong']);
  });

  it('cannot be checked without its start', () => {
    expect(checksum(['#FLAGGA 0', ...summed, '#KSUMMA 1'])).toEqual([
      'unverifiable',
      '12 sie.checksum-unverifiable',
    ]);
    expect(checksum(['#FLAGGA 0', ...summed])).toEqual(['missing']);
  });
});
