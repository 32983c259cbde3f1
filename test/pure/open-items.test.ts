import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { buildAttachment } from '../../accounting/attachment.ts';
import type { Attachment } from '../../accounting/attachment.ts';
import type { Books, Invoice, Ledger } from '../../accounting/books.ts';
import { addDays, isoDate } from '../../accounting/dates.ts';
import { ore } from '../../accounting/money.ts';
import { compareNumbers } from '../../accounting/number-order.ts';
import { BooksBuilder, balanceDate } from '../cases/builder.ts';

/** The rules for what is open at the balance date, one by one; the worked cases hold them together to the öre. */

const november = isoDate('2025-11-01');
const december = isoDate('2025-12-10');
const january = isoDate('2026-01-15');
const ledgers = ['receivables', 'payables'] as const satisfies readonly Ledger[];

const made = (books: Books, ledger: Ledger = 'receivables'): Attachment =>
  buildAttachment(ledger, books, { rates: [] });

/** Number, open amount and flags of each row. */
const rowsOf = ({ openItems }: Attachment) =>
  openItems.map(({ invoiceNumber, openOre, flags }) => [invoiceNumber, openOre, flags]);

/** Kind, date and amount of each step. */
const trailOf = ({ openItems }: Attachment, number = '1001') =>
  openItems
    .find(({ invoiceNumber }) => invoiceNumber === number)
    ?.trail.map(({ kind, date, amountOre }) => [kind, date, amountOre]);

/** The same books with one invoice otherwise. */
const withInvoice = (books: Books, number: string, changes: Partial<Invoice>): Books => ({
  ...books,
  invoices: books.invoices.map((one) => (one.number === number ? { ...one, ...changes } : one)),
});

describe.each(ledgers)('payments of %s', (ledger) => {
  test('up to the balance date are taken off, the last day included; later ones are told beside it', () => {
    const builder = new BooksBuilder();
    const invoice = builder.invoice({ ledger, date: november, total: 1_000_00 });
    builder.payment(invoice, { date: december, amount: 300_00 });
    builder.payment(invoice, { date: balanceDate, amount: 200_00 });
    builder.payment(invoice, { date: addDays(balanceDate, 1), amount: 500_00 });
    const attachment = made(builder.build(), ledger);
    expect(rowsOf(attachment)).toEqual([['1001', 500_00, []]]);
    expect(attachment.openItems[0]).toMatchObject({
      paid: 500_00,
      laterPayments: [{ date: addDays(balanceDate, 1), amountOre: 500_00 }],
    });
    expect(trailOf(attachment)).toEqual([
      ['invoice', november, 1_000_00],
      ['payment', december, -300_00],
      ['payment', balanceDate, -200_00],
    ]);
    expect(attachment.differenceOre).toBe(0);
  });

  test('that are too large, or that came before their invoice, leave a credit balance of their own', () => {
    const builder = new BooksBuilder();
    const over = builder.invoice({ ledger, date: november, total: 400_00 });
    builder.payment(over, { date: december, amount: 450_00 });
    const advance = builder.invoice({ ledger, date: january, total: 90_00 });
    builder.payment(advance, { date: december, amount: 90_00 });
    builder.invoice({ ledger, date: november, total: 70_00 });
    const attachment = made(builder.build(), ledger);
    expect(rowsOf(attachment)).toEqual([
      ['1001', -50_00, ['overpaid']],
      ['1002', -90_00, ['advance']],
      ['1003', 70_00, []],
    ]);
    expect(attachment.creditBalancesOre).toBe(-140_00);
  });

  test('that are not booked yet settle nothing, and the row says that they are there', () => {
    const builder = new BooksBuilder();
    const invoice = builder.invoice({ ledger, date: november, total: 100_00 });
    builder.payment(invoice, { date: december, amount: 100_00 });
    const books = builder.build();
    const payments = books.payments.map((payment) => ({ ...payment, booked: false }));
    expect(rowsOf(made({ ...books, payments }, ledger))).toEqual([['1001', 100_00, ['unbookedPayment']]]);
  });

  test('with a write-off settle what was written off too; one after the balance date is only told', () => {
    const builder = new BooksBuilder();
    const first = builder.invoice({ ledger, date: november, total: 100_03 });
    builder.payment(first, { date: december, amount: 100_00, writeOff: 3 });
    const second = builder.invoice({ ledger, date: november, total: 50_02 });
    builder.payment(second, { date: january, amount: 50_00, writeOff: 2 });
    expect(rowsOf(made(builder.build(), ledger))).toEqual([['1002', 50_02, ['writtenOffLater']]]);
  });
});

describe('credit notes', () => {
  /** An invoice of 1 000 kr and a credit note on all of it. */
  function credited(creditDate = december) {
    const builder = new BooksBuilder();
    const invoice = builder.invoice({ ledger: 'receivables', date: november, total: 1_000_00 });
    const credit = builder.invoice({ ledger: 'receivables', date: creditDate, total: -1_000_00 });
    return { builder, invoice, credit };
  }
  const linked = (books: Books): Books => withInvoice(books, '1002', { creditOf: '1001' });

  test('that are not applied are rows of their own, by their own date, and stand apart as credit balances', () => {
    const attachment = made(linked(credited().builder.build()));
    expect(rowsOf(attachment)).toEqual([
      ['1001', 1_000_00, []],
      ['1002', -1_000_00, ['credit']],
    ]);
    expect(attachment).toMatchObject({ specificationOre: 0, creditBalancesOre: -1_000_00, differenceOre: 0 });
    expect(trailOf(attachment, '1002')).toEqual([['creditNote', december, -1_000_00]]);
  });

  test('that are applied settle both', () => {
    const { builder, invoice, credit } = credited();
    builder.payment(invoice, { date: december, amount: 1_000_00 });
    builder.payment(credit, { date: december, amount: -1_000_00 });
    expect(rowsOf(made(linked(builder.build())))).toEqual([]);
  });

  test('that are applied after the balance date leave both open at it, with what came later beside them', () => {
    const { builder, invoice, credit } = credited();
    builder.payment(invoice, { date: january, amount: 1_000_00 });
    builder.payment(credit, { date: january, amount: -1_000_00 });
    const { openItems } = made(linked(builder.build()));
    expect(openItems.map(({ openOre, laterPayments }) => [openOre, laterPayments[0]?.amountOre])).toEqual([
      [1_000_00, 1_000_00],
      [-1_000_00, -1_000_00],
    ]);
  });

  test('that are dated after the balance date change nothing, and the invoice says that it was credited', () => {
    expect(rowsOf(made(linked(credited(january).builder.build())))).toEqual([
      ['1001', 1_000_00, ['creditedLater']],
    ]);
  });
});

describe('what is no open item of the ledger', () => {
  test('drafts and cancelled invoices', () => {
    const builder = new BooksBuilder();
    builder.invoice({ ledger: 'receivables', date: november, total: 10_00, booked: null });
    builder.invoice({ ledger: 'receivables', date: november, total: 20_00, booked: null });
    const books = withInvoice(withInvoice(builder.build(), '1001', { booked: false }), '1002', {
      cancelled: true,
    });
    expect(made(books)).toMatchObject({ openItems: [], differenceOre: 0 });
  });

  test('the tax agency’s share of a ROT or RUT invoice: the customer owes the rest, and 1513 is shown apart', () => {
    const builder = new BooksBuilder();
    builder.invoice({ ledger: 'receivables', date: november, total: 10_000_00, taxReduction: 3_000_00 });
    builder.voucher('closing', 'A', 'Skattereduktion', november, [
      ['1513', 3_000_00],
      ['3001', -3_000_00],
    ]);
    const attachment = made(builder.build());
    expect(attachment.openItems).toMatchObject([
      { openOre: 7_000_00, total: 10_000_00, taxReduction: 3_000_00 },
    ]);
    expect(trailOf(attachment)).toEqual([
      ['invoice', november, 10_000_00],
      ['taxReduction', november, -3_000_00],
    ]);
    expect(attachment).toMatchObject({ differenceOre: 0, shownApart: { 1513: 3_000_00 } });
  });
});

describe('claims that the ledger has moved to another account', () => {
  test.each([
    ['pledged to a factoring company', '1512'],
    ['doubtful', '1515'],
    ['disputed', '1516'],
  ])('%s: the row stays, and the set ties over both accounts', (_name, account) => {
    const builder = new BooksBuilder();
    builder.invoice({ ledger: 'receivables', date: november, total: 800_00 });
    builder.invoice({ ledger: 'receivables', date: november, total: 200_00 });
    builder.voucher('closing', 'A', 'Omföring', december, [
      [account, 800_00],
      ['1510', -800_00],
    ]);
    expect(made(builder.build())).toMatchObject({
      ledgerByAccount: { 1510: 200_00, [account]: 800_00 },
      specificationOre: 1_000_00,
      differenceOre: 0,
      explanations: [],
    });
  });

  test('sold to a factoring company: its payment settles the invoice, whatever the customer does', () => {
    const builder = new BooksBuilder();
    const invoice = builder.invoice({ ledger: 'receivables', date: november, total: 800_00 });
    builder.payment(invoice, { date: december, amount: 800_00 });
    expect(made(builder.build())).toMatchObject({ openItems: [], ledgerOre: 0, differenceOre: 0 });
  });

  test('pledged, with the factoring company’s advance booked as a debt: the customer still owes all of it', () => {
    const builder = new BooksBuilder();
    builder.invoice({ ledger: 'receivables', date: november, total: 800_00 });
    builder.voucher('closing', 'A', 'Förskott från factoringbolaget', december, [
      ['1930', 600_00],
      ['2893', -600_00],
    ]);
    expect(rowsOf(made(builder.build()))).toEqual([['1001', 800_00, []]]);
  });
});

describe('an invoice that Fortnox calls paid without saying how', () => {
  const paid = (finalPayDate?: string): Attachment => {
    const builder = new BooksBuilder();
    builder.invoice({
      ledger: 'receivables',
      date: november,
      total: 600_00,
      balanceToday: 0,
      ...(finalPayDate === undefined ? {} : { finalPayDate: isoDate(finalPayDate) }),
    });
    return made(builder.build());
  };

  test.each([
    ['up to the balance date', '2025-12-31', 'settled', []],
    ['after it', '2026-01-02', 'open', [['1001', 600_00, ['settlementUnknown']]]],
    ['on no day at all', undefined, 'ask', []],
  ])('finally paid %s', (_name, finalPayDate, treatedAs, rows) => {
    const attachment = paid(finalPayDate);
    expect(rowsOf(attachment)).toEqual(rows);
    expect(attachment.settlementUnknown).toMatchObject([
      { invoiceNumber: '1001', amountOre: 600_00, finalPayDate: finalPayDate ?? null, treatedAs },
    ]);
    // What is taken off by a guess is an explanation of the difference, never hidden.
    expect(attachment).toMatchObject({ differenceOre: treatedAs === 'open' ? 0 : 600_00, unexplainedOre: 0 });
  });

  test('is not asked about when its payments say all of it, booked or not', () => {
    const builder = new BooksBuilder();
    const invoice = builder.invoice({
      ledger: 'receivables',
      date: november,
      total: 600_00,
      balanceToday: 0,
    });
    builder.payment(invoice, { date: january, amount: 600_00 });
    expect(made(builder.build()).settlementUnknown).toEqual([]);
  });
});

describe('the cash method', () => {
  test('leaves the open items as they are; the ledger’s lack of them is explained and booked by a proposal', () => {
    const builder = new BooksBuilder();
    builder.invoice({ ledger: 'receivables', date: november, total: 1_250_00, booked: null });
    const books = builder.build();
    const rows = [{ account: '3001', netOre: ore(1_000_00), vatRate: 25, vatOre: ore(250_00) }];
    const cash: Books = { ...books, closing: { ...books.closing, accountingMethod: 'CASH' } };
    const attachment = made(withInvoice(cash, '1001', { rows }));
    expect(rowsOf(attachment)).toEqual([['1001', 1_250_00, []]]);
    expect(attachment).toMatchObject({
      differenceOre: -1_250_00,
      explanations: [{ code: 'cashMethod', amountOre: -1_250_00 }],
      unexplainedOre: 0,
      proposals: [{ code: 'cashMethod', date: balanceDate, reversalDate: '2026-01-01' }],
    });
  });
});

test('rows come by party and then by number as people count, whatever order the invoices are in', () => {
  const number = fc.oneof(
    fc.integer({ min: 0, max: 2_000_000_000 }).map(String),
    fc.constantFrom('A7', '007', ''),
  );
  const keys = fc.uniqueArray(fc.record({ invoice: number, party: number }), {
    selector: ({ invoice }) => invoice,
  });
  fc.assert(
    fc.property(keys, fc.boolean(), (unsorted, sorted) => {
      const builder = new BooksBuilder();
      const given = sorted ? unsorted.toSorted((a, b) => compareNumbers(a.invoice, b.invoice)) : unsorted;
      for (const _ of given) builder.invoice({ ledger: 'receivables', date: november, total: 100_00 });
      const books = builder.build();
      const invoices = given.map(({ invoice, party }, index) => ({
        ...books.invoices[index]!,
        number: invoice,
        partyNumber: party,
      }));
      const { openItems } = made({ ...books, invoices });
      const expected = given.toSorted(
        (a, b) => compareNumbers(a.party, b.party) || compareNumbers(a.invoice, b.invoice),
      );
      expect(openItems.map(({ partyNumber, invoiceNumber }) => [partyNumber, invoiceNumber])).toEqual(
        expected.map(({ party, invoice }) => [party, invoice]),
      );
    }),
  );
});
