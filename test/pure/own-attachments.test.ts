import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { mainAttachments } from '../../accounting/account-groups.ts';
import type { MainAttachment } from '../../accounting/account-groups.ts';
import { buildAttachment } from '../../accounting/attachment.ts';
import { attachmentKind, ownAttachmentGroup } from '../../accounting/attachment-kind.ts';
import { balanceSample } from '../../accounting/balance-sample.ts';
import type { Voucher } from '../../accounting/books.ts';
import { markOurs, moversOf } from '../../accounting/changes.ts';
import { isoDate } from '../../accounting/dates.ts';
import { diffYear } from '../../accounting/diff.ts';
import { figureName, figuresOf, movedFigures, offersNews } from '../../accounting/figures.ts';
import { markedText } from '../../accounting/marker.ts';
import { isNoise } from '../../accounting/materiality.ts';
import { ore } from '../../accounting/money.ts';
import type { Ore } from '../../accounting/money.ts';
import {
  againstBalances,
  carriedForward,
  ownAttachmentFaults,
  ownDifference,
  ownTotal,
} from '../../accounting/own-attachment.ts';
import type { OwnAttachment } from '../../accounting/own-attachment.ts';
import { program } from '../../accounting/program.ts';
import { closingInBooks, countSupport } from '../../accounting/support.ts';
import { readRateFile } from '../../client/close/rate-file.ts';
import { uploadType } from '../../client/close/upload-type.ts';
import { books, voucher } from '../db/support.ts';

const own: OwnAttachment = {
  title: 'Bankkonto',
  text: 'Engagemangsbesked.',
  accounts: ['1930', '1940'],
  rows: [
    { text: 'Företagskonto', amountOre: ore(100_00) },
    { text: 'Sparkonto', amountOre: ore(50_00) },
  ],
  files: [],
  closing: { '1930': ore(100_00), '1940': ore(50_00) },
};

describe('an own attachment', () => {
  test('holds its rows against the closing balances: UB − total', () => {
    expect([ownTotal(own), ownDifference(own)]).toEqual([150_00, 0]);
    const moved = againstBalances(own, new Map([['1930', ore(90_00)]]));
    expect(moved.closing).toEqual({ '1930': 90_00, '1940': 0 });
    expect(ownDifference(moved)).toBe(-60_00);
  });

  test('comes along to the next year as text and rows, never with amounts or files', () => {
    const file = { fileId: 'f', name: 'a.pdf', mediaType: 'application/pdf', sha256: '00', sizeBytes: 1 };
    const next = carriedForward(
      { ...own, files: [file] },
      isoDate('2025-12-31'),
      new Map([['1940', ore(7_00)]]),
    );
    expect(next).toEqual({
      title: 'Bankkonto',
      text: 'Engagemangsbesked.',
      accounts: ['1930', '1940'],
      rows: [
        { text: 'Företagskonto', amountOre: 0, priorOre: 100_00 },
        { text: 'Sparkonto', amountOre: 0, priorOre: 50_00 },
      ],
      files: [],
      closing: { '1930': 0, '1940': 7_00 },
      carriedFrom: '2025-12-31',
    });
  });

  test.each([
    [{ title: ' ' }, 'Bilagan saknar rubrik.'],
    [{ accounts: [] }, 'Bilagan nämner inget konto.'],
    [{ accounts: ['3001'] }, '3001 är inget balanskonto.'],
    [{ accounts: ['1930', '1930'] }, 'Ett konto är nämnt två gånger.'],
    [{ rows: [{ text: '', amountOre: 0.5 as never }] }, 'Rad 1 har ett belopp som inte går att räkna med.'],
  ])('is refused with %j', (changes, fault) => {
    expect(ownAttachmentFaults({ ...own, ...changes })).toEqual([fault]);
  });

  test('is kept under a name of its own, beside ledgers and groups', () => {
    expect(['1510', '15', '244', ownAttachmentGroup('1930')].map(attachmentKind)).toEqual([
      'ledger',
      'main',
      'main',
      'own',
    ]);
    expect(ownAttachmentFaults(own)).toEqual([]);
  });
});

describe('figures', () => {
  const [main] = mainAttachments(books([voucher(1)]));

  test('of an own attachment move with balances and amounts, not with texts and files', () => {
    const reworded = { ...own, title: 'x', text: 'y', rows: own.rows.map((row) => ({ ...row, text: 'z' })) };
    expect(figuresOf('own-1930', reworded)).toEqual(figuresOf('own-1930', own));
    const moved = againstBalances(
      own,
      new Map([
        ['1930', ore(99_00)],
        ['1940', ore(50_00)],
      ]),
    );
    expect(movedFigures(figuresOf('own-1930', own), figuresOf('own-1930', moved))).toEqual([
      { figure: 'difference', beforeOre: 0, afterOre: -1_00 },
      { figure: 'ledger/1930', beforeOre: 100_00, afterOre: 99_00 },
    ]);
  });

  test('of a main attachment are its accounts’ balances; a note is none of them', () => {
    expect(figuresOf('15', { ...main, note: 'sedd' })).toEqual(figuresOf('15', main));
    const [more] = mainAttachments(books([voucher(1), voucher(2)]));
    expect(movedFigures(figuresOf('15', main), figuresOf('15', more))).toEqual([
      { figure: 'account/1510/closing', beforeOre: 135_00, afterOre: 260_00 },
    ]);
    expect(figureName('account/1510/closing')).toBe('utgående balans 1510');
    expect(figureName('account/1510/2024-12-31')).toBe('utgående balans 1510 2024-12-31');
    expect(figureName('books/ledger/1930')).toBe('utgående balans 1930 enligt senaste inläsningen');
  });

  test('that were turned down are not offered again, and others are', () => {
    const [more] = mainAttachments(books([voucher(1), voucher(2)]));
    const [most] = mainAttachments(books([voucher(1), voucher(2), voucher(3)]));
    const kept = { ...main, keptAgainst: figuresOf('15', more) };
    expect([main, more, most].map((offered) => offersNews('15', kept, offered))).toEqual([true, false, true]);
    expect(movedFigures(figuresOf('15', main), figuresOf('15', kept)).length).toBeGreaterThan(0);
  });

  test('that were turned down make a signature fall, also when the books are at 0, and name no others', () => {
    const [empty] = mainAttachments(books([voucher(1, { rows: [] })]));
    const gone = { ...main!, accounts: [] };
    const moved = (offered: MainAttachment) =>
      movedFigures(
        figuresOf('15', main),
        figuresOf('15', { ...main, keptAgainst: figuresOf('15', offered) }),
      );
    expect(moved(empty!)).toEqual([
      { figure: 'books/account/1510/closing', beforeOre: 135_00, afterOre: 10_00 },
    ]);
    expect(moved(gone).map(({ figure, afterOre }) => [figure, afterOre])).toEqual([
      ['books/account/1510/2024-12-31', 0],
      ['books/account/1510/closing', 0],
      ['books/account/1510/opening', 0],
    ]);
  });

  test('of 0 are none: an account, an explanation or a row of 0 that comes or goes moves nothing', () => {
    const attachment = buildAttachment('receivables', books([voucher(1)]), { rates: [] });
    const netted = [5_00, -5_00].map((amount) => ({
      code: 'manualVoucher' as const,
      amountOre: ore(amount),
      references: [],
      text: '',
    }));
    const explained = { ...attachment, explanations: [...attachment.explanations, ...netted] };
    const zero = { openingOre: ore(0), changeOre: ore(0), closingOre: ore(0), priorClosing: [] };
    const empty = { number: '1511', name: 'Kundfordringar 2', ...zero };
    for (const [group, without, withZero] of [
      ['15', main, { ...main, accounts: [...main!.accounts, empty] }],
      ['1510', attachment, explained],
      ['own-1930', own, { ...own, rows: [...own.rows, { text: 'Kassa', amountOre: ore(0) }] }],
    ] as const) {
      expect(figuresOf(group, withZero)).toEqual(figuresOf(group, without));
      expect(movedFigures(figuresOf(group, without), figuresOf(group, withZero))).toEqual([]);
    }
  });

  test('are the same only when nothing moved (any rows)', () => {
    const rows = fc.array(fc.record({ text: fc.string(), amountOre: fc.integer().map(ore) }), {
      maxLength: 6,
    });
    fc.assert(
      fc.property(rows, rows, (a, b) => {
        const moved = movedFigures(
          figuresOf('own-1930', { ...own, rows: a }),
          figuresOf('own-1930', { ...own, rows: b }),
        );
        const amounts = (list: typeof a) => Array.from({ length: 6 }, (_, at) => list[at]?.amountOre ?? 0);
        expect(moved.length === 0).toBe(amounts(a).join() === amounts(b).join());
      }),
    );
  });
});

describe('support', () => {
  test('counts N of M balance accounts that are supported, tied and signed', () => {
    const balances = (
      [
        ['1910', 5],
        ['1920', 0],
        ['1930', 10],
        ['1940', 20],
        ['1950', 30],
      ] as const
    ).map(([number, closing]) => ({ number, name: '', closingOre: ore(closing) }));
    const supports = [
      { accountGroup: 'own-1930', accounts: ['1930'], restOre: ore(0), signed: true },
      { accountGroup: 'own-1940', accounts: ['1940'], restOre: ore(99), signed: true },
      { accountGroup: 'own-1950', accounts: ['1950'], restOre: ore(0), signed: false },
    ];
    const exact = countSupport(balances, supports, ore(0));
    expect([exact.done, exact.supported, exact.of]).toEqual([1, 2, 4]);
    const withNoise = countSupport(balances, supports, ore(100));
    expect([withNoise.done, withNoise.supported, withNoise.of]).toEqual([2, 3, 4]);
    expect(exact.accounts.map(({ account, supportedBy }) => [account, supportedBy])).toEqual([
      ['1910', null],
      ['1930', 'own-1930'],
      ['1940', 'own-1940'],
      ['1950', 'own-1950'],
    ]);
  });

  test('counts the accounts that the books have, also where a person has kept others', () => {
    const [main] = mainAttachments(books([voucher(1)]));
    const [, equity] = mainAttachments(books([]));
    const kept = { ...main!, keptAgainst: figuresOf('20', equity) };
    expect([main!, kept].map((one) => closingInBooks(one).map(({ number }) => number))).toEqual([
      ['1510'],
      ['2081'],
    ]);
  });

  test('noise is a difference below the threshold; none is none', () => {
    expect([0, 99, -99, 100, -100].map((amount) => isNoise(ore(amount), ore(100)))).toEqual([
      false,
      true,
      true,
      false,
      false,
    ]);
  });
});

describe('changes', () => {
  const marker = '7Q2M9K4TX0AB';
  const sent = voucher(9, { series: 'K', text: markedText('Bokslut', marker) });
  const year = (vouchers: readonly Voucher[]) => ({ vouchers, openingBalances: new Map<string, Ore>() });

  test('our own vouchers are told apart and counted once', () => {
    const before = year([voucher(1), voucher(2)]);
    const edited = voucher(2, {
      rows: voucher(2).rows.map((row) => ({ ...row, amountOre: ore(row.amountOre * 2) })),
    });
    const diff = diffYear(before, year([edited, sent, { ...sent, number: 10 }]));
    const changes = markOurs(diff, new Set([marker]));
    expect(changes.ours.map(({ number }) => number)).toEqual([9]);
    expect(changes.added.map(({ number }) => number)).toEqual([10]);
    expect(changes.moved).toEqual([
      { account: '1510', amountOre: 125_00, openingOre: 0, oursOre: 125_00 },
      { account: '3001', amountOre: -125_00, openingOre: 0, oursOre: -125_00 },
    ]);
    expect(moversOf(changes, new Set(['1510']))).toEqual([
      { voucher: 'K-10', change: 'added', account: '1510', amountOre: 125_00 },
      { voucher: 'A-2', change: 'changed', account: '1510', amountOre: 125_00 },
      { voucher: 'A-1', change: 'removed', account: '1510', amountOre: -125_00 },
    ]);
  });

  test('a mark that no order of ours holds is somebody else’s voucher', () => {
    const changes = markOurs(diffYear(year([]), year([sent])), new Set());
    expect([changes.ours.length, changes.added.length]).toEqual([0, 1]);
  });
});

test('the sample of balances: the ledgers’ accounts first, then the largest, never one that the API cannot name', () => {
  const { closing } = books([voucher(1)]);
  const openingBalances = new Map([
    ['1930', ore(900_00)],
    ['1940', ore(-950_00)],
    ['193000', ore(9_000_00)],
    ['1510', ore(1)],
  ]);
  const of = (atMost: number) =>
    balanceSample(
      {
        closing: { ...closing, openingBalances, vouchers: [] },
        predefinedAccounts: { receivables: '1510', payables: '2440' },
      },
      atMost,
    );
  expect(of(2)).toEqual(['1510', '1940']);
  expect(of(9)).toEqual(['1510', '1940', '1930']);
});

describe('a file of exchange rates', () => {
  const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

  test('is read line by line', () => {
    const file = bytes(
      'valuta;datum;kurs;källa\r\nEUR;2025-12-30;11,2505;Riksbanken\r\n\r\nUSD;2025-12-31;9.5;"ECB"\r\n',
    );
    expect(readRateFile(file)).toEqual([
      { currency: 'EUR', date: '2025-12-30', rate: '11.2505', source: 'Riksbanken' },
      { currency: 'USD', date: '2025-12-31', rate: '9.5', source: 'ECB' },
    ]);
  });

  test.each([
    ['', 'Filen har inga kurser'],
    ['EUR;2025-12-31;11,25', 'Rad 1 har 3 fält i stället för fyra'],
    ['eur;2025-12-31;11,25;x', 'Rad 1 har ingen valuta i första fältet'],
    ['EUR;2025-02-30;11,25;x', 'Rad 1 har inget datum'],
    ['EUR;2025-12-31;1e3;x', 'Rad 1 har ingen kurs i tredje fältet'],
    ['EUR;2025-12-31;11,25;', 'Rad 1 saknar källa i fjärde fältet'],
  ])('is refused: %j', (text, why) => {
    expect(() => readRateFile(bytes(text))).toThrow(why);
  });
});

test('what an uploaded file is, its bytes say', () => {
  const zip = (...names: string[]): Buffer =>
    Buffer.concat([
      Buffer.from('504b0304', 'hex'),
      Buffer.from('[Content_Types].xml'),
      Buffer.from('504b0102', 'hex'),
      Buffer.from(names.join('\n')),
    ]);
  const extension = (bytes: Uint8Array) => uploadType(bytes)?.extension;
  expect(extension(Buffer.from('%PDF-1.7\n'))).toBe('pdf');
  expect(extension(Buffer.from('89504e470d0a1a0a00', 'hex'))).toBe('png');
  expect(extension(Buffer.from('ffd8ffe0', 'hex'))).toBe('jpg');
  expect(extension(zip('xl/workbook.xml'))).toBe('xlsx');
  expect(extension(zip('word/document.xml'))).toBe('docx');
  expect(extension(Buffer.from('Kontoutdrag å\n', 'latin1'))).toBe('txt');
  for (const refused of [
    zip('xl/workbook.xml', 'xl/vbaProject.bin'),
    zip('evil.exe'),
    Buffer.from('<svg onload="x">'),
    Buffer.from(' \n<!doctype html>'),
    Buffer.from('\u007fELF\u0001\u0000'),
    Buffer.alloc(0),
  ]) {
    expect(uploadType(refused)).toBeUndefined();
  }
});

test('the program’s version is the package’s', () => {
  const { version } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as {
    version: string;
  };
  expect(program.version).toBe(version);
});
