import type { IsoDate } from './dates.ts';
import type { Ore } from './money.ts';

/** A financial year (räkenskapsår), both days included. May be shorter or longer than twelve months (BFL 3:3). */
export interface FinancialYear {
  /** Fortnox's id of the year, when the books come from there. It says nothing about time: order by `from`. */
  readonly id?: number;
  readonly from: IsoDate;
  readonly to: IsoDate;
}

/** An account number as the books write it: usually four digits, but 3–8 characters occur in SIE files. */
export type AccountNumber = string;

export interface Account {
  readonly number: AccountNumber;
  readonly name: string;
  readonly active: boolean;
}

/** A voucher series (verifikationsserie) of the closing year. Only manual ones can be posted to over the API. */
export interface VoucherSeries {
  readonly code: string;
  readonly description: string;
  readonly manual: boolean;
}

/** Names one voucher across years. `year` is the first day of its financial year, since ids say nothing about time. */
export interface VoucherRef {
  readonly series: string;
  readonly number: number;
  readonly year: IsoDate;
}

export interface VoucherRow {
  readonly account: AccountNumber;
  /** Debit positive, credit negative. */
  readonly amountOre: Ore;
  readonly text: string;
}

export type ReferenceType =
  | 'INVOICE'
  | 'SUPPLIERINVOICE'
  | 'INVOICEPAYMENT'
  | 'SUPPLIERPAYMENT'
  | 'MANUAL'
  | 'CASHINVOICE'
  | 'ACCRUAL';

/** A voucher (verifikation) with the rows that count; removed rows (SIE #BTRANS) are only told of. */
export interface Voucher {
  readonly series: string;
  /** 0 when the file gives none (legal in SIE 4I). */
  readonly number: number;
  readonly date: IsoDate;
  readonly text: string;
  readonly rows: readonly VoucherRow[];
  readonly reference?: { readonly type: ReferenceType; readonly number: string };
  /** True when Fortnox or the file shows struck rows: the voucher was edited after it was made (BFL 5:5). */
  readonly edited?: boolean;
}

/** One financial year's ledger. */
export interface YearBooks {
  readonly year: FinancialYear;
  readonly accountingMethod: 'ACCRUAL' | 'CASH';
  /** Signed, debit positive; a missing account is 0. */
  readonly openingBalances: ReadonlyMap<AccountNumber, Ore>;
  readonly vouchers: readonly Voucher[];
}

/** How a financial year closed, as it is reckoned from its vouchers or as somebody states it. */
export interface ClosedYear {
  readonly year: FinancialYear;
  /** Signed, debit positive; a missing account is 0. */
  readonly closingBalances: ReadonlyMap<AccountNumber, Ore>;
}

/** Which subledger (reskontra): customers on 1510 or suppliers on 2440. */
export type Ledger = 'receivables' | 'payables';

/** One part of an invoice as it will be booked, for the cash method. VAT rates in percent. */
export interface InvoiceRow {
  readonly account: AccountNumber;
  readonly netOre: Ore;
  readonly vatRate: number;
  readonly vatOre: Ore;
}

/** An invoice of either ledger. Amounts are hundredths of its own currency; a credit note is negative. */
export interface Invoice {
  readonly ledger: Ledger;
  readonly number: string;
  readonly partyNumber: string;
  readonly partyName: string;
  /** The supplier's own invoice number. */
  readonly externalNumber?: string;
  readonly invoiceDate: IsoDate;
  readonly dueDate: IsoDate;
  readonly currency: string;
  /** SEK for one unit, a decimal string ("1" for SEK). */
  readonly currencyRate: string;
  readonly total: Ore;
  /** Today's balance at Fortnox, never the balance at the balance date. */
  readonly balanceToday: Ore;
  /** ROT/RUT: the tax agency's share, not owed by the customer. */
  readonly taxReduction: Ore;
  readonly credit: boolean;
  readonly creditOf?: string;
  readonly booked: boolean;
  readonly cancelled: boolean;
  readonly finalPayDate?: IsoDate;
  readonly voucher?: VoucherRef;
  readonly rows?: readonly InvoiceRow[];
}

/** A payment of an invoice of either ledger. */
export interface Payment {
  readonly ledger: Ledger;
  readonly number: string;
  readonly invoiceNumber: string;
  readonly date: IsoDate;
  /** Money in SEK; positive settles an invoice, negative is a refund or settles a credit note. */
  readonly amountOre: Ore;
  /** What it settles in the invoice's currency, when that is not SEK. */
  readonly amountCurrency?: Ore;
  readonly booked: boolean;
  /** Settle more on top, SEK only; negative: less. */
  readonly writeOffs: readonly { readonly amountOre: Ore; readonly account: AccountNumber }[];
  readonly voucher?: VoucherRef;
}

/** An exchange rate: SEK for one unit on a day, with where it comes from. */
export interface ExchangeRate {
  readonly currency: string;
  readonly date: IsoDate;
  readonly rate: string;
  readonly source: string;
}

/** Everything that a close needs to know of a company, as it stood when it was fetched. */
export interface Books {
  /** The year being closed; `closing.year.to` is the balance date D. */
  readonly closing: YearBooks;
  /** Other years that were read, in order of time: up to two before, and the next one as far as documents refer to it. */
  readonly otherYears: readonly YearBooks[];
  /** Years before whose vouchers are not known, as the closing year's own file states them (SIE #UB −1, −2). In order of time. */
  readonly statedYears?: readonly ClosedYear[];
  readonly accounts: readonly Account[];
  readonly series: readonly VoucherSeries[];
  readonly lockedUntil?: IsoDate;
  readonly predefinedAccounts: { readonly receivables: AccountNumber; readonly payables: AccountNumber };
  readonly invoices: readonly Invoice[];
  readonly payments: readonly Payment[];
}
