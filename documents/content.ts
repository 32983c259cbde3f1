import type { Attachment } from '../accounting/attachment.ts';
import type { FinancialYear, AccountNumber, VoucherSeries } from '../accounting/books.ts';
import type { FoundRecord } from '../accounting/controls/finding.ts';
import type { IsoDate } from '../accounting/dates.ts';
import type { Ore } from '../accounting/money.ts';
import type { OwnAttachment } from '../accounting/own-attachment.ts';

/**
 * What the documents say, as plain data: everything a renderer needs and nothing it has to look up, so that
 * the same data gives the same bytes on any day and machine. An instant is an ISO 8601 string in UTC.
 */

/** Whose document it is; the same on every document of a close. */
export interface Letterhead {
  readonly firmName: string;
  readonly companyName: string;
  readonly organisationNumber: string;
  readonly year: FinancialYear;
}

/** Where the figures come from; printed at the foot of every page. */
export interface Source {
  /** "Fortnox", or the name of the file. */
  readonly system: string;
  readonly fetchedAt: string;
  /** Lower-case hex. */
  readonly snapshotHash: string;
}

export interface Signature {
  readonly name: string;
  readonly at: string;
}

/** Prepared (upprättad) and approved (granskad), the document's status and version. */
export interface SignOff {
  /** `stale`: approved once, but the figures under it have moved since. */
  readonly status: 'draft' | 'prepared' | 'approved' | 'stale';
  readonly version: number;
  /** A re-import offers this later version in its place, and nobody has answered yet. */
  readonly offeredVersion?: number;
  /** This is such an offer itself; the version that stands until somebody takes it over. */
  readonly standingVersion?: number;
  readonly prepared?: Signature;
  readonly approved?: Signature;
}

interface Document {
  readonly letterhead: Letterhead;
  readonly source: Source;
}

/** The bilaga for customer receivables (1510) or supplier payables (2440). */
export interface AttachmentDocument extends Document {
  readonly signOff: SignOff;
  readonly attachment: Attachment;
  /** The accountant's own words, printed under the reconciliation. */
  readonly note?: string;
}

export interface OrderRow {
  readonly account: AccountNumber;
  readonly accountName: string;
  /** Debit positive, credit negative. */
  readonly amountOre: Ore;
  readonly text: string;
}

/** One adjustment voucher as approved and, after the export, as Fortnox numbered it. */
export interface OrderVoucher {
  readonly date: IsoDate;
  readonly text: string;
  readonly rows: readonly OrderRow[];
  /** False: *ej aktuell för överföring*. */
  readonly transfer: boolean;
  /** Fortnox's own number, once it is booked there; `awaitsAttest` while Fortnox's Bokföringsattest was still to come. */
  readonly booked?: {
    readonly series: string;
    readonly number: number;
    readonly at: string;
    readonly awaitsAttest?: boolean;
  };
}

/** The bokföringsorder: the adjustment vouchers of a close. */
export interface OrderDocument extends Document {
  readonly signOff: SignOff;
  /** The series that the accountant chose. */
  readonly series: string;
  readonly revision: number;
  readonly vouchers: readonly OrderVoucher[];
}

/** The behandlingshistorik: who did what, when (BFL 5:11, BFNAR 2013:2 ch. 9). */
export interface HistoryDocument extends Document {
  readonly entries: readonly {
    readonly at: string;
    readonly who: string;
    readonly what: string;
    /** Which revision or snapshot it concerned, when it did. */
    readonly concerns?: string;
  }[];
}

/** What the import found in the books. */
export interface FindingsDocument extends Document {
  readonly findings: readonly {
    readonly code: string;
    readonly severity: 'error' | 'warning' | 'info';
    /** Swedish sentence. */
    readonly message: string;
    /** The line of the SIE file; 0 or absent: it concerns the whole. */
    readonly line?: number;
    /** The vouchers, accounts, invoices or files behind it. */
    readonly records?: readonly FoundRecord[];
  }[];
}

/** The huvudbilagor: per account group what came in, what moved, what stands. */
export interface MainAttachmentDocument extends Document {
  readonly signOff?: SignOff;
  readonly groups: readonly {
    readonly code: string;
    readonly name: string;
    /** None: the group has left the books. */
    readonly accounts: readonly {
      readonly number: AccountNumber;
      readonly name: string;
      readonly openingOre: Ore;
      readonly changeOre: Ore;
      readonly closingOre: Ore;
      /** Closing balances of the years before, the latest first. */
      readonly priorClosing?: readonly { readonly yearEnd: IsoDate; readonly closingOre: Ore }[];
      /** What supports the closing balance, e.g. "Bilaga 1510"; absent: nothing yet. */
      readonly supportedBy?: string;
    }[];
    /** The accountant's own words. */
    readonly note?: string;
    /** Of this group's attachment, when the document holds several. */
    readonly signOff?: SignOff;
  }[];
}

/** An own attachment: what a person has specified a balance with. */
export interface OwnAttachmentDocument extends Document {
  readonly signOff: SignOff;
  readonly attachment: OwnAttachment;
}

/**
 * The systemdokumentation of the close (BFL 5:11, BFNAR 2013:2 ch. 9): how its records are made, so that they can be
 * followed and understood without the program.
 */
export interface SystemDocumentationDocument extends Document {
  readonly program: { readonly name: string; readonly version: string };
  readonly years: readonly (FinancialYear & { readonly accountingMethod: 'ACCRUAL' | 'CASH' })[];
  readonly lockedUntil?: IsoDate;
  /** The accounts that each ledger ties to. */
  readonly accountSets: {
    readonly receivables: readonly AccountNumber[];
    readonly payables: readonly AccountNumber[];
  };
  readonly series: readonly VoucherSeries[];
  /** The series that the close has sent vouchers to, or was approved for. */
  readonly closeSeries: readonly string[];
  readonly materialityOre: Ore;
  readonly fourEyes: boolean;
  readonly accounts: readonly {
    readonly number: AccountNumber;
    readonly name: string;
    readonly group: string;
  }[];
}

/** The first page of the årsakt: which documents it holds. */
export interface BinderIndexDocument extends Document {
  readonly files: readonly BinderIndexFile[];
  /** Kept until the last day of this year (BFL 7:2). */
  readonly keptUntilYear: number;
}

export interface BinderIndexFile {
  readonly name: string;
  readonly title: string;
  readonly bytes: number;
  readonly sha256: string;
}
