import { allocate } from '../allocate.ts';
import type { Invoice } from '../books.ts';
import { formatKronor, negate, ore, sumOre, zeroOre } from '../money.ts';
import type { Ore } from '../money.ts';
import type { OpenItem } from '../open-items.ts';
import { ProposalRows } from './proposal.ts';
import type { Proposal } from './proposal.ts';
import type { SuggestionInput } from './suggestions.ts';

const fearedLosses = '6352';
const writeDown = '1519';
const doubtful = '1515';
const disputed = '1516';

/**
 * For claims more than 90 days overdue: the feared loss excluding VAT, 6352 D / 1519 K (VAT is given back only when
 * the loss is confirmed), and the move of the claim including VAT, 1515 D / 1510 K. What 1519, 1515 and 1516 already
 * hold is taken off, so that nothing is suggested twice.
 */
export function suggestDoubtful(input: SuggestionInput): Proposal[] {
  const { ledger, books } = input.evidence;
  if (ledger !== 'receivables' || books.closing.accountingMethod === 'CASH') return [];
  const old = input.open.items.filter(({ ageingBucket }) => ageingBucket === 'over90');
  if (old.length === 0) return [];
  return [fearedLoss(old, input), transfer(old, input)].filter((proposal) => proposal !== undefined);
}

function fearedLoss(
  items: readonly OpenItem[],
  { evidence, open, balances, assumedVatRate }: SuggestionInput,
): Proposal | undefined {
  const { to } = evidence.books.closing.year;
  const reckoning: string[] = [];
  let loss = 0;
  for (const item of items) {
    const net = withoutVat(item.openOre, open.accountOf.get(item)?.invoice, assumedVatRate);
    loss += net.amountOre;
    reckoning.push(
      `Faktura ${item.invoiceNumber}, ${item.daysOverdue} dagar efter förfallodagen: ${formatKronor(item.openOre)} varav moms ${formatKronor(ore(item.openOre - net.amountOre))} (${net.basis}), befarad förlust ${formatKronor(net.amountOre)}`,
    );
  }
  const already = negate(balances.get(writeDown) ?? zeroOre);
  if (already !== 0) reckoning.push(`Redan nedskrivet på ${writeDown}: ${formatKronor(already)}`);
  return entry(
    'doubtfulReceivable',
    to,
    fearedLosses,
    writeDown,
    ore(loss - already),
    reckoning,
    'Befarad förlust på kundfordringar exkl moms',
  );
}

function transfer(items: readonly OpenItem[], { evidence, balances }: SuggestionInput): Proposal | undefined {
  const { books } = evidence;
  const reckoning = items.map(
    ({ invoiceNumber, openOre }) => `Faktura ${invoiceNumber}: ${formatKronor(openOre)} inkl moms`,
  );
  const already = sumOre([doubtful, disputed].map((account) => balances.get(account) ?? zeroOre));
  if (already !== 0) reckoning.push(`Redan på ${doubtful} och ${disputed}: ${formatKronor(already)}`);
  const amount = ore(sumOre(items.map(({ openOre }) => openOre)) - already);
  const from = books.predefinedAccounts.receivables;
  return entry(
    'doubtfulTransfer',
    books.closing.year.to,
    doubtful,
    from,
    amount,
    reckoning,
    'Omföring till osäkra kundfordringar',
  );
}

/** The net part of an open amount: by the invoice's own rows when they are known, else by the assumed rate. */
export function withoutVat(
  openOre: Ore,
  invoice: Invoice | undefined,
  assumedVatRate: number,
): { readonly amountOre: Ore; readonly basis: string } {
  const net = sumOre(invoice?.rows?.map(({ netOre }) => netOre) ?? []);
  const vat = sumOre(invoice?.rows?.map(({ vatOre }) => vatOre) ?? []);
  if (net !== 0 && net + vat !== 0) {
    return { amountOre: allocate(openOre, [net, vat])[0] ?? zeroOre, basis: 'enligt fakturans rader' };
  }
  const parts = allocate(openOre, [ore(10_000), ore(Math.round(assumedVatRate * 100))]);
  return { amountOre: parts[0] ?? zeroOre, basis: `antagen momssats ${assumedVatRate} %` };
}

function entry(
  code: 'doubtfulReceivable' | 'doubtfulTransfer',
  date: Proposal['date'],
  debit: string,
  credit: string,
  amount: Ore,
  reckoning: readonly string[],
  text: string,
): Proposal | undefined {
  if (amount <= 0) return undefined;
  const rows = new ProposalRows();
  rows.add(debit, amount);
  rows.add(credit, negate(amount));
  return { code, date, reversalDate: null, rows: rows.rows(), text, reckoning };
}
