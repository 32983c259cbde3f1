import { allocate } from '../allocate.ts';
import { ledgerSign } from '../account-set.ts';
import type { AccountNumber, Books, Invoice, Ledger } from '../books.ts';
import { addDays } from '../dates.ts';
import { formatKronor, ore } from '../money.ts';
import type { Ore } from '../money.ts';
import type { OpenItem, OpenItems } from '../open-items.ts';
import { ProposalRows } from './proposal.ts';
import type { Proposal } from './proposal.ts';

/** Output VAT not yet due (vilande), by rate in percent. */
const dormantOutputVat: Readonly<Record<number, AccountNumber>> = { 25: '2618', 12: '2628', 6: '2638' };
const dormantInputVat: AccountNumber = '2648';
const roundingAccount: AccountNumber = '3740';

interface Part {
  readonly account: AccountNumber;
  readonly amount: Ore;
}

/**
 * Books the open items of a CASH year at the balance date, reversed on the next day (BFL 5:2; cases/README, proposals).
 * Items whose accounts are not known are named in the reckoning and left out: nothing is guessed. Without rows when none are known.
 */
export function proposeCashMethod(ledger: Ledger, books: Books, open: OpenItems): Proposal {
  const { to } = books.closing.year;
  const sign = ledgerSign(ledger);
  const rows = new ProposalRows();
  const reckoning: string[] = [];
  for (const item of open.items) {
    const invoice = open.accountOf.get(item)?.invoice;
    const parts = invoice && partsOf(ledger, invoice);
    if (!parts) {
      reckoning.push(
        `Faktura ${item.invoiceNumber}: ${formatKronor(item.openOre)} tas inte med, konteringen är inte känd`,
      );
      continue;
    }
    const shares = allocate(
      item.openOre,
      parts.map(({ amount }) => amount),
    );
    rows.add(books.predefinedAccounts[ledger], item.openOre * sign);
    parts.forEach(({ account }, index) => rows.add(account, (shares[index] ?? 0) * -sign));
    reckoning.push(lineOf(item, parts, shares));
  }
  const what = ledger === 'receivables' ? 'kundfakturor' : 'leverantörsfakturor';
  const text = `Kontantmetoden: obetalda ${what} per ${to}`;
  return { code: 'cashMethod', date: to, reversalDate: addDays(to, 1), rows: rows.rows(), text, reckoning };
}

/** Each net and each VAT amount of the invoice's rows, and the öre that the total was rounded by; undefined when they do not make up the total. */
function partsOf(ledger: Ledger, invoice: Invoice): Part[] | undefined {
  if (!invoice.rows || invoice.total === 0) return undefined;
  const parts: Part[] = [];
  let rest: number = invoice.total;
  for (const { account, netOre, vatRate, vatOre } of invoice.rows) {
    parts.push({ account, amount: netOre });
    rest -= netOre + vatOre;
    if (vatOre === 0) continue;
    const vatAccount = ledger === 'payables' ? dormantInputVat : dormantOutputVat[vatRate];
    if (vatAccount === undefined) return undefined;
    parts.push({ account: vatAccount, amount: vatOre });
  }
  if (Math.abs(rest) >= 100) return undefined;
  if (rest !== 0) parts.push({ account: roundingAccount, amount: ore(rest) });
  return parts;
}

function lineOf(item: OpenItem, parts: readonly Part[], shares: readonly Ore[]): string {
  const split = parts
    .map(({ account }, index) => `${account} ${formatKronor(shares[index] ?? ore(0))}`)
    .join(', ');
  const unit = item.currency === undefined ? '' : ` ${item.currency}`;
  return `Faktura ${item.invoiceNumber}: öppet ${formatKronor(item.openOre)} av ${formatKronor(item.total)}${unit}: ${split}`;
}
