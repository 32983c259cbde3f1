import { accountGroup, isBalanceSheetAccount } from '../accounting/account-groups.ts';
import { attachmentAccount } from '../accounting/account-set.ts';
import type { Account, AccountNumber, FinancialYear, Ledger, VoucherSeries } from '../accounting/books.ts';
import type { IsoDate } from '../accounting/dates.ts';
import type { Ore } from '../accounting/money.ts';
import { program } from '../accounting/program.ts';
import type { SystemDocumentationDocument } from './content.ts';
import type { Frame } from './frame.ts';

/** What the systemdokumentation of a close is made from. */
export interface SystemFacts {
  readonly header: {
    readonly years: readonly (FinancialYear & { readonly accountingMethod: 'ACCRUAL' | 'CASH' })[];
    readonly lockedUntil?: IsoDate;
  };
  readonly accounts: readonly Account[];
  readonly series: readonly VoucherSeries[];
  /** The current attachments of the ledgers. */
  readonly ledgers: readonly { readonly ledger: Ledger; readonly accounts: readonly AccountNumber[] }[];
  readonly closeSeries: readonly string[];
  readonly materialityOre: Ore;
  readonly fourEyes: boolean;
}

export function systemDocumentation(frame: Frame, facts: SystemFacts): SystemDocumentationDocument {
  const { header, accounts, series, ledgers, closeSeries, materialityOre, fourEyes } = facts;
  const setOf = (ledger: Ledger): readonly AccountNumber[] =>
    ledgers.find((one) => one.ledger === ledger)?.accounts ?? [attachmentAccount[ledger]];
  return {
    ...frame,
    program,
    years: header.years.map(({ from, to, accountingMethod }) => ({ from, to, accountingMethod })),
    ...(header.lockedUntil !== undefined && { lockedUntil: header.lockedUntil }),
    accountSets: { receivables: setOf('receivables'), payables: setOf('payables') },
    series,
    closeSeries: [...new Set(closeSeries)].toSorted(),
    materialityOre,
    fourEyes,
    accounts: accounts
      .filter(({ number }) => isBalanceSheetAccount(number))
      .map(({ number, name }) => {
        const group = accountGroup(number);
        return { number, name, group: group ? `${group.code} ${group.name}` : '' };
      }),
  };
}
