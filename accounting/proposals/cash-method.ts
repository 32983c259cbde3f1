import { allocate } from '../allocate.ts';
import { ledgerSign } from '../account-set.ts';
import type { AccountNumber, Books, Ledger } from '../books.ts';
import { addDays } from '../dates.ts';
import { formatKronor, ore } from '../money.ts';
import type { Ore } from '../money.ts';
import type { OpenItem, OpenItems } from '../open-items.ts';
import { partsOf } from './invoice-parts.ts';
import type { InvoicePart } from './invoice-parts.ts';
import { ProposalRows } from './proposal.ts';
import type { Proposal } from './proposal.ts';

/** Output VAT not yet due (vilande), by rate in percent. */
const dormantOutputVat: Readonly<Record<number, AccountNumber>> = { 25: '2618', 12: '2628', 6: '2638' };
const dormantInputVat: AccountNumber = '2648';

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
    const parts =
      invoice &&
      partsOf(invoice, (rate) => (ledger === 'payables' ? dormantInputVat : dormantOutputVat[rate]));
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

function lineOf(item: OpenItem, parts: readonly InvoicePart[], shares: readonly Ore[]): string {
  const split = parts
    .map(({ account }, index) => `${account} ${formatKronor(shares[index] ?? ore(0))}`)
    .join(', ');
  const unit = item.currency === undefined ? '' : ` ${item.currency}`;
  return `Faktura ${item.invoiceNumber}: öppet ${formatKronor(item.openOre)} av ${formatKronor(item.total)}${unit}: ${split}`;
}
