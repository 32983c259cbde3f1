import { toFortnoxText } from '../fortnox-text.ts';
import { formatKronor, ore, sumOre } from '../money.ts';
import { confirmed, doubtfulClaims, held, paidLaterLine } from './judged-receivables.ts';
import type { JudgedReceivables } from './judged-receivables.ts';
import { ProposalRows } from './proposal.ts';
import type { Proposal } from './proposal.ts';
import { claimParts } from './receivable-vat.ts';
import type { SuggestionInput } from './suggestions.ts';

/**
 * One entry for each claim that a person has marked as lost: the sale to 6351, its output VAT given back, against 1515 as
 * far as that account holds more than the doubtful claims, else against the predefined account. The text names the
 * invoice, by which the entry is known again when it comes back from Fortnox.
 */
export function confirmedLosses({ lost, doubtful }: JudgedReceivables, input: SuggestionInput): Proposal[] {
  const { books } = input.evidence;
  const doubtfulOre = sumOre(doubtful.map(({ openOre }) => openOre));
  let movedBefore = Math.max(0, held(input, doubtfulClaims) - doubtfulOre);
  return lost.map((item) => {
    const { invoiceNumber, openOre } = item;
    const { netOre, vat, basis } = claimParts(item, input);
    const fromDoubtful = Math.min(openOre, movedBefore);
    movedBefore -= fromDoubtful;
    const rows = new ProposalRows();
    rows.add(confirmed, netOre);
    for (const { account, amountOre } of vat) rows.add(account, amountOre);
    rows.add(doubtfulClaims, -fromDoubtful);
    rows.add(books.predefinedAccounts.receivables, fromDoubtful - openOre);
    const given = vat.map(({ account, amountOre }) => `${account} ${formatKronor(amountOre)}`).join(', ');
    return {
      code: 'confirmedLoss',
      date: books.closing.year.to,
      reversalDate: null,
      rows: rows.rows(),
      text: toFortnoxText(`Konstaterad kundförlust faktura ${invoiceNumber}`),
      reckoning: [
        `Faktura ${invoiceNumber}, bedömd som konstaterad förlust: ${formatKronor(openOre)}, varav moms ${formatKronor(ore(openOre - netOre))} (${basis})`,
        `Förlust exkl moms ${formatKronor(netOre)}${given === '' ? '' : `, utgående moms som minskas: ${given}`}`,
        ...paidLaterLine(item),
        'Skriv även av fakturan i kundreskontran, så att den inte står kvar som öppen post',
      ],
    };
  });
}
