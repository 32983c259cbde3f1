import type { Adjustment } from '../adjustment.ts';
import type { AccountNumber, Books, VoucherRow } from '../books.ts';
import { negate } from '../money.ts';
import { ProposalRows } from './proposal.ts';
import type { Proposal } from './proposal.ts';

/** Whether an entry belongs to the day it was booked on alone: the cash method's open items (BFL 5:2) become income and cost as they are paid. */
export const isToBeReversed = ({ proposalCode }: Adjustment): boolean => proposalCode === 'cashMethod';

/**
 * Takes an entry of the year before back on the first day of the closing year. Undefined once a voucher of the year, whoever
 * booked it, does just that, and when the year has left the cash method: its payments then settle what was booked.
 */
export function proposeReversal(
  { date, text, rows }: Adjustment,
  { closing }: Pick<Books, 'closing'>,
): Proposal | undefined {
  const isBooked = closing.vouchers.some((voucher) => cancelOut(rows, voucher.rows));
  if (isBooked || closing.accountingMethod !== 'CASH') return undefined;
  const opposite = new ProposalRows();
  for (const { account, amountOre } of rows) opposite.add(account, negate(amountOre));
  return {
    code: 'reversal',
    date: closing.year.from,
    reversalDate: null,
    rows: opposite.rows(),
    text: `Återföring: ${text}`,
    reckoning: [`Vänder det förra bokslutets verifikation ${date}, rad för rad: ${text}`],
  };
}

/** Whether two vouchers' rows come to 0 on every account. */
function cancelOut(rows: readonly VoucherRow[], others: readonly VoucherRow[]): boolean {
  if (!others.some(({ account }) => account === rows[0]?.account)) return false;
  const sums = new Map<AccountNumber, number>();
  for (const { account, amountOre } of [...rows, ...others])
    sums.set(account, (sums.get(account) ?? 0) + amountOre);
  return [...sums.values()].every((sum) => sum === 0);
}
