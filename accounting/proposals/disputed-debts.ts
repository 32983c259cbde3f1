import { formatKronor, negate, sumOre, zeroOre } from '../money.ts';
import { ProposalRows } from './proposal.ts';
import type { Proposal } from './proposal.ts';
import type { SuggestionInput } from './suggestions.ts';

const disputedDebts = '2445';

/** Supplier invoices that a person has marked as disputed: 2440 D / 2445 K, less what 2445 holds already. */
export function suggestDisputedDebts({ evidence, open, balances, marks }: SuggestionInput): Proposal[] {
  const { ledger, books } = evidence;
  if (ledger !== 'payables' || books.closing.accountingMethod === 'CASH') return [];
  const disputed = open.items.filter(
    ({ invoiceNumber, openOre }) => openOre > 0 && marks.get(invoiceNumber)?.kind === 'disputed',
  );
  const already = negate(balances.get(disputedDebts) ?? zeroOre);
  const amount = sumOre(disputed.map(({ openOre }) => openOre)) - already;
  if (disputed.length === 0 || amount <= 0) return [];
  const rows = new ProposalRows();
  rows.add(books.predefinedAccounts.payables, amount);
  rows.add(disputedDebts, -amount);
  return [
    {
      code: 'disputedTransfer',
      date: books.closing.year.to,
      reversalDate: null,
      rows: rows.rows(),
      text: 'Omföring till tvistiga leverantörsskulder',
      reckoning: [
        ...disputed.map(({ invoiceNumber, openOre }) => `Faktura ${invoiceNumber}: ${formatKronor(openOre)}`),
        ...(already === 0 ? [] : [`Redan på ${disputedDebts}: ${formatKronor(already)}`]),
      ],
    },
  ];
}
