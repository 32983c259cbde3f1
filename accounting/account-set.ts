import { isBalanceSheetAccount } from './account-groups.ts';
import type { AccountNumber, Books, Ledger } from './books.ts';

/** The client's own accounts for each ledger; a ledger without any has the default. */
export type AccountSets = Partial<Record<Ledger, readonly AccountNumber[]>>;

/** The account that names each attachment: customers' claims (kundfordringar) and suppliers' debts (leverantörsskulder). */
export const attachmentAccount = { receivables: '1510', payables: '2440' } as const satisfies Record<
  Ledger,
  AccountNumber
>;

/** What each ledger ties to when the client has no set of its own (BAS; cases/README, definition 2). */
export const defaultSet: Record<Ledger, readonly AccountNumber[]> = {
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

/** Accounts as a person lists them: `1510, 1511 1512`. */
export const accountsListed = (text: string): AccountNumber[] =>
  text.split(/[\s,;]+/).filter((account) => account !== '');

/** What is wrong with sets that a person has chosen, in Swedish. */
export function faultsOfAccountSets({ receivables = [], payables = [] }: AccountSets): string[] {
  const faults = new Set<string>();
  const seen = new Set<AccountNumber>();
  for (const account of [...receivables, ...payables]) {
    const name = account.slice(0, 10);
    if (!/^[0-9A-Za-zÅÄÖåäö]{3,8}$/.test(account)) faults.add(`”${name}” är inget kontonummer.`);
    else if (!isBalanceSheetAccount(account)) faults.add(`${name} är inget balanskonto.`);
    if (seen.has(account)) faults.add(`${name} är nämnt två gånger.`);
    seen.add(account);
  }
  return [...faults];
}

/** Accounts shown apart, unless the client has taken them into the set. */
export const accountsApart = (ledger: Ledger, set: ReadonlySet<AccountNumber>): AccountNumber[] =>
  neighbours[ledger].filter((account) => !set.has(account));

/** A claim is positive in receivables and a debt is positive in payables, so payables turn the ledger's sign. */
export const ledgerSign = (ledger: Ledger): 1 | -1 => (ledger === 'receivables' ? 1 : -1);
