import { Buffer } from 'node:buffer';
import { describe, expect, it } from 'vitest';
import { SieRefusal } from '../../accounting/sie/findings.ts';
import { readSie, readSieBytes } from '../../accounting/sie/read.ts';
import { sampleLines, sieBytes } from '../setup/sie-text.ts';

const open = ['#VER A 1 20240201 "T"', '{', '#TRANS 1510 {} 1.00'];

function refusal(bytes: Uint8Array): string {
  try {
    readSieBytes(bytes);
  } catch (error) {
    if (error instanceof SieRefusal) return `${error.line} ${error.code}`;
    throw error;
  }
  return 'read';
}

const refusalOf = (lines: readonly string[]): string => refusal(sieBytes(lines));

describe('a broken file is refused whole, with code and line', () => {
  it.each<[string, readonly string[], string]>([
    ['a web page', ['<!DOCTYPE HTML>', '<html><head>'], '1 sie.html'],
    ['SIE 5', ['<?xml version="1.0"?>', '<Sie>'], '1 sie.xml'],
    ['other text', ['Konto;Belopp', '1510;100'], '1 sie.not-sie'],
    ['lines that only look like records', ['# en rubrik', '# till'], '1 sie.not-sie'],
    ['nothing', [], '0 sie.empty'],
    ['blank lines', ['', '  ', ''], '0 sie.empty'],
    ['an open voucher', sampleLines(...open), '14 sie.truncated'],
    ['a voucher that is announced only', sampleLines(open[0]!), '14 sie.truncated'],
    [
      'a voucher inside another',
      sampleLines(...open, '#VER A 2 20240201 "T"', '{', '}'),
      '17 sie.voucher-not-closed',
    ],
    ['a row outside vouchers', sampleLines('#TRANS 1510 {} 1.00'), '14 sie.row-outside-voucher'],
    ['a checksum that never ends', ['#FLAGGA 0', '#KSUMMA', '#SIETYP 4', ...open, '}'], '7 sie.truncated'],
    ['a type that does not exist', ['#FLAGGA 0', '#SIETYP 5'], '2 sie.type-unsupported'],
    ['an amount that is none', sampleLines(...open, '#TRANS 1510 {} 1O.00', '}'), '17 sie.amount-unreadable'],
    ['a row without amount', sampleLines(...open, '#TRANS 1510', '}'), '17 sie.amount-unreadable'],
    [
      'an amount beyond 2^53 öre',
      sampleLines(...open, '#TRANS 1510 {} 90071992547409.92', '}'),
      '17 sie.amount-too-large',
    ],
    [
      'an amount of 400 digits',
      sampleLines(...open, `#TRANS 1510 {} ${'9'.repeat(400)}`, '}'),
      '17 sie.amount-too-large',
    ],
    ['a balance beyond 2^53 öre', sampleLines('#UB 0 1510 -90071992547409.92'), '14 sie.amount-too-large'],
    [
      'amounts that add up beyond',
      sampleLines(...open, '#TRANS 1510 {} 90071992547409.91', '}'),
      '14 sie.amount-too-large',
    ],
    ['a NUL in a text', sampleLines('#KONTO 4010 "In\0köp"'), '14 sie.binary'],
    ['a NUL in a row', sampleLines(...open, '#TRANS 1510 {} 1.00 20240201 "a\0b"', '}'), '17 sie.binary'],
  ])('%s', (_, lines, expected) => {
    expect(refusalOf(lines)).toBe(expected);
  });

  it('UTF-16', () => {
    expect(refusal(Buffer.from('\ufeff#FLAGGA 0\n#SIETYP 4\n', 'utf16le'))).toBe('1 sie.binary');
    expect(refusal(Buffer.from('#FLAGGA 0\n#SIETYP 4\n', 'utf16le'))).toBe('1 sie.binary');
  });

  it('a file cut inside its last line', () => {
    const whole = sieBytes(sampleLines('#KONTO 4010 "Inköp av varor"'));
    expect(refusal(whole.slice(0, -6))).toBe('14 sie.truncated');
    expect(refusal(sieBytes(sampleLines('#UB 0 1510')).slice(0, -2))).toBe('14 sie.truncated');
    expect(refusal(sieBytes(sampleLines('#KON')).slice(0, -2))).toBe('14 sie.truncated');
  });

  it('says in Swedish what happened and what to do', () => {
    const error = new SieRefusal('sie.truncated', 7, 'den sista raden är inte hel');
    expect(error.details).toEqual({
      code: 'sie.truncated',
      what: 'Rad 7: Filen är avhuggen: den sista raden är inte hel.',
      advice: 'Exportera filen på nytt och kontrollera att hela filen kommer med.',
    });
  });
});

const endless = async function* (first: readonly string[], part: string, times: number) {
  yield sieBytes(first);
  const bytes = sieBytes([part], 'cp437', '');
  for (let time = 0; time < times; time++) yield bytes;
};

describe('memory stays in proportion', () => {
  it('a line of 100 MB is refused before it has come whole', async () => {
    let given = 0;
    const source = (async function* () {
      for await (const chunk of endless(['#FLAGGA 0'], 'x'.repeat(1 << 16), 1600)) {
        given += chunk.length;
        yield chunk;
      }
    })();
    await expect(readSie(source)).rejects.toMatchObject({ code: 'sie.line-too-long', line: 2 });
    expect(given).toBeLessThan(5 << 20);
  });

  it.each(['#KONTO 1510 "', '#VER A 1 20240201 "', '#OKÄND '])('%s and a text of 2 MB', (start) => {
    expect(refusalOf(['#FLAGGA 0', '#SIETYP 4', start + 'x'.repeat(2 << 20)])).toMatch('3 sie.line-too-long');
  });

  it('a voucher that never ends is refused', async () => {
    const rows = '#TRANS 1510 {} 1.00 20240201 "och en till"\n'.repeat(10_000);
    const source = endless(['#FLAGGA 0', '#SIETYP 4', ...open], rows, 100_000);
    await expect(readSie(source)).rejects.toMatchObject({ code: 'sie.voucher-too-large', line: 3 });
  });

  it('hundreds of thousands of accounts are refused', () => {
    const rows = Array.from({ length: 200_001 }, (_, index) => `#TRANS ${100_000 + index} {} 0`);
    expect(refusalOf(['#FLAGGA 0', '#SIETYP 4', '#VER A 1 20240201 ""', '{', ...rows, '}'])).toBe(
      '200005 sie.too-many-symbols',
    );
  });

  it('series with huge numbers cost nothing', () => {
    const vouchers = Array.from({ length: 2000 }, (_, index) => [
      `#VER S${index} 999999999 20240201 ""`,
      '{',
      '}',
    ]);
    const file = readSieBytes(sieBytes(['#FLAGGA 0', '#SIETYP 4', ...vouchers.flat(), ...vouchers[0]!]));
    expect(file.findings.filter(({ code }) => code === 'sie.voucher-duplicate')).toHaveLength(1);
  });
});
