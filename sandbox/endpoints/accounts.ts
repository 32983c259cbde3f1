import { notFound, recordUrl, type ApiCall } from '../api-call.ts';
import { isBalanceAccount, movements, openingBalance, type Account, type FinancialYear } from '../books.ts';
import { apiJson } from '../http.ts';
import { list, requestedYear } from '../list.ts';
import { toNumber } from '../money.ts';

/** Accounts with letters, as some SIE files have them, cannot exist in Fortnox's API: they stay in the SIE file. */
const isNumeric = (account: Account) => /^\d+$/.test(account.number);

function common(call: ApiCall, year: FinancialYear, account: Account) {
  return {
    '@url': recordUrl(call, 'accounts', account.number),
    Active: account.active,
    BalanceBroughtForward: toNumber(openingBalance(call.books, year.id, account.number)),
    CostCenter: null,
    CostCenterSettings: 'ALLOWED',
    Description: account.description,
    Number: Number(account.number),
    Project: '',
    ProjectSettings: 'ALLOWED',
    SRU: account.sru ?? 0,
    VATCode: null,
    Year: year.id,
  };
}

export function listAccounts(call: ApiCall) {
  const year = requestedYear(call);
  return list(call, {
    name: 'Accounts',
    items: [...call.books.accounts.values()].filter(isNumeric),
    show: (account) => common(call, year, account),
    filters: { sru: (account, value) => String(account.sru ?? '') === value },
    sort: { number: (account) => Number(account.number) },
  });
}

export function oneAccount(call: ApiCall) {
  const year = requestedYear(call);
  const account = call.books.accounts.get(call.path[0] ?? '');
  if (!account || !isNumeric(account)) throw notFound(call, 'Kan inte hitta kontot.', 2000423);
  const opening = openingBalance(call.books, year.id, account.number);
  const moved = movements(call.books, year.id).get(account.number) ?? 0;
  const stated = call.books.statedBalances.get(`${year.id}/${account.number}`);
  return apiJson(200, {
    Account: {
      ...common(call, year, account),
      BalanceCarriedForward: toNumber(stated ?? opening + moved),
      OpeningQuantities: null,
      QuantitySettings: 'ALLOWED',
      QuantityUnit: '',
      TransactionInformation: '',
      TransactionInformationSettings: isBalanceAccount(account.number) ? 'NOTALLOWED' : 'ALLOWED',
    },
  });
}

/** The names of the predefined accounts are assumed; see README.md. */
export function predefinedAccounts(call: ApiCall) {
  const { books, world } = call;
  return list(call, {
    name: 'PreDefinedAccounts',
    items: [
      { name: world.assumptions.predefinedReceivables, account: books.predefined.receivables },
      { name: world.assumptions.predefinedPayables, account: books.predefined.payables },
    ],
    show: ({ name, account }) => ({
      '@url': recordUrl(call, 'predefinedaccounts', name),
      Account: Number(account),
      Name: name,
    }),
  });
}
