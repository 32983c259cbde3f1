import type { Books, Invoice, Payment, Voucher } from '../../accounting/books.ts';
import { addDays, isoDate } from '../../accounting/dates.ts';
import { ore, zeroOre } from '../../accounting/money.ts';
import { compareText } from '../../accounting/number-order.ts';
import { booksOf, headerOf, recordsOf } from '../../db/stores/book-records.ts';
import { seeded } from './sie-file.ts';

export const balanceDate = isoDate('2024-12-31');
const from = isoDate('2024-01-01');

/**
 * Books of so many customer invoices over a year, all but one in fifty paid 10 to 40 days later, so that about one in ten
 * is open at the balance date; each document with its voucher. `planted` vouchers by hand on 1510 are no document's.
 */
function ledgerBooks(invoiceCount: number, planted = 0, seed = 0): Books {
  const random = seeded(7 + seed);
  const firstNumber = 1_000_000 + seed * invoiceCount;
  const below = (limit: number): number => Math.floor(random() * limit);
  const invoices: Invoice[] = [];
  const payments: Payment[] = [];
  const vouchers: Voucher[] = [];
  const next: Voucher[] = [];
  const book = (
    list: Voucher[],
    series: string,
    date: typeof from,
    debit: string,
    credit: string,
    amount: number,
  ) => {
    const number = list.length + 1;
    const rows = [
      { account: debit, amountOre: ore(amount), text: '' },
      { account: credit, amountOre: ore(-amount), text: '' },
    ];
    list.push({ series, number, date, text: `Underlag ${number}`, rows });
    return { series, number, year: list === vouchers ? from : addDays(balanceDate, 1) };
  };
  for (let index = 0; index < invoiceCount; index++) {
    // Numbers of its own for each book: texts that two books share would be in memory once, and be read sooner.
    const number = String(firstNumber + index);
    const total = ore(10_000 + below(5_000_000));
    const invoiceDate = addDays(from, below(366));
    const party = firstNumber + below(invoiceCount / 10 + 1);
    const isPaid = below(50) > 0;
    invoices.push({
      ledger: 'receivables', number, partyNumber: String(party), partyName: `Kund ${party}`, invoiceDate,
      dueDate: addDays(invoiceDate, 30), currency: 'SEK', currencyRate: '1', total,
      balanceToday: isPaid ? zeroOre : total, taxReduction: zeroOre, credit: false, booked: true, cancelled: false,
      voucher: book(vouchers, 'A', invoiceDate, '1510', '3001', total),
    }); // prettier-ignore
    if (!isPaid) continue;
    const date = addDays(invoiceDate, 10 + below(31));
    const late = date > balanceDate;
    payments.push({
      ledger: 'receivables', number: String(firstNumber + payments.length), invoiceNumber: number, date, amountOre: total,
      booked: true, writeOffs: [], voucher: book(late ? next : vouchers, 'A', date, '1930', '1510', total),
    }); // prettier-ignore
  }
  for (let index = 0; index < planted; index++)
    book(vouchers, 'A', addDays(from, 10 * index), '1510', '1930', 12_345 + index);
  return asStored({
    closing: {
      year: { from, to: balanceDate },
      accountingMethod: 'ACCRUAL',
      openingBalances: new Map(),
      vouchers,
    },
    otherYears: [
      {
        year: { from: addDays(balanceDate, 1), to: isoDate('2025-12-31') },
        accountingMethod: 'ACCRUAL',
        openingBalances: new Map(),
        vouchers: next,
      },
    ],
    accounts: [],
    series: [],
    predefinedAccounts: { receivables: '1510', payables: '2440' },
    invoices,
    payments,
  });
}

/** The books as the database gives them: put together from their records' JSON. */
function asStored(books: Books): Books {
  const records = [...recordsOf(books)].toSorted(
    (a, b) => compareText(a.kind, b.kind) || compareText(a.key, b.key),
  );
  return booksOf(
    headerOf(books),
    records.map(({ kind, key, text }) => ({ kind, key, content: JSON.parse(text) as unknown })),
  );
}

/** Books of so many invoices, and ten of a tenth each, half of them made before and half after, so that neither lies better in memory. */
export function wholeAndTenths(
  invoiceCount: number,
  planted = 0,
): { whole: Books; tenths: readonly Books[] } {
  const tenth = (seed: number): Books => ledgerBooks(invoiceCount / 10, planted, seed);
  const before = [1, 2, 3, 4, 5].map(tenth);
  const whole = ledgerBooks(invoiceCount, planted);
  return { whole, tenths: [...before, ...[6, 7, 8, 9, 10].map(tenth)] };
}
