import { describe, expect, test } from 'vitest';
import { buildAttachment } from '../../accounting/attachment.ts';
import type { Attachment } from '../../accounting/attachment.ts';
import type { AccountNumber, Books, ExchangeRate, Ledger, Voucher } from '../../accounting/books.ts';
import { isoDate } from '../../accounting/dates.ts';
import { markedText } from '../../accounting/marker.ts';
import { ore } from '../../accounting/money.ts';
import type { Proposal } from '../../accounting/proposals/proposal.ts';
import { BooksBuilder, balanceDate } from '../cases/builder.ts';
import { loadCase } from '../cases/load.ts';

/** What the close has booked itself comes back with the next import: explained as that, and not proposed again. */

const autumn = isoDate('2025-10-10');
const mark = '7Q2M9K4TX0AB';

type Rows = readonly (readonly [AccountNumber, number])[];

/** The books with more vouchers of the closing year, dated at the balance date unless said. */
const withVouchers = (books: Books, added: readonly Partial<Voucher>[]): Books => {
  const vouchers = added.map((voucher, index): Voucher => {
    const about = { series: 'K', number: 1 + index, date: balanceDate, text: '', rows: [] };
    return { ...about, ...voucher };
  });
  return { ...books, closing: { ...books.closing, vouchers: [...books.closing.vouchers, ...vouchers] } };
};

const toRows = (rows: Rows): Voucher['rows'] =>
  rows.map(([account, amount]) => ({ account, amountOre: ore(amount), text: '' }));

/** The voucher that an export makes of a proposal. */
const sent = ({ text, rows }: Proposal, change: { text?: string; rows?: Rows } = {}): Partial<Voucher> => ({
  text: markedText(change.text ?? text, mark),
  rows: toRows(change.rows ?? rows.map((row) => [row.account, row.debitOre - row.creditOre])),
});

const rowsOf = (proposals: readonly Proposal[]): Record<AccountNumber, number>[] =>
  proposals.map(({ rows }) =>
    Object.fromEntries(rows.map(({ account, debitOre, creditOre }) => [account, debitOre - creditOre])),
  );

const explained = ({ explanations }: Attachment) =>
  explanations.map(({ code, amountOre, references }) => [code, amountOre, ...references]);

const linesOf = (proposal: Proposal | undefined): string =>
  (proposal?.reckoning.join('\n') ?? '').replaceAll('\u00a0', ' ');

describe('open items of a cash-method year', () => {
  /** A cash-method year with an unpaid invoice of each total, 25 % of it VAT, on accounts from 3001 on. */
  function cashYear(totals: readonly number[], opening = 0): Books {
    const builder = new BooksBuilder();
    for (const total of totals) builder.invoice({ ledger: 'receivables', date: autumn, total, booked: null });
    builder.openingOff.set('1510', opening);
    const { closing, invoices, ...rest } = builder.build();
    return {
      ...rest,
      closing: { ...closing, accountingMethod: 'CASH' },
      invoices: invoices.map((invoice, index) => ({
        ...invoice,
        rows: [
          {
            account: `300${1 + index}`,
            netOre: ore(0.8 * invoice.total),
            vatRate: 25,
            vatOre: ore(0.2 * invoice.total),
          },
        ],
      })),
    };
  }
  const made = (books: Books) => buildAttachment('receivables', books, { rates: [] });
  const [booking] = made(cashYear([1_250_00])).proposals;

  test('that the close has booked are not proposed again, and leave nothing unexplained', () => {
    const after = made(withVouchers(cashYear([1_250_00]), [sent(booking!)]));
    expect(explained(after)).toEqual([
      ['adjustmentVoucher', 1_250_00, 'K-1'],
      ['cashMethod', -1_250_00],
    ]);
    expect(after).toMatchObject({ differenceOre: 0, unexplainedOre: 0, proposals: [] });
  });

  test('that have come since are proposed alone, and those that were paid after all are taken back', () => {
    const more = made(withVouchers(cashYear([1_250_00, 500_00]), [sent(booking!)]));
    expect(more.unexplainedOre).toBe(0);
    expect(rowsOf(more.proposals)).toEqual([{ 1510: 500_00, 2618: -100_00, 3002: -400_00 }]);
    expect(linesOf(more.proposals[0])).toContain(
      'Redan bokfört med verifikation K-1 2025-12-31: 1510 1 250,00, 2618 −250,00, 3001 −1 000,00',
    );
    const none = made(withVouchers(cashYear([]), [sent(booking!)]));
    expect(rowsOf(none.proposals)).toEqual([{ 1510: -1_250_00, 2618: 250_00, 3001: 1_000_00 }]);
  });

  test('are booked whatever the accountant has made of the text and the accounts', () => {
    const rows: Rows = [
      ['1510', 1_250_00],
      ['3041', -1_000_00],
      ['2618', -250_00],
    ];
    for (const voucher of [sent(booking!, { rows }), sent(booking!, { text: 'Bokslut: kundfordringar' })])
      expect(made(withVouchers(cashYear([1_250_00]), [voucher])).proposals).toEqual([]);
    const more = withVouchers(cashYear([1_250_00]), [
      sent(booking!, { rows }),
      {
        rows: toRows([
          ['1510', 1],
          ['3740', -1],
        ]),
      },
    ]);
    expect(made(more).proposals).toEqual([]);
  });

  test('of the year before that the close itself takes back leave nothing unexplained', () => {
    const back = {
      ...sent(booking!, {
        text: 'Återföring',
        rows: [
          ['1510', -700_00],
          ['3001', 700_00],
        ],
      }),
      date: isoDate('2025-01-01'),
    };
    const after = made(withVouchers(cashYear([1_250_00], 700_00), [back, { ...sent(booking!), number: 2 }]));
    expect(after).toMatchObject({ differenceOre: 0, unexplainedOre: 0, proposals: [] });
  });
});

describe('the revaluation of a claim in euro', () => {
  const rate = (value: string): ExchangeRate[] => [
    { currency: 'EUR', date: balanceDate, rate: value, source: 'Riksbanken' },
  ];
  const builder = new BooksBuilder();
  builder.invoice({ ledger: 'receivables', date: autumn, total: 1_000_00, currencyRate: '10' });
  const books = builder.build();
  const made = (of: Books, value = '11') => buildAttachment('receivables', of, { rates: rate(value) });
  const [revaluation] = made(books).proposals;
  const booked = withVouchers(books, [sent(revaluation!)]);

  test('that the close has booked is no manual voucher, and is not proposed again', () => {
    const after = made(booked);
    expect(explained(after)).toEqual([['adjustmentVoucher', 1_000_00, 'K-1']]);
    expect(after.explanations[0]?.text).toBe(
      'Verifikation K-1 2025-12-31 (Omräkning av kundfordringar i utländsk valuta 1510 per 2025-12-31) kommer från bokslutets bokföringsorder.',
    );
    expect(after).toMatchObject({ unexplainedOre: 0, proposals: [], suggestions: [] });
  });

  test('is proposed again as far as the rate has changed since', () => {
    expect(rowsOf(made(booked, '11.25').proposals)).toEqual([{ 1510: 250_00, 3960: -250_00 }]);
  });

  test('that somebody has typed without our mark is a manual voucher still', () => {
    const typed = withVouchers(books, [{ ...sent(revaluation!), text: revaluation!.text }]);
    expect(explained(made(typed))).toEqual([['manualVoucher', 1_000_00, 'K-1']]);
  });
});

describe('corrections that the close has booked', () => {
  test.each([
    '11-edited-voucher',
    '12-voucher-differs',
    '13-payment-elsewhere',
    '14-cut-off',
    '15-duplicate-and-opening',
  ])('of %s are not suggested again, one by one and all together', (name) => {
    const { books } = loadCase(name);
    for (const ledger of ['receivables', 'payables'] as const satisfies readonly Ledger[]) {
      const corrections = (of: Books) =>
        buildAttachment(ledger, of, { rates: [] }).suggestions.filter(({ code }) => code === 'difference');
      const all = corrections(books);
      expect(
        corrections(
          withVouchers(
            books,
            all.map((one) => sent(one)),
          ),
        ),
      ).toEqual([]);
      for (const one of all)
        expect(corrections(withVouchers(books, [sent(one)]))).toEqual(all.filter((other) => other !== one));
    }
  });
});
