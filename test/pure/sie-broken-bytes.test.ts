import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SieRefusal } from '../../accounting/sie/findings.ts';
import { readSieBytes } from '../../accounting/sie/read.ts';
import { writeSie } from '../../accounting/sie/write.ts';
import { sieFile } from '../setup/sie-arbitrary.ts';
import { sampleLines, sieBytes } from '../setup/sie-text.ts';

/** Reads to the last text; the refusal's code when the file was refused. Anything else that is thrown fails the test. */
function outcome(bytes: Uint8Array): number | string {
  try {
    const file = readSieBytes(bytes);
    for (const voucher of file.vouchers()) JSON.stringify(voucher);
    return file.voucherCount;
  } catch (error) {
    if (error instanceof SieRefusal) return error.code;
    throw error;
  }
}

/** Whether it was read, or refused with a code. */
function isReadOrRefused(bytes: Uint8Array): boolean {
  const result = outcome(bytes);
  return typeof result === 'number' || /^sie\.[a-z-]+$/.test(result);
}

const vouchers = [
  '#VER A 1 20240201 "Öl \\"x\\""',
  '{',
  '#TRANS 1510 {1 "a b"} 125.00 20240201 "åäö" 1 "S"',
  '#TRANS 3001 {} -125.00',
  '}',
  '#VER A 2 20240202 ""',
  '{',
  '}',
];

describe('broken bytes end in a refusal or a file, never in anything else', () => {
  it('cut at each position', () => {
    for (const ksumma of [[], ['#KSUMMA']]) {
      const bytes = sieBytes([
        ...ksumma,
        ...sampleLines(...vouchers),
        ...(ksumma.length > 0 ? ['#KSUMMA 1'] : []),
      ]);
      const inVouchers = Array.from({ length: bytes.length }, (_, length) => outcome(bytes.slice(0, length)));
      // Cut inside the first voucher: never read as whole.
      const start = new TextDecoder('latin1').decode(bytes).indexOf('#VER A 1');
      const end = new TextDecoder('latin1').decode(bytes).indexOf('}\r\n#VER A 2');
      expect(inVouchers.slice(start + 4, end + 1).every((count) => typeof count === 'string')).toBe(true);
    }
  });

  it('a file with a checksum is refused wherever it is cut', () => {
    fc.assert(
      fc.property(sieFile, fc.double({ min: 0, max: 1, noNaN: true }), (file, where) => {
        const { bytes } = writeSie(file);
        const marker = '#FLAGGA 0\r\n#KSUMMA\r\n'.length;
        const end = new TextDecoder('latin1').decode(bytes).lastIndexOf('#KSUMMA') + '#KSUMMA'.length;
        const length = Math.floor(marker + where * (end - marker));
        expect(outcome(bytes.slice(0, length))).toBeTypeOf('string');
      }),
    );
  });

  it('any bytes changed, removed or put in', () => {
    const change = fc.record({
      at: fc.nat(),
      byte: fc.nat(255),
      how: fc.constantFrom('set', 'remove', 'insert'),
    });
    fc.assert(
      fc.property(sieFile, fc.array(change, { minLength: 1, maxLength: 5 }), (file, changes) => {
        const bytes = [...writeSie(file).bytes];
        for (const { at, byte, how } of changes) {
          bytes.splice(at % bytes.length, how === 'insert' ? 0 : 1, ...(how === 'remove' ? [] : [byte]));
        }
        expect(isReadOrRefused(Uint8Array.from(bytes))).toBe(true);
      }),
      { numRuns: 1000 },
    );
  });

  it('any order of the pieces that a file is made of', () => {
    const piece = fc.constantFrom('#VER', '#TRANS', '#RTRANS', '#BTRANS', '#KONTO', '#IB', '#KSUMMA', '#RAR', '#SIETYP', '{', '}', '"', '\\"', '\\', ' ', '\t', '\n', '\r', '\r\n', '1510', '4', '-1.50', '20240201', 'A', '""', '{}', 'å', '\u001a', '.', '-', ','); // prettier-ignore
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 60 }), (pieces) => {
        expect(isReadOrRefused(sieBytes([`#FLAGGA 0\n${pieces.join('')}`], 'cp437', ''))).toBe(true);
        expect(
          isReadOrRefused(
            sieBytes([`#FLAGGA 0\n#VER A 1 20240201\n{\n#TRANS ${pieces.join('')}`, '', '}'], 'utf8', '\n'),
          ),
        ).toBe(true);
      }),
      { numRuns: 2000 },
    );
  });

  it('random bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 500 }), (bytes) => {
        expect(isReadOrRefused(bytes)).toBe(true);
        expect(isReadOrRefused(Uint8Array.of(35, ...bytes))).toBe(true);
      }),
    );
  });
});
