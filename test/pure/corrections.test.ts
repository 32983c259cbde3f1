import { describe, expect, test } from 'vitest';
import { buildAttachment } from '../../accounting/attachment.ts';
import type { AccountNumber, Books, Ledger } from '../../accounting/books.ts';
import { isoDate } from '../../accounting/dates.ts';
import { ore } from '../../accounting/money.ts';
import type { Proposal } from '../../accounting/proposals/proposal.ts';
import { BooksBuilder } from '../cases/builder.ts';

/** What is suggested to mend a difference, and what is not, because the books do not tell. */

const spring = isoDate('2025-04-01');
const autumn = isoDate('2025-10-10');

type Rows = readonly (readonly [AccountNumber, number])[];

/** The last voucher of the closing year with other rows. */
function rebook(builder: BooksBuilder, rows: Rows, edited = false): void {
  const last = builder.vouchers.closing.pop()!;
  const made = rows.map(([account, amount]) => ({ account, amountOre: ore(amount), text: '' }));
  builder.vouchers.closing.push({ ...last, rows: made, ...(edited && { edited }) });
}

function suggested(books: Books, ledger: Ledger = 'receivables'): readonly Proposal[] {
  const { suggestions } = buildAttachment(ledger, books, { rates: [] });
  return suggestions.filter(({ code }) => code === 'difference');
}

/** Account by account, debit positive. */
const rowsOf = (proposals: readonly Proposal[]): Record<AccountNumber, number>[] =>
  proposals.map(({ rows }) =>
    Object.fromEntries(rows.map(({ account, debitOre, creditOre }) => [account, debitOre - creditOre])),
  );

const linesOf = ([proposal]: readonly Proposal[]): string =>
  (proposal?.reckoning.join('\n') ?? '').replaceAll('\u00a0', ' ');

describe('a payment of 1 000 kr that was booked elsewhere', () => {
  const paid = (
    rows: Rows,
    { edited = false, ledger = 'receivables' }: { edited?: boolean; ledger?: Ledger } = {},
  ): readonly Proposal[] => {
    const builder = new BooksBuilder();
    const invoice = builder.invoice({ ledger, date: spring, total: 1_000_00 });
    builder.payment(invoice, { date: autumn, amount: 1_000_00 });
    rebook(builder, rows, edited);
    return suggested(builder.build(), ledger);
  };

  test('is moved from there alone: the fee on its voucher is not scaled with it', () => {
    const moved = { 1510: -1_000_00, 2420: 1_000_00 };
    const rows: Rows = [
      ['1930', 980_00],
      ['6570', 20_00],
      ['2420', -1_000_00],
    ];
    expect(rowsOf(paid(rows))).toEqual([moved]);
    expect(rowsOf(paid(rows, { edited: true }))).toEqual([moved]);
    const supplier: Rows = [
      ['1930', -1_015_00],
      ['6570', 15_00],
      ['1684', 1_000_00],
    ];
    expect(rowsOf(paid(supplier, { ledger: 'payables' }))).toEqual([{ 2440: 1_000_00, 1684: -1_000_00 }]);
  });

  test('in part, is moved in part: from the account of the very amount, or from several that make it up', () => {
    const inPart = paid([
      ['1930', 1_015_00],
      ['1510', -600_00],
      ['2420', -400_00],
      ['3960', -15_00],
    ]);
    expect(rowsOf(inPart)).toEqual([{ 1510: -400_00, 2420: 400_00 }]);
    const onTwo = paid([
      ['1930', 1_000_00],
      ['2420', -900_00],
      ['2990', -100_00],
    ]);
    expect(rowsOf(onTwo)).toEqual([{ 1510: -1_000_00, 2420: 900_00, 2990: 100_00 }]);
  });

  test('on the one account that there is, is moved as far as that goes, and the rest is told', () => {
    const short = paid([
      ['1930', 600_00],
      ['2420', -600_00],
    ]);
    expect(rowsOf(short)).toEqual([{ 1510: -600_00, 2420: 600_00 }]);
    expect(linesOf(short)).toContain('Resten, 400,00, framgår inte av verifikationen');
    const more = paid([
      ['1930', 1_500_00],
      ['2420', -1_500_00],
    ]);
    expect(rowsOf(more)).toEqual([{ 1510: -1_000_00, 2420: 1_000_00 }]);
  });

  test('is left alone when its voucher does not tell where it is', () => {
    const onEither: Rows = [
      ['1930', 1_700_00],
      ['2420', -900_00],
      ['2990', -800_00],
    ];
    const nowhere: Rows = [
      ['1930', 900_00],
      ['1510', -900_00],
    ];
    const atTheBank: Rows = [
      ['1930', 1_000_00],
      ['1940', -1_000_00],
    ];
    for (const rows of [onEither, nowhere, atTheBank]) expect(paid(rows)).toEqual([]);
    expect(paid(nowhere, { edited: true })).toEqual([]);
  });
});

describe('an invoice of 1 250 kr', () => {
  const sold = (rows: Rows): readonly Proposal[] => {
    const builder = new BooksBuilder();
    builder.invoice({ ledger: 'receivables', date: autumn, total: 1_250_00 });
    rebook(builder, rows);
    return suggested(builder.build());
  };

  test('that was booked too low or too high is mended by its sale and VAT, and öre beside them stay', () => {
    const low = sold([
      ['1510', 1_000_00],
      ['3740', 40],
      ['3001', -800_40],
      ['2611', -200_00],
    ]);
    expect(rowsOf(low)).toEqual([{ 1510: 250_00, 3001: -200_02, 2611: -49_98 }]);
    const high = sold([
      ['1510', 1_500_00],
      ['3001', -1_200_00],
      ['2611', -300_00],
    ]);
    expect(rowsOf(high)).toEqual([{ 1510: -250_00, 3001: 200_00, 2611: 50_00 }]);
  });

  test('of which a part was booked on another account is moved from there, and not sold twice', () => {
    const sale: Rows = [
      ['3001', -1_000_00],
      ['2611', -250_00],
    ];
    expect(rowsOf(sold([['1510', 850_00], ['1684', 400_00], ...sale]))).toEqual([
      { 1510: 400_00, 1684: -400_00 },
    ]);
    expect(rowsOf(sold([['1684', 1_250_00], ...sale]))).toEqual([{ 1510: 1_250_00, 1684: -1_250_00 }]);
    expect(
      sold([
        ['1510', 750_00],
        ['1684', 300_00],
        ['1690', 300_00],
        ['3001', -1_080_00],
        ['2611', -270_00],
      ]),
    ).toEqual([]);
  });
});
