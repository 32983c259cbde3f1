import type { IsoDate } from './dates.ts';
import { ore, zeroOre } from './money.ts';
import type { Ore } from './money.ts';
import { settles } from './subledger.ts';
import type { InvoiceAccount } from './subledger.ts';

/** How an invoice that is paid without payment rows is treated; FinalPayDate is a labelled fallback, so all are asked about. */
export type SettlementTreatment = 'settled' | 'open' | 'ask';

/** What is missing between the invoice and its payments, in its own currency; 0 when nothing is. */
export interface SettlementGap {
  readonly gap: Ore;
  readonly treatedAs: SettlementTreatment;
}

/**
 * Invoice dated up to D, paid today, but its payment rows do not say how (cases/README, definition 7). Unbooked
 * payments count here: they say where the money went, though not yet in the ledger.
 */
export function settlementGap(
  { invoice, payments }: InvoiceAccount,
  balanceDate: IsoDate,
): SettlementGap | undefined {
  if (invoice.balanceToday !== 0 || invoice.invoiceDate > balanceDate) return undefined;
  let gap = invoice.total - invoice.taxReduction;
  for (const payment of payments) gap -= settles(payment, invoice);
  if (gap === 0) return undefined;
  const { finalPayDate } = invoice;
  const treatedAs = finalPayDate === undefined ? 'ask' : finalPayDate <= balanceDate ? 'settled' : 'open';
  return { gap: ore(gap), treatedAs };
}

/** What the treatment takes off the open amount. */
export const takenOff = (found: SettlementGap | undefined): Ore =>
  found && found.treatedAs !== 'open' ? found.gap : zeroOre;
