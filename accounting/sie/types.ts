import type { AccountNumber } from '../books.ts';
import type { IsoDate } from '../dates.ts';
import type { Ore } from '../money.ts';
import type { VoucherBatch } from './batch.ts';

/** 1 year balances, 2 period balances, 3 object balances, 4E all and vouchers, 4I vouchers only (SIE 4B §5.2). */
export type SieType = '1' | '2' | '3' | '4E' | '4I';

/** What the bytes are, whatever `#FORMAT` says. `ascii`: no byte above 127, so that every encoding reads it alike. */
export type SieEncoding = 'ascii' | 'cp437' | 'utf-8' | 'latin-1' | 'windows-1252';

/** `missing`: the file has no `#KSUMMA`; `unverifiable`: a value without the marker that starts the count. */
export type SieChecksum = 'missing' | 'ok' | 'wrong' | 'unverifiable';

export type FindingSeverity = 'error' | 'warning' | 'info';

/** Something in the file that a person should know. The file is readable all the same. */
export interface Finding {
  /** Stable, dotted, lower case: `sie.voucher-unbalanced`. */
  readonly code: string;
  readonly severity: FindingSeverity;
  /** 1 for the file's first line; 0 when it concerns the file as a whole. */
  readonly line: number;
  /** A Swedish sentence. */
  readonly message: string;
}

/** `#RAR`: 0 is the file's year, -1 the one before. */
export interface SieFinancialYear {
  readonly index: number;
  readonly from: IsoDate;
  readonly to: IsoDate;
}

/** `#KONTO` with its `#KTYP`, `#ENHET` and `#SRU`. */
export interface SieAccount {
  readonly number: AccountNumber;
  readonly name: string;
  /** False when the file has only a `#KTYP`, `#ENHET` or `#SRU` of it: it is not in the chart. */
  readonly isDeclared: boolean;
  /** T asset (tillgång), S liability (skuld), K cost, I income (intäkt), or what else the file says; undefined when it says nothing. */
  readonly type?: string;
  readonly unit?: string;
  readonly sru: readonly string[];
  readonly line: number;
}

/** `#DIM` or, with a parent, `#UNDERDIM`. 1 cost centre, 6 project, 7 employee, 8 customer, 9 supplier, 10 invoice. */
export interface SieDimension {
  readonly number: string;
  readonly name: string;
  readonly parent?: string;
}

/** `#OBJEKT` */
export interface SieObject {
  readonly dimension: string;
  readonly id: string;
  readonly name: string;
}

/** One pair of an object list `{dimension id …}`. */
export interface SieObjectRef {
  readonly dimension: string;
  readonly id: string;
}

/** `#IB #UB #RES #OIB #OUB`: what an account (or one of its objects) holds at a year's start or end. */
export interface SieBalance {
  readonly kind: 'IB' | 'UB' | 'RES' | 'OIB' | 'OUB';
  /** 0 the file's year, -1 the one before. */
  readonly year: number;
  readonly account: AccountNumber;
  /** Empty but for OIB and OUB. */
  readonly objects: readonly SieObjectRef[];
  readonly amountOre: Ore;
  readonly quantity?: string;
  readonly line: number;
}

/** `#PSALDO` (the period's change, not its balance) and `#PBUDGET`. */
export interface SiePeriodBalance {
  readonly kind: 'PSALDO' | 'PBUDGET';
  readonly year: number;
  /** YYYYMM */
  readonly period: string;
  readonly account: AccountNumber;
  readonly objects: readonly SieObjectRef[];
  readonly amountOre: Ore;
  readonly quantity?: string;
  readonly line: number;
}

/** The records that stand once in a file and say what it is. Absent ones are undefined, empty ones ''. */
export interface SieHeader {
  /** `#FLAGGA`: 1 when a program has already imported the file. */
  readonly flag?: number;
  readonly program?: { readonly name: string; readonly version: string };
  /** What the file says of its encoding, nearly always PC8 and often wrong. */
  readonly format?: string;
  readonly generated?: { readonly date: IsoDate | null; readonly signature: string };
  /** `#PROSA` */
  readonly comment?: string;
  /** `#FTYP`: AB, E, HB … */
  readonly companyType?: string;
  /** `#FNR`: the exporting program's own id of the company. */
  readonly companyId?: string;
  /** `#ORGNR` as written, with or without hyphen; '' when the record is empty. */
  readonly organisationNumber?: string;
  /** `#ORGNR`'s further fields: acquisition and activity number. */
  readonly organisationNumberSuffix?: readonly string[];
  /** `#BKOD`: SNI code. */
  readonly activityCode?: string;
  /** `#ADRESS`: contact, street, postal address, telephone. */
  readonly address?: readonly string[];
  readonly companyName?: string;
  /** `#TAXAR` with its further fields. */
  readonly taxYear?: readonly string[];
  /** `#OMFATTN`: period balances reach to this day. */
  readonly balancesThrough?: IsoDate;
  /** `#KPTYP`: BAS95, EUBAS97, NE2007 … */
  readonly chartType?: string;
  /** `#VALUTA`; SEK when undefined. */
  readonly currency?: string;
}

export type SieRowKind = 'TRANS' | 'RTRANS' | 'BTRANS';

/**
 * One row. Only `TRANS` rows count: `RTRANS` (added later) is followed by an identical `TRANS`, and `BTRANS` was
 * struck out (SIE 4B §11).
 */
export interface SieRow {
  readonly kind: SieRowKind;
  readonly account: AccountNumber;
  /** Debit positive, credit negative. */
  readonly amountOre: Ore;
  /** The row's own date; the voucher's date when the row has none. */
  readonly date: IsoDate | null;
  readonly text: string;
  readonly objects: readonly SieObjectRef[];
  readonly quantity?: string;
  readonly signature?: string;
  readonly line: number;
}

/** `#VER` with its rows, all kinds, in the order of the file. */
export interface SieVoucher {
  /** '' when the file gives none (legal in 4I). */
  readonly series: string;
  /** As written; '' when the file gives none. */
  readonly number: string;
  /** null when missing or unreadable: always reported as an error. */
  readonly date: IsoDate | null;
  readonly text: string;
  readonly registeredDate: IsoDate | null;
  readonly signature: string;
  readonly rows: readonly SieRow[];
  /** The line of `#VER`. */
  readonly line: number;
}

/** Everything of a file but its vouchers. Arrays are in the order of the file. */
export interface SieContent {
  readonly type: SieType;
  readonly header: SieHeader;
  readonly years: readonly SieFinancialYear[];
  /** `#RAR` without dates, as 4I files have it: says nothing but that there is a year. */
  readonly undatedYears: readonly number[];
  readonly accounts: readonly SieAccount[];
  readonly dimensions: readonly SieDimension[];
  readonly objects: readonly SieObject[];
  readonly balances: readonly SieBalance[];
  readonly periodBalances: readonly SiePeriodBalance[];
}

/** A file that was read whole. */
export interface SieFile extends SieContent {
  readonly encoding: SieEncoding;
  readonly checksum: SieChecksum;
  readonly findings: readonly Finding[];
  readonly voucherCount: number;
  /** `#TRANS` rows: the ones that count. */
  readonly rowCount: number;
  /** Sum of the positive `#TRANS` amounts. */
  readonly debitOre: Ore;
  /** Σ `#TRANS` per account that occurs in a voucher. */
  readonly movements: ReadonlyMap<AccountNumber, Ore>;
  /** Whether IB + Σ #TRANS = UB for every balance account; null when the file lacks closing balances or vouchers. */
  readonly balancesTie: boolean | null;
  /** The vouchers, unless they were handed to `onVouchers` as they were read. */
  readonly batches: readonly VoucherBatch[];
  /** The voucher with this index, 0 ≤ index < voucherCount; RangeError beyond, or when they were handed on. */
  voucher(index: number): SieVoucher;
  vouchers(): IterableIterator<SieVoucher>;
}

/** Bytes of a file: all at once, or as they come. */
export type SieSource = Uint8Array | Iterable<Uint8Array> | AsyncIterable<Uint8Array>;

export interface ReadSieOptions {
  /** Tells 4I from 4E: `.si` is a transaction file by convention, whatever it contains. */
  readonly fileName?: string;
  /**
   * Receives vouchers as they are read, some thousands at a time, and is awaited: memory then does not grow with the
   * file. A refusal can come after batches were handed on, so store them in a transaction.
   */
  readonly onVouchers?: (batch: VoucherBatch) => void | Promise<void>;
}
