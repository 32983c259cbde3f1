import { describe, expect, test } from 'vitest';
import { buildAttachment } from '../../accounting/attachment.ts';
import type { AccountNumber, Books, Invoice, Ledger } from '../../accounting/books.ts';
import { isoDate } from '../../accounting/dates.ts';
import { ore } from '../../accounting/money.ts';
import type { Proposal } from '../../accounting/proposals/proposal.ts';
import { BooksBuilder } from '../cases/builder.ts';

/** What is suggested to mend a difference, and what is not, because the books do not tell. */

const spring = isoDate('2025-04-01');
const autumn = isoDate('2025-10-10');

type Rows = readonly [AccountNumber, number][];

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

describe('a voucher that was typed by hand', () => {
  const typed = (rows: Rows, ledger: Ledger = 'receivables', item = 900_00): readonly Proposal[] => {
    const builder = new BooksBuilder();
    builder.invoice({ ledger, date: spring, total: item });
    builder.voucher('closing', 'A', 'För hand', autumn, rows);
    return suggested(builder.build(), ledger);
  };
  const receipt: Rows = [
    ['1930', 600_00],
    ['1510', -600_00],
  ];

  test('is moved to the account of what the subledger does not hold: a sale or a cost, or a payment', () => {
    const sale: Rows = [
      ['1511', 1_250_00],
      ['3001', -1_000_00],
      ['2611', -250_00],
    ];
    expect(rowsOf(typed(sale))).toEqual([{ 1511: -1_250_00, 1518: 1_250_00 }]);
    expect(rowsOf(typed(receipt))).toEqual([{ 1510: 600_00, 2420: -600_00 }]);
    const cost: Rows = [
      ['5010', 800_00],
      ['2641', 200_00],
      ['2440', -1_000_00],
    ];
    expect(rowsOf(typed(cost, 'payables'))).toEqual([{ 2440: 1_000_00, 2448: -1_000_00 }]);
    const payment: Rows = [
      ['2440', 600_00],
      ['1930', -600_00],
    ];
    expect(rowsOf(typed(payment, 'payables'))).toEqual([{ 1684: 600_00, 2440: -600_00 }]);
  });

  test('is left alone when it pays an open item, mends another finding, or may be anything', () => {
    expect(typed(receipt, 'receivables', 600_00)).toEqual([]);
    expect(
      typed([
        ['1510', -500_00],
        ['6351', 400_00],
        ['2611', 100_00],
      ]),
    ).toEqual([]);
    expect(
      typed([
        ['1510', 500_00],
        ['1930', -500_00],
      ]),
    ).toEqual([]);
    const builder = new BooksBuilder();
    const invoice = builder.invoice({ ledger: 'receivables', date: spring, total: 600_00 });
    builder.payment(invoice, { date: autumn, amount: 600_00, booked: null });
    builder.voucher('closing', 'A', 'För hand', autumn, receipt);
    expect(suggested(builder.build())).toEqual([]);
  });

  test('that has mended a payment on another account already is not followed by a second correction', () => {
    const builder = new BooksBuilder();
    const invoice = builder.invoice({ ledger: 'receivables', date: spring, total: 600_00 });
    builder.payment(invoice, { date: autumn, amount: 600_00, voucherAccount: '2420' });
    expect(rowsOf(suggested(builder.build()))).toEqual([{ 1510: -600_00, 2420: 600_00 }]);
    builder.voucher('closing', 'A', 'Rättelse', autumn, [
      ['2420', 600_00],
      ['1510', -600_00],
    ]);
    expect(suggested(builder.build())).toEqual([]);
  });
});

describe('an invoice that nothing was booked for', () => {
  const rows = [
    { account: '3001', netOre: ore(1_000_00), vatRate: 25, vatOre: ore(250_00) },
    { account: '3002', netOre: ore(100_00), vatRate: 12, vatOre: ore(12_00) },
  ];
  const unbooked = (ledger: Ledger, change: Partial<Invoice> = {}): readonly Proposal[] => {
    const builder = new BooksBuilder();
    builder.invoice({ ledger, date: autumn, total: 1_362_00, booked: null });
    const books = builder.build();
    const invoices = books.invoices.map((one) => ({ ...one, rows, ...change }));
    return suggested({ ...books, invoices }, ledger);
  };

  test('is booked by its rows', () => {
    const [made] = unbooked('receivables');
    expect(made?.text).toBe('Bokföring av kundfaktura 1001 utan verifikation');
    expect(rowsOf([made!])).toEqual([
      { 1510: 1_362_00, 2611: -250_00, 2621: -12_00, 3001: -1_000_00, 3002: -100_00 },
    ]);
    expect(rowsOf(unbooked('payables'))).toEqual([
      { 2440: -1_362_00, 2641: 262_00, 3001: 1_000_00, 3002: 100_00 },
    ]);
  });

  test('is left alone when its rows do not make it up, or when it names a voucher that was not read', () => {
    expect(unbooked('receivables', { rows: rows.slice(1) })).toEqual([]);
    const voucher = { series: 'B', number: 7, year: isoDate('2027-01-01') };
    expect(unbooked('receivables', { voucher })).toEqual([]);
  });
});

test('nothing is suggested where no entry is the natural correction: a payment without a voucher, opening balances, a rest', () => {
  const builder = new BooksBuilder();
  const invoice = builder.invoice({ ledger: 'receivables', date: spring, total: 600_00 });
  builder.payment(invoice, { date: autumn, amount: 600_00, booked: null });
  builder.openingOff.set('1510', 70_00);
  const reference = { type: 'ACCRUAL', number: '1' } as const;
  builder.voucher(
    'closing',
    'A',
    'Periodisering',
    autumn,
    [
      ['1510', 80_00],
      ['3001', -80_00],
    ],
    { reference },
  );
  const books = builder.build();
  expect(buildAttachment('receivables', books, { rates: [] })).toMatchObject({
    explanations: [{ code: 'paymentOnOtherAccount' }, { code: 'openingBalance' }],
    unexplainedOre: 80_00,
    suggestions: [],
  });
});

test('the rounding of one ledger is not taken for that of the other: the page knows proposals by their text', () => {
  const builder = new BooksBuilder();
  for (const ledger of ['receivables', 'payables'] as const) {
    builder.invoice({ ledger, date: spring, total: 1_000_00 });
    const last = builder.vouchers.closing.at(-1)!;
    rebook(
      builder,
      last.rows.map(({ account, amountOre }) => [account, amountOre + Math.sign(amountOre) * 40]),
    );
  }
  const books = builder.build();
  const texts = (['receivables', 'payables'] as const).flatMap((ledger) =>
    suggested(books, ledger).map(({ text }) => text),
  );
  expect(texts).toEqual(['Öresavrundning mot reskontran 1510', 'Öresavrundning mot reskontran 2440']);
});
