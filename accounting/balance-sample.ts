import { closingBalances } from './balances.ts';
import type { AccountNumber, Books } from './books.ts';
import { compareNumbers } from './number-order.ts';

/**
 * The accounts whose balance is asked of Fortnox itself, to hold the SIE file against: the subledgers' accounts and the
 * largest balances, since a request an account is slow. Only accounts that Fortnox's API can name (1000–9999).
 */
export function balanceSample(
  books: Pick<Books, 'closing' | 'predefinedAccounts'>,
  atMost: number,
): AccountNumber[] {
  const balances = closingBalances(books.closing);
  const { receivables, payables } = books.predefinedAccounts;
  const largest = [...balances]
    .toSorted(([a, x], [b, y]) => Math.abs(y) - Math.abs(x) || compareNumbers(a, b))
    .map(([account]) => account);
  const first = [receivables, payables].filter((account) => balances.has(account));
  return [...new Set([...first, ...largest])]
    .filter((account) => /^[1-9]\d{3}$/.test(account))
    .slice(0, atMost);
}
