import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { mainAttachments } from '../../accounting/account-groups.ts';
import { buildAttachment } from '../../accounting/attachment.ts';
import { closingBalances } from '../../accounting/balances.ts';
import { importControls } from '../../accounting/controls.ts';
import type { FoundRecord } from '../../accounting/controls/finding.ts';
import { diffYear } from '../../accounting/diff.ts';
import { isoDate } from '../../accounting/dates.ts';
import { ore } from '../../accounting/money.ts';
import type { Ore } from '../../accounting/money.ts';
import type { AccountNumber, Books, Voucher } from '../../accounting/books.ts';
import { BooksBuilder } from '../cases/builder.ts';
import { loadCase } from '../cases/load.ts';

const day = isoDate('2025-05-05');

function sound(): BooksBuilder {
  const builder = new BooksBuilder();
  for (const text of ['ett', 'två', 'tre'])
    builder.voucher('closing', 'A', text, day, [
      ['1930', 100],
      ['3001', -100],
    ]);
  return builder;
}

const codes = (books: Books, options = {}) => importControls(books, options).map(({ code }) => code);
const names = (records: readonly FoundRecord[]) => records.map(({ name }) => name);

describe('import controls', () => {
  test('have nothing to say of sound books', () => {
    const books = sound().build();
    expect(importControls(books, { fileClosingBalances: closingBalances(books.closing) })).toEqual([]);
  });

  test('a voucher that does not balance, is dated outside the year, has no text', () => {
    const builder = sound();
    builder.voucher('closing', 'A', ' ', isoDate('2024-12-31'), [
      ['1930', 100],
      ['3001', -99],
    ]);
    const found = importControls(builder.build());
    expect(found.map(({ code, severity, records }) => [code, severity, names(records)])).toEqual([
      ['control.voucher-unbalanced', 'error', ['A-4']],
      ['control.voucher-outside-year', 'error', ['A-4']],
      ['control.text-missing', 'info', ['A-4']],
    ]);
    expect(found[0]?.figures).toEqual({ count: 1, differencesOre: 1 });
  });

  test('gaps and numbers used twice, by series', () => {
    const builder = sound();
    for (const number of [7, 9, 9]) {
      builder.vouchers.closing.push({ series: 'A', number, date: day, text: 'x', rows: [] });
    }
    const found = importControls(builder.build());
    expect(found.map(({ code, records, figures }) => [code, records, figures.count])).toEqual([
      [
        'control.number-gap',
        [
          { name: 'A-4–6', count: 3 },
          { name: 'A-8', count: 1 },
        ],
        4,
      ],
      ['control.number-duplicate', [{ name: 'A-9', count: 2 }], 1],
    ]);
  });

  test('accounts that are unknown or inactive', () => {
    const builder = sound();
    builder.voucher('closing', 'A', 'x', day, [
      ['1999', 5],
      ['3740', -5],
    ]);
    const books = builder.build();
    const accounts = books.accounts.map((account) => ({ ...account, active: account.number !== '3740' }));
    expect(importControls({ ...books, accounts }).map(({ code, records }) => [code, records])).toEqual([
      ['control.account-unknown', [{ name: '1999', count: 1 }]],
      ['control.account-inactive', [{ name: '3740', count: 1 }]],
    ]);
  });

  test('vouchers after the locked date are told of, not complained about', () => {
    const found = importControls({ ...sound().build(), lockedUntil: isoDate('2025-05-04') });
    expect(found).toMatchObject([
      { code: 'control.after-locked-date', severity: 'info', figures: { count: 3 } },
    ]);
    expect(codes({ ...sound().build(), lockedUntil: day })).toEqual([]);
  });

  test('opening balances against the year before, and their sum', () => {
    const builder = sound();
    builder.openingOff.set('1930', 700);
    expect(importControls(builder.build()).map(({ code, figures }) => [code, figures])).toEqual([
      ['control.opening-differs', { count: 1, differencesOre: 700 }],
      ['control.opening-sum', { count: 1, sumOre: 700 }],
    ]);
    const year = { from: isoDate('2023-01-01'), to: isoDate('2023-12-31') };
    const books = sound().build();
    const gap = { ...books, otherYears: books.otherYears.slice(0, 1).map((each) => ({ ...each, year })) };
    expect(importControls(gap)).toMatchObject([
      {
        code: 'control.year-gap',
        figures: { days: 366 },
        records: [{ name: '2023-01-01–2023-12-31' }, { name: '2025-01-01–2025-12-31' }],
      },
    ]);
  });

  test('differences that cancel out are told of in full, record by record', () => {
    const builder = sound();
    builder.openingOff.set('1930', -200).set('1940', 200);
    builder.voucher('closing', 'A', 'x', day, [['1930', 1]]);
    builder.voucher('closing', 'A', 'y', day, [['1930', -1]]);
    const books = builder.build();
    const { closing } = books;
    const accounts = books.accounts.concat({ number: '1940', name: '', active: true });
    const told = new Map(closingBalances(closing)).set('1930', ore(0)).set('1940', ore(300));
    const found = importControls({ ...books, accounts }, { fileClosingBalances: told });
    expect(found.map(({ code, figures, records }) => [code, figures, records])).toEqual([
      [
        'control.opening-differs',
        { count: 2, differencesOre: 400 },
        [
          { name: '1930', balanceOre: -200, againstOre: 0, differenceOre: -200 },
          { name: '1940', balanceOre: 200, againstOre: 0, differenceOre: 200 },
        ],
      ],
      [
        'control.closing-differs',
        { count: 2, differencesOre: 200 },
        [
          { name: '1930', balanceOre: 100, againstOre: 0, differenceOre: 100 },
          { name: '1940', balanceOre: 200, againstOre: 300, differenceOre: -100 },
        ],
      ],
      [
        'control.voucher-unbalanced',
        { count: 2, differencesOre: 2 },
        [
          { name: 'A-4', differenceOre: 1 },
          { name: 'A-5', differenceOre: -1 },
        ],
      ],
    ]);
  });

  test('every control names the records behind it, however many accounts are off', () => {
    const opening = Array.from({ length: 250 }, (_, index) => [`${1000 + index}`, ore(index + 1)] as const);
    const builder = sound();
    for (const [account, off] of opening) builder.openingOff.set(account, off);
    for (const { code, records } of importControls(builder.build()))
      expect([code, records.length]).toEqual([code, 250]);
  });

  test('the file’s and Fortnox’s own balances', () => {
    const balances = new Map([
      ['1930', ore(300)],
      ['3001', ore(-200)],
    ]);
    expect(codes(sound().build(), { fileClosingBalances: balances, fortnoxBalances: balances })).toEqual([
      'control.closing-differs',
      'control.fortnox-balance-differs',
    ]);
  });

  test('the subledger against the ledger', () => {
    const { books } = loadCase('13-payment-elsewhere');
    const attachments = [buildAttachment('receivables', books, { rates: [] })];
    expect(importControls(books, { attachments })).toMatchObject([
      {
        code: 'control.subledger-differs',
        severity: 'info',
        figures: { differenceOre: 600_000, unexplainedOre: 0 },
      },
    ]);
  });
});

const row = fc.record({
  account: fc.constantFrom('1510', '1930', '3001'),
  amountOre: fc.integer({ min: -9, max: 9 }).map(ore),
  text: fc.constantFrom('', 'x'),
});
const voucher: fc.Arbitrary<Voucher> = fc.record({
  series: fc.constantFrom('A', 'B'),
  number: fc.integer({ min: 0, max: 5 }),
  date: fc.constantFrom(day, isoDate('2025-06-06')),
  text: fc.constantFrom('', 'text'),
  rows: fc.array(row, { maxLength: 3 }),
});
const vouchers = fc.array(voucher, { maxLength: 12 });

const openings: fc.Arbitrary<ReadonlyMap<AccountNumber, Ore>> = fc
  .array(fc.tuple(fc.constantFrom('1510', '1930', '2081'), fc.integer({ min: -9, max: 9 }).map(ore)))
  .map((balances) => new Map(balances));

const yearOf = (list: readonly Voucher[], openingBalances: ReadonlyMap<AccountNumber, Ore> = new Map()) => ({
  vouchers: list,
  openingBalances,
});

function balancesOf({ vouchers: list, openingBalances }: ReturnType<typeof yearOf>): Map<string, number> {
  const sums = new Map<string, number>(openingBalances);
  for (const { rows } of list)
    for (const { account, amountOre } of rows) sums.set(account, (sums.get(account) ?? 0) + amountOre);
  return sums;
}

describe('diff of two readings', () => {
  test('finds nothing between a year and itself in another order', () => {
    const nothing = { added: [], changed: [], removed: [], moved: [] };
    fc.assert(
      fc.property(vouchers, (list) => {
        expect(diffYear(yearOf(list), yearOf(list.toReversed()))).toEqual({ ...nothing, retold: [] });
        const other = list
          .toReversed()
          .map((each) => ({ ...each, rows: each.rows.toReversed(), edited: true }));
        const { retold, ...rest } = diffYear(yearOf(list), yearOf(other));
        expect(rest).toEqual(nothing);
        expect(retold).toHaveLength(list.length);
      }),
    );
  });

  test('says of a voucher whose rows come in another order that this is all, also of one among twins', () => {
    const builder = new BooksBuilder();
    const [first, twin] = ['x', 'y'].map((text) => ({
      ...builder.voucher('closing', 'A', text, day, [
        ['1930', 100],
        ['3001', -100],
      ]),
      number: 1,
    }));
    const turned = { ...first!, rows: first!.rows.toReversed() };
    for (const [before, after] of [
      [[first!], [turned]],
      [
        [first!, twin!],
        [twin!, turned],
      ],
    ] as const)
      expect(diffYear(yearOf(before), yearOf(after))).toEqual({
        added: [],
        changed: [],
        removed: [],
        retold: [turned],
        moved: [],
      });
  });

  test('accounts for every voucher and for what each balance moved, by a voucher or by the opening balance', () => {
    const year = fc.tuple(vouchers, openings).map((parts) => yearOf(...parts));
    fc.assert(
      fc.property(year, year, (before, after) => {
        const { added, changed, removed, moved } = diffYear(before, after);
        expect(after.vouchers.length - before.vouchers.length).toBe(added.length - removed.length);
        const was = balancesOf(before);
        const now = balancesOf(after);
        const between = (a: ReadonlyMap<string, number>, b: ReadonlyMap<string, number>, account: string) =>
          (b.get(account) ?? 0) - (a.get(account) ?? 0);
        const accounts = [...new Set([...was.keys(), ...now.keys()])].toSorted();
        const expected = accounts
          .map((account) => ({
            account,
            amountOre: between(was, now, account),
            openingOre: between(before.openingBalances, after.openingBalances, account),
          }))
          .filter(({ amountOre, openingOre }) => amountOre !== 0 || openingOre !== 0);
        expect(moved).toEqual(expected);
        for (const each of changed) expect(each.before.number).toBe(each.after.number);
      }),
    );
  });

  test('tells which rows of a voucher changed', () => {
    const builder = new BooksBuilder();
    const before = builder.voucher('closing', 'A', 'x', day, [
      ['1930', 100],
      ['3001', -100],
    ]);
    const after = {
      ...before,
      rows: before.rows.map((each) => (each.account === '3001' ? { ...each, account: '3041' } : each)),
    };
    const { changed, moved } = diffYear(yearOf([before]), yearOf([after]));
    expect(
      changed.map(({ rowsRemoved, rowsAdded }) => [
        rowsRemoved.map(({ account }) => account),
        rowsAdded.map(({ account }) => account),
      ]),
    ).toEqual([[['3001'], ['3041']]]);
    expect(moved).toEqual([
      { account: '3001', amountOre: 100, openingOre: 0 },
      { account: '3041', amountOre: -100, openingOre: 0 },
    ]);
  });
});

test('main attachments hold every balance-sheet account with its years, and nothing else', () => {
  const { books } = loadCase('15-duplicate-and-opening');
  const groups = mainAttachments(books);
  expect(groups.map(({ code }) => code)).toEqual(['15', '19', '20', '244', '26']);
  expect(groups[0]).toMatchObject({
    name: 'Kundfordringar',
    openingOre: 540_000,
    changeOre: 1_200_000,
    closingOre: 1_740_000,
    priorClosing: [{ yearEnd: '2024-12-31', closingOre: 500_000 }],
  });
  expect(groups[2]?.accounts.map(({ number }) => number)).toEqual(['2081', '2099']);
});
