import type { AccountNumber, Books, Ledger } from './books.ts';

/** The account that names each attachment: customers' claims (kundfordringar) and suppliers' debts (leverantörsskulder). */
export const attachmentAccount = { receivables: '1510', payables: '2440' } as const satisfies Record<
  Ledger,
  AccountNumber
>;

/** What each ledger ties to when the client has no set of its own (BAS; cases/README, definition 2). */
const defaultSet: Record<Ledger, readonly AccountNumber[]> = {
  receivables: ['1510', '1511', '1512', '1515', '1516'],
  payables: ['2440', '2441', '2445'],
};

/** Neighbours that stand outside the subledger and are shown beside the reconciliation: ROT/RUT, not in the subledger, valuation. */
const neighbours: Record<Ledger, readonly AccountNumber[]> = {
  receivables: ['1513', '1518', '1519'],
  payables: ['2443', '2448'],
};

/** The accounts that the subledger must tie to: the client's own set, else the default; the predefined account always. */
export function accountSetOf(
  ledger: Ledger,
  books: Books,
  own?: readonly AccountNumber[],
): ReadonlySet<AccountNumber> {
  return new Set([...(own ?? defaultSet[ledger]), books.predefinedAccounts[ledger]]);
}

/** Accounts shown apart, unless the client has taken them into the set. */
export const accountsApart = (ledger: Ledger, set: ReadonlySet<AccountNumber>): AccountNumber[] =>
  neighbours[ledger].filter((account) => !set.has(account));

/** A claim is positive in receivables and a debt is positive in payables, so payables turn the ledger's sign. */
export const ledgerSign = (ledger: Ledger): 1 | -1 => (ledger === 'receivables' ? 1 : -1);
