import type { Voucher } from '../books.ts';
import { isAdjustment } from '../explain/adjustment-vouchers.ts';
import type { Evidence } from '../explain/evidence.ts';
import { formatKronor, negate, sumOre } from '../money.ts';
import { ProposalRows } from './proposal.ts';
import type { Proposal } from './proposal.ts';

/**
 * A proposal less what vouchers of ours have booked of it, so that nothing is proposed twice; undefined when nothing is left on
 * the ledger's accounts. Ours carry our mark and begin with the proposal's text; which accounts an accountant has chosen for
 * the other side is no reason to propose it again.
 */
export function leftToBook(proposal: Proposal, evidence: Evidence): Proposal | undefined {
  const booked = evidence.vouchers
    .filter((seen) => seen.voucher.text.startsWith(`${proposal.text} `) && isAdjustment(seen))
    .map(({ voucher }) => voucher)
    .filter(balances);
  if (booked.length === 0) return proposal.rows.length === 0 ? undefined : proposal;
  const rows = new ProposalRows();
  for (const { account, debitOre, creditOre } of proposal.rows) rows.add(account, debitOre - creditOre);
  for (const { account, amountOre } of booked.flatMap((voucher) => voucher.rows))
    rows.add(account, negate(amountOre));
  const left = rows.rows();
  if (!left.some(({ account }) => evidence.set.has(account))) return undefined;
  return { ...proposal, rows: left, reckoning: [...proposal.reckoning, ...booked.map(lineOf)] };
}

const balances = ({ rows }: Voucher): boolean => sumOre(rows.map(({ amountOre }) => amountOre)) === 0;

const lineOf = ({ series, number, date, rows }: Voucher): string =>
  `Redan bokfört med verifikation ${series}-${number} ${date}: ${rows.map(({ account, amountOre }) => `${account} ${formatKronor(amountOre)}`).join(', ')}`;
