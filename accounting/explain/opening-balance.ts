import { ledgerSign } from '../account-set.ts';
import { closingBalances, priorYear } from '../balances.ts';
import { ore } from '../money.ts';
import { compareNumbers } from '../number-order.ts';
import type { Evidence } from './evidence.ts';
import type { Finding } from './explanation.ts';
import { kronor, nameYear } from './wording.ts';

/** The opening balance on the set differs from the closing balance of the year that ended the day before (ÅRL 2:4 p 7). */
export function explainOpeningBalance({ ledger, set, books }: Evidence): Finding[] {
  const prior = priorYear(books);
  if (!prior) return [];
  const closed = closingBalances(prior);
  let sum = 0;
  const moved: string[] = [];
  for (const account of [...set].toSorted(compareNumbers)) {
    const step = (books.closing.openingBalances.get(account) ?? 0) - (closed.get(account) ?? 0);
    if (step === 0) continue;
    sum += step;
    moved.push(account);
  }
  if (sum === 0) return [];
  const amountOre = ore(sum * ledgerSign(ledger));
  return [
    {
      code: 'openingBalance',
      amountOre,
      references: moved.map((account) => `account ${account}`),
      text: `Ingående balans på ${moved.join(', ')} avviker med ${kronor(amountOre)} från utgående balans för ${nameYear(prior)}.`,
    },
  ];
}
