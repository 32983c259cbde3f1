import { z } from 'zod';
import type { Account, AccountNumber, FinancialYear, VoucherSeries } from '../../accounting/books.ts';
import type { IsoDate } from '../../accounting/dates.ts';
import type { Ore } from '../../accounting/money.ts';
import { date, flag, money, text, wholeNumber } from './fields.ts';
import { keyFrom } from './finding.ts';
import type { RecordKind } from './finding.ts';

/** A financial year with Fortnox's id, which says nothing about time. */
export interface FortnoxYear extends FinancialYear {
  readonly id: number;
  readonly accountingMethod: 'ACCRUAL' | 'CASH';
}

const yearSchema = z.object({
  Id: wholeNumber.required,
  FromDate: date.required,
  ToDate: date.required,
  AccountingMethod: text.optional,
});

export const financialYear: RecordKind<z.infer<typeof yearSchema>, FortnoxYear> = {
  resource: 'financialyears',
  keyOf: keyFrom('Id'),
  schema: yearSchema,
  toDomain(wire, note) {
    const method = wire.AccountingMethod?.toUpperCase();
    if (method !== 'ACCRUAL' && method !== 'CASH') {
      note(
        'fortnox.accounting-method-unknown',
        'AccountingMethod',
        `Räkenskapsåret ${wire.FromDate}–${wire.ToDate} har ingen känd bokföringsmetod. Det har lästs som faktureringsmetoden.`,
      );
    }
    return {
      id: wire.Id,
      from: wire.FromDate,
      to: wire.ToDate,
      accountingMethod: method === 'CASH' ? 'CASH' : 'ACCRUAL',
    };
  },
};

const accountSchema = z.object({ Number: text.required, Description: text.optional, Active: flag.optional });

export const account: RecordKind<z.infer<typeof accountSchema>, Account> = {
  resource: 'accounts',
  keyOf: keyFrom('Number'),
  schema: accountSchema,
  toDomain: (wire) => ({ number: wire.Number, name: wire.Description ?? '', active: wire.Active ?? true }),
};

/** An account's closing balance, which the list leaves out: opening balance + what its vouchers moved. */
export const accountBalanceSchema = z
  .object({ Account: z.object({ BalanceCarriedForward: money.required }) })
  .transform(({ Account: wire }): Ore => wire.BalanceCarriedForward);

/** A series with the years' ids that tell apart the same code in two years. */
export interface FortnoxSeries extends VoucherSeries {
  readonly yearId?: number;
  /** Posted vouchers wait for somebody's approval in Fortnox (Bokföringsattest). */
  readonly needsApproval: boolean;
}

const seriesSchema = z.object({
  Code: text.required,
  Description: text.optional,
  // A missing answer must not let a voucher be sent to a series that refuses it.
  Manual: flag.optional,
  Year: wholeNumber.optional,
  Approver: z.object({ Id: wholeNumber.optional }).nullish().catch(null),
});

export const voucherSeries: RecordKind<z.infer<typeof seriesSchema>, FortnoxSeries> = {
  resource: 'voucherseries',
  keyOf: keyFrom('Code', 'Year'),
  schema: seriesSchema,
  toDomain: (wire) => ({
    code: wire.Code,
    description: wire.Description ?? '',
    manual: wire.Manual ?? false,
    needsApproval: (wire.Approver?.Id ?? 0) !== 0,
    ...(wire.Year === undefined ? {} : { yearId: wire.Year }),
  }),
};

const predefinedSchema = z.object({ Name: text.optional, Account: text.optional });

interface PredefinedAccount {
  readonly name: string;
  readonly account?: AccountNumber;
}

export const predefinedAccount: RecordKind<z.infer<typeof predefinedSchema>, PredefinedAccount> = {
  resource: 'predefinedaccounts',
  keyOf: keyFrom('Name'),
  schema: predefinedSchema,
  toDomain: (wire) => ({
    name: wire.Name ?? '',
    ...(wire.Account === undefined || wire.Account === '0' ? {} : { account: wire.Account }),
  }),
};

/** The names under which Fortnox lists the two accounts that invoices are booked on; BAS's own when they are not set. */
export function receivablesAndPayables(accounts: readonly PredefinedAccount[]): {
  readonly receivables: AccountNumber;
  readonly payables: AccountNumber;
} {
  const named = (name: string): AccountNumber | undefined =>
    accounts.find((entry) => entry.name === name)?.account;
  return { receivables: named('CUSTOMERCLAIM') ?? '1510', payables: named('SUPPLIERDEBT') ?? '2440' };
}

/** Up to and including which date the books are locked; undefined when nothing is. */
export const lockedPeriodSchema = z
  .object({ LockedPeriod: z.object({ EndDate: date.optional }).nullish() })
  .transform((wire): IsoDate | undefined => wire.LockedPeriod?.EndDate);

export interface CompanyInformation {
  readonly name: string;
  readonly organisationNumber: string;
  /** The tenant: tells apart several Fortnox databases of one organisation number. */
  readonly databaseNumber: string;
}

export const companySchema = z
  .object({
    CompanyInformation: z.object({
      CompanyName: text.optional,
      OrganizationNumber: text.optional,
      DatabaseNumber: text.required,
    }),
  })
  .transform(({ CompanyInformation: wire }): CompanyInformation => ({
    name: wire.CompanyName ?? '',
    organisationNumber: wire.OrganizationNumber ?? '',
    databaseNumber: wire.DatabaseNumber,
  }));
