import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readSieBytes } from '../../accounting/sie/read.ts';
import type { SieFile } from '../../accounting/sie/types.ts';
import { writeSie } from '../../accounting/sie/write.ts';
import { codes, sampleLines, sieBytes, text } from '../setup/sie-text.ts';

/* What programs and people have made of files: read for what it is, told of, or refused; never taken for something else. */

const read = (lines: readonly string[], fileName?: string): SieFile =>
  readSieBytes(sieBytes(lines), fileName);

const sale = ['#VER A 1 20240201 "Vara"', '{', '#TRANS 1510 {} 125.00', '#TRANS 3001 {} -125.00', '}'];

describe('letters tell the encoding by what stands beside them', () => {
  const words = fc.constantFrom(
    'Åkeri',
    'Öst',
    'på',
    'sjö',
    'ägare',
    'Malmö',
    'år',
    'ö',
    'Bil',
    'café',
    'möbler',
    'Växjö',
  );
  const marks = fc.constantFrom(' – ', '” ', ' ”', '’s ', '… ', ' • ', ' ', ', ', ' € ');
  const texts = (between: fc.Arbitrary<string>): fc.Arbitrary<string> =>
    fc
      .array(fc.tuple(words, between), { minLength: 1, maxLength: 12 })
      .map((parts) => `Hämtat i Gävle ${parts.flat().join('')}`.trim());
  const named = (name: string, encoding: string): string | undefined =>
    readSieBytes(sieBytes(['#FLAGGA 0', `#FNAMN "${name}"`], encoding)).header.companyName;

  it('dashes and quotes of Windows-1252 do not outvote its letters', () => {
    fc.assert(
      fc.property(texts(marks), (name) => {
        expect(named(name, 'win1252')).toBe(name);
      }),
    );
  });

  it('nor do degrees and lines those of code page 437', () => {
    const plain = fc.constantFrom(' ', ', ', ' 20 °C ', '°', ' ─── ', '½ ', ' µm ');
    fc.assert(
      fc.property(texts(plain), (name) => {
        expect(named(name, 'cp437')).toBe(name);
      }),
    );
  });
});

describe('an amount with blanks between its thousands', () => {
  it.each([
    ['#IB 0 1930 1 000.00'],
    ['#UB 0 1930 -12 500 000,00'],
    ['#RES 0 3001 1 000'],
    ['#PSALDO 0 202401 1930 {} 1 125.50'],
  ])('is not read as a thousandth of itself: %s', (line) => {
    expect(() => read(sampleLines(line))).toThrow(/Rad 14: Beloppet "-?1.* går inte att läsa/);
  });

  it('nor in a row, with the rest of it as a date', () => {
    const rows = ['#TRANS 1510 {} 1 125.00', '#TRANS 3001 {} -1 125.00'];
    const lines = sampleLines('#VER A 1 20240201 "Vara"', '{', ...rows, '}');
    expect(() => read(lines)).toThrow('Rad 16: Beloppet "1 125.00" går inte att läsa');
  });

  it('a quantity is a quantity', () => {
    const file = read(sampleLines('#IB 0 1460 500 100', '#IB 0 1461 500.00 250.00'));
    expect(file.balances.slice(1)).toMatchObject([
      { amountOre: 50_000, quantity: '100' },
      { amountOre: 50_000, quantity: '250.00' },
    ]);
  });
});

describe('a quote that is not escaped does not cut its text off', () => {
  it('in a record', () => {
    const file = read(sampleLines('#KONTO 1288 "F"rskott till Lind"', '#KONTO 1289 "14" skärm" extra'));
    expect(file.accounts.slice(3).map(({ name }) => name)).toEqual(['F"rskott till Lind', '14']);
    expect(codes(file)).toEqual(['14 sie.quote-inside']);
  });

  it('in a voucher and its rows', () => {
    const lines = [
      '#VER A 1 20240201 "K"p"',
      '{',
      '#TRANS 1510 {} 1 20240201 "Sk\\"r"m" 2',
      '#TRANS 3001 {} -1',
      '}',
    ];
    const file = read(sampleLines(...lines));
    expect(file.voucher(0)).toMatchObject({ text: 'K"p', rows: [{ text: 'Sk"r"m', quantity: '2' }, {}] });
    expect(codes(file)).toEqual(['14 sie.quote-inside', '16 sie.quote-inside']);
  });

  it('closes at the first when none is followed by a blank', () => {
    const file = read(sampleLines('#KONTO "1288"Lind'));
    expect(file.accounts.at(-1)).toMatchObject({ number: '1288', name: 'Lind' });
    expect(codes(file)).toEqual(['14 sie.quote-inside']);
  });
});

describe('braces', () => {
  it.each([
    [['#VER A 1 20240201 "Vara"', '{ #TRANS 1510 {} 125.00', '#TRANS 3001 {} -125.00', '}']],
    [['#VER A 1 20240201 "Vara"{', '#TRANS 1510 {} 125.00', '#TRANS 3001 {} -125.00', '} #KPTYP BAS95']],
    [
      [
        '#VER A 1 20240201 "Vara"',
        '{',
        '#TRANS 1510 {} 125.00',
        '#TRANS 3001 {} -125.00',
        '} #VER A 2 20240201 ""',
        '{',
        '}',
      ],
    ],
  ])('what stands on their line is read: %j', (lines) => {
    const file = read(sampleLines(...lines));
    expect(file.voucher(0).rows.map(({ amountOre }) => amountOre)).toEqual([12_500, -12_500]);
    expect(codes(file).filter((code) => !code.endsWith('voucher-empty'))).toEqual([]);
  });
});

it('a voucher that is opened and closed on its own line has no rows', () => {
  const file = read(sampleLines('#VER A 1 20240201 "Tom" {}', '#VER A 2 20240201 "Tom"{ }', ...sale));
  expect(file.voucherCount).toBe(3);
  expect(codes(file)).toEqual(['14 sie.voucher-empty', '15 sie.voucher-empty', '16 sie.voucher-duplicate']);
});

describe('balances', () => {
  const dormant = (closing: string): SieFile =>
    read(sampleLines('#IB 0 2081 0', `#UB 0 1930 ${closing}`), 'VILANDE.SE');

  it('of a company without vouchers must stand still', () => {
    expect(dormant('0')).toMatchObject({ balancesTie: true, findings: [] });
    const moved = dormant('555');
    expect(moved.balancesTie).toBe(false);
    expect(codes(moved)).toEqual(['15 sie.balance-mismatch']);
  });

  it('that do not follow are told with the line of the balance, or of the first row', () => {
    const file = read(sampleLines('#UB 0 1930 0', '#RES 0 3001 -100', ...sale));
    expect(codes(file)).toEqual(['15 sie.result-mismatch', '18 sie.balance-mismatch']);
  });

  it('that all differ take time in proportion to their number', () => {
    const many = Array.from({ length: 200_000 }, (_, index) => `#UB 0 ${10_000_000 + index} 5`);
    const years = Array.from({ length: 200_000 }, () => '#RAR -1 20230101 20231231');
    expect(read([...sampleLines(...sale), ...many, ...years]).findings.at(-1)?.message).toMatch(
      /^Ytterligare /,
    );
  });
});

describe('what a file says of itself', () => {
  it('4E by its name, although it has no balances yet', () => {
    const lines = sampleLines(...sale).filter((line) => !line.startsWith('#IB'));
    expect(read(lines, 'NYTT.SE').type).toBe('4E');
    expect(read(lines).type).toBe('4I');
  });

  it('no year, two years, no company', () => {
    const without = (label: string): string[] => sampleLines().filter((line) => !line.startsWith(label));
    expect(codes(read(without('#RAR')))).toEqual(['0 sie.record-missing']);
    expect(codes(read(without('#FNAMN')))).toEqual(['0 sie.record-missing']);
    const twice = read(sampleLines('#RAR 0 20230101 20231231'));
    expect(codes(twice)).toEqual(['14 sie.year-duplicate']);
    expect(twice.years).toEqual([{ index: 0, from: '2024-01-01', to: '2024-12-31' }]);
  });

  it('an account that is not in the chart is not put there by its SRU code', () => {
    const lines = sampleLines('#SRU 7777 7410', '#VER A 1 20240201 "x"', '{', '#TRANS 7777 {} 0', '}');
    const again = writeSie(read(lines)).bytes;
    expect(text(again)).not.toContain('#KONTO 7777');
    for (const file of [read(lines), readSieBytes(again)]) {
      expect(file.accounts.at(-1)).toMatchObject({ number: '7777', isDeclared: false, sru: ['7410'] });
      expect(codes(file).map((code) => code.split(' ')[1])).toEqual(['sie.account-undeclared']);
    }
  });

  it('a year without dates and an account of another type are kept when it is written again', () => {
    const file = read([
      '#FLAGGA 0',
      '#SIETYP 4',
      '#FNAMN "Bolaget"',
      '#RAR 0',
      '#KONTO 1510 "K"',
      '#KTYP 1510 O',
    ]);
    expect(codes(file)).toEqual(['4 sie.year-invalid', '6 sie.account-type-unknown']);
    expect(text(writeSie(file).bytes)).toMatch(/#RAR 0\r\n[^]*#KTYP 1510 O\r\n/);
  });

  it('a period that is none is told of', () => {
    const file = read(sampleLines('#PSALDO 0 202413 1510 {} 5'));
    expect(file.periodBalances).toEqual([]);
    expect(codes(file)).toEqual(['14 sie.record-unreadable']);
  });
});
