import type { AccountNumber } from '../books.ts';
import { formatKronor, negate, ore, sumOre, zeroOre } from '../money.ts';
import type { Ore } from '../money.ts';
import type { OpenItem } from '../open-items.ts';
import { confirmedLosses } from './confirmed-losses.ts';
import {
  disputedClaims,
  doubtfulClaims,
  feared,
  held,
  heldInCredit,
  judge,
  paidLaterLine,
  writeDown,
} from './judged-receivables.ts';
import { leftToBook } from './left-to-book.ts';
import { ProposalRows } from './proposal.ts';
import type { Proposal, ProposalCode } from './proposal.ts';
import { claimParts } from './receivable-vat.ts';
import type { SuggestionInput } from './suggestions.ts';

/**
 * What follows from the claims that are in doubt: the feared loss excluding VAT, 6352 D / 1519 K (VAT is given back only
 * when the loss is confirmed), and the move of the claims including VAT, 1515 D / 1510 K, disputed ones 1516 D / 1510 K;
 * a confirmed loss 6351 D + output VAT D / 1515 or 1510 K. What the accounts hold already is taken off, so that nothing is
 * suggested twice. In a cash-method year the claims, and their VAT, are not in the books.
 */
export function suggestDoubtful(input: SuggestionInput): Proposal[] {
  const { ledger, books } = input.evidence;
  if (ledger !== 'receivables' || books.closing.accountingMethod === 'CASH') return [];
  const judged = judge(input);
  const { doubtful, disputed, lost } = judged;
  // Claims that a person has not marked may have been moved as disputed before.
  const disputedOre = openOf(disputed);
  const movedAsDisputed = ore(Math.max(0, held(input, disputedClaims) - disputedOre));
  return [
    fearedLoss(doubtful, lost, input),
    transfer('doubtfulTransfer', doubtful, doubtfulClaims, movedAsDisputed, input),
    transfer('disputedTransfer', disputed, disputedClaims, zeroOre, input),
    ...confirmedLosses(judged, input).map((loss) => leftToBook(loss, input.evidence)),
  ].filter((proposal) => proposal !== undefined);
}

const openOf = (items: readonly OpenItem[]): Ore => sumOre(items.map(({ openOre }) => openOre));

function fearedLoss(
  items: readonly OpenItem[],
  lost: readonly OpenItem[],
  input: SuggestionInput,
): Proposal | undefined {
  const reckoning: string[] = [];
  let loss = 0;
  for (const item of items) {
    const { netOre, basis } = claimParts(item, input);
    loss += netOre;
    reckoning.push(
      `Faktura ${item.invoiceNumber}, ${whyDoubtful(item, input)}: ${formatKronor(item.openOre)} varav moms ${formatKronor(ore(item.openOre - netOre))} (${basis}), befarad förlust ${formatKronor(netOre)}`,
      ...paidLaterLine(item),
    );
  }
  const already = heldInCredit(input, writeDown);
  if (already !== 0) reckoning.push(`Redan nedskrivet på ${writeDown}: ${formatKronor(already)}`);
  const missing = ore(loss - already);
  if (missing >= 0) {
    const text = 'Befarad förlust på kundfordringar exkl moms';
    return entry('doubtfulReceivable', [feared, writeDown], missing, reckoning, text, input);
  }
  // What was written down for claims that are lost now goes back; what else 1519 holds is not ours to judge.
  const net = sumOre(lost.map((item) => claimParts(item, input).netOre));
  for (const { invoiceNumber } of lost)
    reckoning.push(`Faktura ${invoiceNumber}: förlusten är konstaterad och inte längre befarad`);
  const back = ore(Math.min(negate(missing), net));
  const text = 'Återföring av befarad förlust som har konstaterats';
  return entry('doubtfulReceivable', [writeDown, feared], back, reckoning, text, input);
}

const whyDoubtful = ({ invoiceNumber, daysOverdue }: OpenItem, { marks }: SuggestionInput): string =>
  marks.get(invoiceNumber)?.kind === 'doubtful'
    ? 'bedömd som osäker'
    : `${daysOverdue} dagar efter förfallodagen`;

function transfer(
  code: 'doubtfulTransfer' | 'disputedTransfer',
  items: readonly OpenItem[],
  to: AccountNumber,
  elsewhere: Ore,
  input: SuggestionInput,
): Proposal | undefined {
  const reckoning = items.map(
    ({ invoiceNumber, openOre }) => `Faktura ${invoiceNumber}: ${formatKronor(openOre)} inkl moms`,
  );
  const already = held(input, to);
  if (already !== 0) reckoning.push(`Redan på ${to}: ${formatKronor(already)}`);
  if (elsewhere !== 0) reckoning.push(`Redan på ${disputedClaims}: ${formatKronor(elsewhere)}`);
  const amount = ore(openOf(items) - already - elsewhere);
  const { receivables } = input.evidence.books.predefinedAccounts;
  const what = code === 'doubtfulTransfer' ? 'osäkra' : 'tvistiga';
  return entry(code, [to, receivables], amount, reckoning, `Omföring till ${what} kundfordringar`, input);
}

function entry(
  code: ProposalCode,
  [debit, credit]: readonly [AccountNumber, AccountNumber],
  amount: Ore,
  reckoning: readonly string[],
  text: string,
  { evidence }: SuggestionInput,
): Proposal | undefined {
  if (amount <= 0) return undefined;
  const rows = new ProposalRows();
  rows.add(debit, amount);
  rows.add(credit, negate(amount));
  return {
    code,
    date: evidence.books.closing.year.to,
    reversalDate: null,
    rows: rows.rows(),
    text,
    reckoning,
  };
}
