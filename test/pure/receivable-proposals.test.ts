import { describe, expect, test } from 'vitest';
import { buildAttachment } from '../../accounting/attachment.ts';
import type { Attachment } from '../../accounting/attachment.ts';
import type { AccountNumber, Books, Invoice, Ledger } from '../../accounting/books.ts';
import { addDays, isoDate } from '../../accounting/dates.ts';
import { exchangeForm } from '../../accounting/exchange-form.ts';
import { figuresOf } from '../../accounting/figures.ts';
import type { ItemMark } from '../../accounting/item-marks.ts';
import { markedText } from '../../accounting/marker.ts';
import { ore } from '../../accounting/money.ts';
import type { Proposal } from '../../accounting/proposals/proposal.ts';
import { remark } from '../../documents/explanations.ts';
import { BooksBuilder, balanceDate } from '../cases/builder.ts';

const recent = isoDate('2025-12-10');
const old = isoDate('2025-06-01');

/** A receivable of 1 250 kr whose voucher books the sale and its VAT as given. */
function sold(
  builder: BooksBuilder,
  date = recent,
  rows: readonly [AccountNumber, number][] = [
    ['3001', -1_000_00],
    ['2611', -250_00],
  ],
): Invoice {
  const total = -rows.reduce((sum, [, amount]) => sum + amount, 0);
  const invoice = builder.invoice({ ledger: 'receivables', date, total });
  const made = builder.vouchers.closing.pop()!;
  builder.vouchers.closing.push({
    ...made,
    rows: [['1510', total] as const, ...rows].map(([account, amount]) => ({
      account,
      amountOre: ore(amount),
      text: '',
    })),
  });
  return invoice;
}

const made = (books: Books, marks: readonly ItemMark[] = [], ledger: Ledger = 'receivables'): Attachment =>
  buildAttachment(ledger, books, { rates: [], marks });

/** Account by account, debit positive. */
const rowsOf = (proposal: Proposal | undefined): Record<AccountNumber, number> =>
  Object.fromEntries(
    (proposal?.rows ?? []).map(({ account, debitOre, creditOre }) => [account, debitOre - creditOre]),
  );

function suggested({ suggestions }: Attachment, code: Proposal['code']): Proposal[] {
  return suggestions.filter((one) => one.code === code);
}

/** Books with what the suggestions say booked, each as a voucher of the closing year. */
function booked(builder: BooksBuilder, suggestions: readonly Proposal[]): Books {
  for (const { text, rows } of suggestions)
    builder.voucher(
      'closing',
      'K',
      text,
      balanceDate,
      rows.map(({ account, debitOre, creditOre }) => [account, debitOre - creditOre]),
    );
  return builder.build();
}

describe('a claim that nobody has judged', () => {
  test('is doubted more than 90 days after it was due: the sale to 6352, the whole of it moved to 1515', () => {
    const builder = new BooksBuilder();
    const { number } = sold(builder, old);
    sold(builder);
    const attachment = made(builder.build());
    expect(rowsOf(suggested(attachment, 'doubtfulReceivable')[0])).toEqual({
      6352: 1_000_00,
      1519: -1_000_00,
    });
    expect(rowsOf(suggested(attachment, 'doubtfulTransfer')[0])).toEqual({ 1515: 1_250_00, 1510: -1_250_00 });
    expect(suggested(attachment, 'doubtfulReceivable')[0]?.reckoning).toEqual([
      `Faktura ${number}, 183 dagar efter förfallodagen: 1 250,00 varav moms 250,00 (enligt fakturans verifikation), befarad förlust 1 000,00`.replaceAll(
        '1 ',
        '1\u00a0',
      ),
    ]);
  });
});

test('a claim that was paid after the balance date is not doubted for its age; what a person says of it stands, with a reminder', () => {
  const builder = new BooksBuilder();
  const invoice = sold(builder, old);
  builder.payment(invoice, { date: isoDate('2026-01-20'), amount: 1_250_00 });
  expect(made(builder.build()).suggestions).toEqual([]);
  const [feared] = made(builder.build(), [{ invoiceNumber: invoice.number, kind: 'doubtful' }]).suggestions;
  expect(feared?.reckoning[1]?.replaceAll('\u00a0', ' ')).toBe(
    `Faktura ${invoice.number} är betald med 1 250,00 efter balansdagen: bedöm vad som återstår`,
  );
});

describe('a claim marked as doubtful', () => {
  const builder = new BooksBuilder();
  const { number } = sold(builder);
  const marks: ItemMark[] = [{ invoiceNumber: number, kind: 'doubtful', note: 'Konkurs i januari' }];

  test('is suggested as a feared loss whatever its age, and not again when that is booked', () => {
    expect(made(builder.build()).suggestions).toEqual([]);
    const attachment = made(builder.build(), marks);
    expect(rowsOf(suggested(attachment, 'doubtfulReceivable')[0])).toEqual({
      6352: 1_000_00,
      1519: -1_000_00,
    });
    expect(rowsOf(suggested(attachment, 'doubtfulTransfer')[0])).toEqual({ 1515: 1_250_00, 1510: -1_250_00 });
    const after = made(booked(builder, attachment.suggestions), marks);
    expect(after.suggestions).toEqual([]);
    expect(after.differenceOre).toBe(0);
  });

  test('moves no figure, and stands in the data that other programs read', () => {
    const books = builder.build();
    expect(figuresOf('1510', made(books, marks))).toEqual(figuresOf('1510', made(books)));
    expect(made(books)).not.toHaveProperty('marks');
    const [item] = exchangeForm(made(books, marks)).openItems;
    expect(item).toMatchObject({ mark: 'doubtful', note: 'Konkurs i januari' });
    expect(remark(made(books, marks).openItems[0]!, marks[0])).toBe('Osäker. Konkurs i januari');
  });
});

describe('a claim marked as disputed', () => {
  test('is moved to 1516 and no loss is feared, however old it is', () => {
    const builder = new BooksBuilder();
    const { number } = sold(builder, old);
    const marks: ItemMark[] = [{ invoiceNumber: number, kind: 'disputed' }];
    const attachment = made(builder.build(), marks);
    expect(attachment.suggestions.map(({ code }) => code)).toEqual(['disputedTransfer']);
    expect(rowsOf(attachment.suggestions[0])).toEqual({ 1516: 1_250_00, 1510: -1_250_00 });
    expect(made(booked(builder, attachment.suggestions), marks).suggestions).toEqual([]);
  });

  test('is a debt as well: 2440 to 2445', () => {
    const builder = new BooksBuilder();
    const { number } = builder.invoice({ ledger: 'payables', date: recent, total: 800_00 });
    const marks: ItemMark[] = [{ invoiceNumber: number, kind: 'disputed' }];
    const attachment = made(builder.build(), marks, 'payables');
    expect(rowsOf(attachment.suggestions[0])).toEqual({ 2440: 800_00, 2445: -800_00 });
    expect(made(booked(builder, attachment.suggestions), marks, 'payables').suggestions).toEqual([]);
  });
});

describe('a confirmed loss', () => {
  const lost = ({ number }: Invoice): ItemMark => ({ invoiceNumber: number, kind: 'lost' });

  test('gives back the VAT of each rate as it was booked, and is known again once it is booked', () => {
    const builder = new BooksBuilder();
    const invoice = sold(builder, recent, [
      ['3001', -1_000_00],
      ['2611', -250_00],
      ['3002', -100_00],
      ['2621', -12_00],
    ]);
    const attachment = made(builder.build(), [lost(invoice)]);
    expect(attachment.suggestions.map(({ code }) => code)).toEqual(['confirmedLoss']);
    expect(rowsOf(attachment.suggestions[0])).toEqual({
      6351: 1_100_00,
      2611: 250_00,
      2621: 12_00,
      1510: -1_362_00,
    });
    expect(attachment.suggestions[0]?.text).toBe(`Konstaterad kundförlust faktura ${invoice.number}`);
    expect(made(booked(builder, attachment.suggestions), [lost(invoice)]).suggestions).toEqual([]);
  });

  test('of what is left after a part payment is split in the same proportion, to the öre', () => {
    const builder = new BooksBuilder();
    const invoice = sold(builder);
    builder.payment(invoice, { date: isoDate('2025-12-20'), amount: 1_000_01 });
    const [loss] = made(builder.build(), [lost(invoice)]).suggestions;
    expect(rowsOf(loss)).toEqual({ 6351: 199_99, 2611: 50_00, 1510: -249_99 });
  });

  test('of a sale without VAT has none to give back', () => {
    const builder = new BooksBuilder();
    const invoice = sold(builder, recent, [['3108', -900_00]]);
    const [loss] = made(builder.build(), [lost(invoice)]).suggestions;
    expect(rowsOf(loss)).toEqual({ 6351: 900_00, 1510: -900_00 });
  });

  test('without a voucher goes by the invoice’s rows, and without those by an assumed rate that is told', () => {
    const builder = new BooksBuilder();
    const known = builder.invoice({ ledger: 'receivables', date: recent, total: 1_120_00, booked: null });
    const unknown = builder.invoice({ ledger: 'receivables', date: recent, total: 1_250_00, booked: null });
    const books = builder.build();
    const rows = [{ account: '3002', netOre: ore(1_000_00), vatRate: 12, vatOre: ore(120_00) }];
    const invoices = books.invoices.map((one) => (one === known ? { ...one, rows } : one));
    const [first, second] = made({ ...books, invoices }, [lost(known), lost(unknown)]).suggestions;
    expect(rowsOf(first)).toEqual({ 6351: 1_000_00, 2621: 120_00, 1510: -1_120_00 });
    expect(first?.reckoning[0]).toContain('(enligt fakturans rader)');
    expect(rowsOf(second)).toEqual({ 6351: 1_000_00, 2611: 250_00, 1510: -1_250_00 });
    expect(second?.reckoning[0]).toContain('(antagen momssats 25 %)');
  });

  test('of a claim that was feared before is taken from 1515, and the feared loss goes back', () => {
    const builder = new BooksBuilder();
    const invoice = sold(builder, old);
    const feared = made(builder.build()).suggestions;
    const after = made(booked(builder, feared), [lost(invoice)]);
    expect(rowsOf(suggested(after, 'confirmedLoss')[0])).toEqual({
      6351: 1_000_00,
      2611: 250_00,
      1515: -1_250_00,
    });
    expect(rowsOf(suggested(after, 'doubtfulReceivable')[0])).toEqual({ 1519: 1_000_00, 6352: -1_000_00 });
    expect(after.suggestions).toHaveLength(2);
    const last = booked(builder, after.suggestions);
    expect(made(last, [lost(invoice)]).suggestions).toEqual([]);
    const balance = (account: AccountNumber) =>
      last.closing.vouchers
        .flatMap(({ rows }) => rows)
        .filter((row) => row.account === account)
        .reduce((sum, { amountOre }) => sum + amountOre, 0);
    expect(['1510', '1515', '1519', '6352', '2611', '6351'].map(balance)).toEqual([0, 0, 0, 0, 0, 1_000_00]);
  });

  test('that was booked in another year is not suggested again', () => {
    const builder = new BooksBuilder();
    const invoice = sold(builder);
    builder.voucher('next', 'K', `Kundförlust, faktura ${invoice.number}`, isoDate('2026-01-10'), [
      ['6351', 1_000_00],
      ['2611', 250_00],
      ['1510', -1_250_00],
    ]);
    expect(made(builder.build(), [lost(invoice)]).suggestions).toEqual([]);
  });

  test('is suggested although a voucher on 6351 says its number, when that takes another amount', () => {
    const builder = new BooksBuilder();
    const { number: other } = sold(builder);
    const invoice = sold(builder);
    const year = '2024';
    const named = (books: Books): Books => ({
      ...books,
      invoices: books.invoices.map((one) => (one.number === invoice.number ? { ...one, number: year } : one)),
      closing: {
        ...books.closing,
        vouchers: books.closing.vouchers.map((one) =>
          one.reference?.number === invoice.number
            ? { ...one, reference: { ...one.reference, number: year } }
            : one,
        ),
      },
    });
    const marks = [lost({ ...invoice, number: year })];
    builder.voucher('prior', 'A', `Kundförluster ${year}`, isoDate('2024-12-31'), [
      ['6351', 1_00],
      ['1519', -1_00],
    ]);
    const suggestedLosses = () => suggested(made(named(builder.build()), marks), 'confirmedLoss');
    expect(suggestedLosses()).toHaveLength(1);
    builder.voucher('next', 'A', `Kundförluster ${year}: faktura ${other}`, isoDate('2026-02-01'), [
      ['6351', 2_000_00],
      ['1510', -2_000_00],
    ]);
    expect(suggestedLosses()).toHaveLength(1);
  });

  test('that was booked with others on one voucher is not suggested again', () => {
    const builder = new BooksBuilder();
    const invoices = [sold(builder), sold(builder)];
    const names = invoices.map(({ number }) => number).join(' och ');
    builder.voucher('next', 'K', `Kundförlust, faktura ${names}`, isoDate('2026-01-10'), [
      ['6351', 2_000_00],
      ['2611', 500_00],
      ['1510', -2_500_00],
    ]);
    expect(made(builder.build(), invoices.map(lost)).suggestions).toEqual([]);
  });

  test('that the close has booked before a payment came to light is taken back by as much', () => {
    const builder = new BooksBuilder();
    const invoice = sold(builder);
    const [loss] = made(builder.build(), [lost(invoice)]).suggestions;
    const text = markedText(loss!.text, '7Q2M9K4TX0AB');
    booked(builder, [{ ...loss!, text }]);
    builder.payment(invoice, { date: isoDate('2025-12-20'), amount: 250_00 });
    const after = made(builder.build(), [lost(invoice)]);
    expect(after.suggestions.map((one) => rowsOf(one))).toEqual([
      { 1510: 250_00, 2611: -50_00, 6351: -200_00 },
    ]);
  });

  test('is not suggested in a cash-method year, where neither claim nor VAT is booked', () => {
    const builder = new BooksBuilder();
    const invoice = builder.invoice({ ledger: 'receivables', date: recent, total: 100_00, booked: null });
    const books = builder.build();
    const cash: Books = { ...books, closing: { ...books.closing, accountingMethod: 'CASH' } };
    const codes = made(cash, [lost(invoice)]).suggestions.map(({ code }) => code);
    expect(codes).not.toContain('confirmedLoss');
  });

  test('of a credit balance is no loss', () => {
    const builder = new BooksBuilder();
    const invoice = builder.invoice({
      ledger: 'receivables',
      date: addDays(balanceDate, -5),
      total: -100_00,
    });
    expect(made(builder.build(), [lost(invoice)]).suggestions).toEqual([]);
  });
});
