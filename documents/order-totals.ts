import { negate, sumOre } from '../accounting/money.ts';
import type { OrderVoucher } from './content.ts';
import type { Ore } from '../accounting/money.ts';

/** Sums of debit and credit, both positive, over the rows of some vouchers. */
export function orderTotals(vouchers: readonly OrderVoucher[]): { debitOre: Ore; creditOre: Ore } {
  const amounts = vouchers.flatMap(({ rows }) => rows.map(({ amountOre }) => amountOre));
  return {
    debitOre: sumOre(amounts.filter((amount) => amount > 0)),
    creditOre: negate(sumOre(amounts.filter((amount) => amount < 0))),
  };
}
