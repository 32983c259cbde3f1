import { describe, expect, test } from 'vitest';
import { accountGroup, mainAttachments } from '../../accounting/account-groups.ts';
import { buildAttachment } from '../../accounting/attachment.ts';
import { closingBalances } from '../../accounting/balances.ts';
import type { Account, AccountNumber, Books, YearBooks } from '../../accounting/books.ts';
import { importControls } from '../../accounting/controls.ts';
import { addDays, isoDate } from '../../accounting/dates.ts';
import { ore } from '../../accounting/money.ts';
import type { Ore } from '../../accounting/money.ts';

type Balances = Readonly<Record<AccountNumber, number>>;

/** A year that opens as told and moves each account once, on its last day. */
function year(from: string, to: string, opening: Balances, moved: Balances): YearBooks {
  const rows = Object.entries(moved).map(([account, amount]) => ({
    account,
    amountOre: ore(amount),
    text: '',
  }));
  return {
    year: { from: isoDate(from), to: isoDate(to) },
    accountingMethod: 'ACCRUAL',
    openingBalances: new Map(Object.entries(opening).map(([account, amount]) => [account, ore(amount)])),
    vouchers: [{ series: 'A', number: 1, date: isoDate(to), text: 'Årets rörelser', rows }],
  };
}

function booksOf(otherYears: readonly YearBooks[], closing: YearBooks, changes: Partial<Books> = {}): Books {
  const numbers = new Set([closing, ...otherYears].flatMap((one) => [...closingBalances(one).keys()]));
  return {
    closing,
    otherYears,
    accounts: [...numbers].map((number): Account => ({ number, name: `Konto ${number}`, active: true })),
    series: [],
    predefinedAccounts: { receivables: '1510', payables: '2440' },
    invoices: [],
    payments: [],
    ...changes,
  };
}

/** What each account of a group came in with, how it changed, what it went out with, and the years before. */
function accountsOf(books: Books): unknown {
  return mainAttachments(books).flatMap(({ accounts }) =>
    accounts.map(({ number, openingOre, changeOre, closingOre, priorClosing }) => [
      number,
      openingOre,
      changeOre,
      closingOre,
      priorClosing.map((prior): [string, Ore] => [prior.yearEnd, prior.closingOre]),
    ]),
  );
}

/** Three years of a bank account and the equity behind it, each as it should open. */
const first = year('2023-01-01', '2023-12-31', {}, { 1930: 100_00, 2081: -100_00 });
const second = year(
  '2024-01-01',
  '2024-12-31',
  { 1930: 100_00, 2081: -100_00 },
  { 1930: 20_00, 3001: -20_00 },
);
const third = year(
  '2025-01-01',
  '2025-12-31',
  { 1930: 120_00, 2081: -100_00, 2099: -20_00 },
  { 1930: -50_00, 4010: 50_00 },
);

describe('three financial years', () => {
  test('stand beside each other in the main attachments, the latest first', () => {
    expect(accountsOf(booksOf([second, first], third))).toEqual([
      [
        '1930',
        120_00,
        -50_00,
        70_00,
        [
          ['2024-12-31', 120_00],
          ['2023-12-31', 100_00],
        ],
      ],
      [
        '2081',
        -100_00,
        0,
        -100_00,
        [
          ['2024-12-31', -100_00],
          ['2023-12-31', -100_00],
        ],
      ],
      [
        '2099',
        -20_00,
        0,
        -20_00,
        [
          ['2024-12-31', 0],
          ['2023-12-31', 0],
        ],
      ],
    ]);
  });

  test('are each held against the year before: what does not follow is named with its year', () => {
    // The result of a year is moved to 2099 in the next one's opening balance, which Fortnox does by itself.
    const sound = booksOf([first, second], {
      ...third,
      openingBalances: new Map([
        ['1930', ore(120_00)],
        ['2081', ore(-100_00)],
      ]),
    });
    const codes = (books: Books) =>
      importControls(books)
        .filter(({ code }) => /opening-differs|year-gap/.test(code))
        .map(({ code, message, records }) => [code, /\d{4}-\d\d-\d\d/.exec(message)?.[0], records[0]?.name]);
    expect(codes(sound)).toEqual([]);
    const off = year(
      '2024-01-01',
      '2024-12-31',
      { 1930: 99_00, 2081: -100_00 },
      { 1930: 21_00, 3001: -21_00 },
    );
    expect(codes({ ...sound, otherYears: [off, first] })).toEqual([
      ['control.opening-differs', '2024-01-01', '1930'],
    ]);
  });

  test('with a gap between two of them: it is told, and nothing is compared across it', () => {
    const late = year('2024-03-01', '2024-12-31', { 1930: 5_00 }, { 1930: 115_00, 2081: -120_00 });
    const closing = { ...third, openingBalances: closingBalances(late) };
    const found = importControls(booksOf([first, late], closing)).filter(
      ({ code }) => code !== 'control.opening-sum',
    );
    expect(found.map(({ code, message }) => [code, message])).toEqual([
      [
        'control.year-gap',
        'Närmast föregående räkenskapsår slutar 2023-12-31, inte dagen före 2024-03-01: ingående balans kan inte stämmas av.',
      ],
    ]);
  });

  test.each([
    ['a broken year', '2023-05-01', '2024-04-30', '2024-05-01', '2025-04-30'],
    ['a short first year', '2024-09-15', '2024-12-31', '2025-01-01', '2025-12-31'],
    ['a year of eighteen months', '2023-01-01', '2023-12-31', '2024-01-01', '2025-06-30'],
    ['a leap day as the balance date', '2023-03-01', '2024-02-29', '2024-03-01', '2025-02-28'],
  ])('%s follows on the one before and closes on its own last day', (_name, priorFrom, priorTo, from, to) => {
    const prior = year(priorFrom, priorTo, {}, { 1510: 30_00, 1930: 70_00, 2081: -100_00 });
    const closing = year(
      from,
      to,
      { 1510: 30_00, 1930: 70_00, 2081: -100_00 },
      { 1510: 12_00, 3001: -12_00 },
    );
    const due = addDays(isoDate(to), -10);
    const invoice = {
      ledger: 'receivables',
      number: '1',
      partyNumber: '1',
      partyName: 'Kunden AB',
      invoiceDate: isoDate(to),
      dueDate: due,
      currency: 'SEK',
      currencyRate: '1',
      total: ore(42_00),
      balanceToday: ore(42_00),
      taxReduction: ore(0),
      credit: false,
      booked: true,
      cancelled: false,
    } as const;
    const books = booksOf([prior], closing, {
      invoices: [invoice, { ...invoice, number: '2', invoiceDate: addDays(isoDate(to), 1) }],
    });
    expect(importControls(books)).toEqual([]);
    const [receivables] = accountsOf(books) as unknown[][];
    expect(receivables).toEqual(['1510', 30_00, 12_00, 42_00, [[priorTo, 30_00]]]);
    const attachment = buildAttachment('receivables', books, { rates: [] });
    expect(attachment).toMatchObject({
      balanceDate: to,
      ledgerOre: 42_00,
      specificationOre: 42_00,
      differenceOre: 0,
    });
    expect(
      attachment.openItems.map(({ invoiceNumber, daysOverdue }) => [invoiceNumber, daysOverdue]),
    ).toEqual([['1', 10]]);
  });
});

describe('charts of accounts', () => {
  test('with numbers of three to eight characters, letters too, fall into their groups by their first digits', () => {
    const numbers = [
      '151',
      '1510',
      '15101',
      '151001',
      '1510A',
      '15100001',
      '2440',
      '244001',
      '24X',
      '1931BANK',
    ];
    expect(numbers.map((number) => accountGroup(number)?.code)).toEqual([
      '15',
      '15',
      '15',
      '15',
      '15',
      '15',
      '244',
      '244',
      '24',
      '19',
    ]);
    const moved = Object.fromEntries(numbers.map((number, index) => [number, (index + 1) * 100]));
    const closing = year('2025-01-01', '2025-12-31', {}, { ...moved, 300: -5500 });
    const groups = mainAttachments(booksOf([], closing));
    expect(
      groups.map(({ code, accounts, closingOre }) => [
        code,
        accounts.map(({ number }) => number),
        closingOre,
      ]),
    ).toEqual([
      ['15', ['151', '1510', '15101', '151001', '15100001', '1510A'], 2100],
      ['19', ['1931BANK'], 1000],
      ['24', ['24X'], 900],
      ['244', ['2440', '244001'], 1500],
    ]);
  });

  test('that tie to other accounts than the usual take the client’s own set, with letters and any length', () => {
    const closing = year(
      '2025-01-01',
      '2025-12-31',
      {},
      { '151001': 10_00, '15K': 5_00, 1510: 1_00, 300: -16_00 },
    );
    const { accounts, ledgerByAccount } = buildAttachment('receivables', booksOf([], closing), {
      rates: [],
      accountSet: ['151001', '15K'],
    });
    expect(accounts).toEqual(['1510', '151001', '15K']);
    expect(ledgerByAccount).toEqual({ 1510: 1_00, 151001: 10_00, '15K': 5_00 });
  });

  test('that changed between the years: an old account keeps its history, a new one begins at 0, the names are today’s', () => {
    const before = year('2024-01-01', '2024-12-31', {}, { 1920: 80_00, 2081: -80_00 });
    const closing = year(
      '2025-01-01',
      '2025-12-31',
      { 1920: 80_00, 2081: -80_00 },
      { 1920: -80_00, 1930: 80_00 },
    );
    const accounts = [
      { number: '1930', name: 'Nya banken', active: true },
      { number: '2081', name: 'Aktiekapital', active: true },
    ];
    const books = booksOf([before], closing, { accounts });
    const [bank] = mainAttachments(books).filter(({ code }) => code === '19');
    expect(
      bank?.accounts.map(({ number, name, closingOre, priorClosing }) => [
        number,
        name,
        closingOre,
        priorClosing[0]?.closingOre,
      ]),
    ).toEqual([
      ['1920', '', 0, 80_00],
      ['1930', 'Nya banken', 80_00, 0],
    ]);
    expect(bank).toMatchObject({ openingOre: 80_00, closingOre: 80_00 });
    expect(importControls(books)).toMatchObject([
      { code: 'control.account-unknown', records: [{ name: '1920' }] },
    ]);
  });
});
