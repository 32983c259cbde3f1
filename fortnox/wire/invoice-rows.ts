import { z } from 'zod';
import type { InvoiceRow } from '../../accounting/books.ts';
import { ore, zeroOre } from '../../accounting/money.ts';
import type { Ore } from '../../accounting/money.ts';
import { money, text, wholeNumber } from './fields.ts';

const customerRow = z.object({
  AccountNumber: text.optional,
  Total: money.optional,
  TotalExcludingVAT: money.optional,
  VAT: wholeNumber.optional,
});

/**
 * How a customer invoice will be booked. Rows without an account or an amount are texts and are left out. Fortnox tells the
 * VAT of a row only by its rate, unless prices include it. Undefined when a row cannot be read.
 */
export function customerInvoiceRows(
  raws: readonly unknown[],
  vatIncluded: boolean,
): readonly InvoiceRow[] | undefined {
  const rows: InvoiceRow[] = [];
  for (const raw of raws) {
    const parsed = customerRow.safeParse(raw);
    if (!parsed.success) return undefined;
    const { AccountNumber: account, Total: total, TotalExcludingVAT: net, VAT: vatRate = 0 } = parsed.data;
    const netOre = net ?? (vatIncluded ? undefined : total);
    if (account === undefined || account === '0' || !netOre) continue;
    const vatOre = vatIncluded && total !== undefined ? ore(total - netOre) : percentOf(netOre, vatRate);
    rows.push({ account, netOre, vatRate, vatOre });
  }
  return rows;
}

/** Rounded half away from zero. */
function percentOf(amount: Ore, percent: number): Ore {
  const magnitude = Math.floor((Math.abs(amount) * percent + 50) / 100);
  return ore(amount < 0 ? -magnitude : magnitude);
}

const supplierRow = z.object({
  Account: text.optional,
  Code: text.optional,
  Debit: money.optional,
  Credit: money.optional,
  DebitCurrency: money.optional,
  CreditCurrency: money.optional,
});

/**
 * How a supplier invoice is booked: its rows without the total (`TOT`). VAT stands in rows of its own there (`VAT`); each is
 * joined to the cost row before it, or when it comes first to the one after it; a second one gets a row without net.
 * Undefined when a row cannot be read.
 */
export function supplierInvoiceRows(
  raws: readonly unknown[],
  isForeign: boolean,
): readonly InvoiceRow[] | undefined {
  const rows: InvoiceRow[] = [];
  const waiting: Ore[] = [];
  let hasVat = true;
  for (const raw of raws) {
    const parsed = supplierRow.safeParse(raw);
    if (!parsed.success) return undefined;
    const { Account: account, Code: code, ...amounts } = parsed.data;
    const debit = (isForeign ? amounts.DebitCurrency : amounts.Debit) ?? zeroOre;
    const credit = (isForeign ? amounts.CreditCurrency : amounts.Credit) ?? zeroOre;
    const amount = ore(debit - credit);
    if (code === 'TOT' || account === undefined || amount === 0) continue;
    const last = rows.at(-1);
    if (code !== 'VAT') {
      const vatOre = waiting.shift();
      const row = { account, netOre: amount, vatRate: 0, vatOre: zeroOre };
      rows.push(vatOre === undefined ? row : withVat(row, vatOre));
      hasVat = vatOre !== undefined;
    } else if (last === undefined) {
      waiting.push(amount);
    } else if (hasVat) {
      rows.push({ account: last.account, netOre: zeroOre, vatRate: last.vatRate, vatOre: amount });
    } else {
      rows[rows.length - 1] = withVat(last, amount);
      hasVat = true;
    }
  }
  const first = rows[0];
  if (first)
    rows.push(
      ...waiting.map((vatOre) => ({
        account: first.account,
        netOre: zeroOre,
        vatRate: first.vatRate,
        vatOre,
      })),
    );
  return rows;
}

const withVat = (row: InvoiceRow, vatOre: Ore): InvoiceRow => ({
  ...row,
  vatOre,
  vatRate: likelyRate(row.netOre, vatOre),
});

/** The Swedish rate (ML 9 kap.) nearest to what was charged. */
function likelyRate(net: Ore, vat: Ore): number {
  const percent = (vat / net) * 100;
  return [0, 6, 12, 25].toSorted((a, b) => Math.abs(a - percent) - Math.abs(b - percent))[0] ?? 0;
}
