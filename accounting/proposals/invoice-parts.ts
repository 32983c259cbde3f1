import type { AccountNumber, Invoice } from '../books.ts';
import { ore } from '../money.ts';
import type { Ore } from '../money.ts';

/** A part of an invoice on the account that it belongs on. */
export interface InvoicePart {
  readonly account: AccountNumber;
  readonly amount: Ore;
}

const roundingAccount: AccountNumber = '3740';

/**
 * Each net and each VAT amount of the invoice's rows, and the öre that the total was rounded by; undefined when the rows are
 * not known or do not make up the total.
 * @param vatAccountOf the account of VAT at a rate in percent
 */
export function partsOf(
  { rows, total }: Invoice,
  vatAccountOf: (vatRate: number) => AccountNumber | undefined,
): InvoicePart[] | undefined {
  if (!rows || total === 0) return undefined;
  const parts: InvoicePart[] = [];
  let rest: number = total;
  for (const { account, netOre, vatRate, vatOre } of rows) {
    parts.push({ account, amount: netOre });
    rest -= netOre + vatOre;
    if (vatOre === 0) continue;
    const vatAccount = vatAccountOf(vatRate);
    if (vatAccount === undefined) return undefined;
    parts.push({ account: vatAccount, amount: vatOre });
  }
  if (Math.abs(rest) >= 100) return undefined;
  if (rest !== 0) parts.push({ account: roundingAccount, amount: ore(rest) });
  return parts;
}
