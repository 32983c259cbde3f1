import type { Books, Invoice, Payment, Voucher } from '../../accounting/books.ts';
import { addDays, isoDate } from '../../accounting/dates.ts';
import { ore, zeroOre } from '../../accounting/money.ts';
import { seeded } from './sie-file.ts';

export const balanceDate = isoDate('2024-12-31');
const from = isoDate('2024-01-01');

/**
 * Books of so many customer invoices over a year, all but one in fifty paid 10 to 40 days later, so that about one in ten
 * is open at the balance date; each document with its voucher. `planted` vouchers by hand on 1510 are no document's.
 */
export function ledgerBooks(invoiceCount: number, planted = 0, seed = 0): Books {
  const random = seeded(7 + seed);
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
    const number = String(1000 + index);
    const total = ore(10_000 + below(5_000_000));
    const invoiceDate = addDays(from, below(366));
    const party = below(invoiceCount / 10 + 1);
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
      ledger: 'receivables', number: String(payments.length + 1), invoiceNumber: number, date, amountOre: total,
      booked: true, writeOffs: [], voucher: book(late ? next : vouchers, 'A', date, '1930', '1510', total),
    }); // prettier-ignore
  }
  for (let index = 0; index < planted; index++)
    book(vouchers, 'A', addDays(from, 10 * index), '1510', '1930', 12_345 + index);
  return {
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
  };
}
