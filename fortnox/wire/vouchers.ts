import { z } from 'zod';
import type { ReferenceType, VoucherRow } from '../../accounting/books.ts';
import type { IsoDate } from '../../accounting/dates.ts';
import { negate, ore, zeroOre } from '../../accounting/money.ts';
import { date, flag, money, text, wholeNumber } from './fields.ts';
import { keyFrom } from './finding.ts';
import type { Note, RecordKind } from './finding.ts';
import { wireMoney } from './money.ts';

/** What a list tells of a voucher: no rows and no amounts, but the text and comments in which a marker can be found. */
export interface ListedVoucher {
  readonly series: string;
  readonly number: number;
  readonly yearId: number;
  readonly date: IsoDate;
  readonly text: string;
  readonly comments: string;
  readonly reference?: { readonly type: ReferenceType; readonly number: string };
  /** Fortnox's ApprovalState as it stands, 0 or absent when the voucher waits for nobody. */
  readonly approvalState: number;
}

/** A voucher with its rows, and the struck ones apart: they never count (BFL 5:5 keeps them visible). */
export interface FortnoxVoucher extends ListedVoucher {
  readonly rows: readonly VoucherRow[];
  readonly removedRows: readonly VoucherRow[];
}

const headFields = {
  VoucherSeries: text.required,
  VoucherNumber: wholeNumber.required,
  Year: wholeNumber.required,
  TransactionDate: date.required,
  Description: text.optional,
  Comments: text.optional,
  ReferenceType: text.optional,
  ReferenceNumber: text.optional,
  ApprovalState: wholeNumber.optional,
};

const listedSchema = z.object(headFields);

export const listedVoucher: RecordKind<z.infer<typeof listedSchema>, ListedVoucher> = {
  resource: 'vouchers',
  keyOf: keyFrom('VoucherSeries', 'VoucherNumber', 'Year'),
  schema: listedSchema,
  toDomain: head,
};

const rowSchema = z.object({
  Account: text.required,
  Debit: money.optional,
  Credit: money.optional,
  TransactionInformation: text.optional,
  Removed: flag.optional,
});

const detailSchema = z.object({ ...headFields, VoucherRows: z.array(rowSchema).nullish() });

export const voucher: RecordKind<z.infer<typeof detailSchema>, FortnoxVoucher> = {
  resource: 'vouchers',
  keyOf: keyFrom('VoucherSeries', 'VoucherNumber', 'Year'),
  schema: detailSchema,
  toDomain(wire, note) {
    const all = wire.VoucherRows ?? [];
    return {
      ...head(wire, note),
      rows: all.filter((row) => !row.Removed).map(toRow),
      removedRows: all.filter((row) => row.Removed).map(toRow),
    };
  },
};

function head(wire: z.infer<typeof listedSchema>, note: Note): ListedVoucher {
  const reference = referenceOf(wire, note);
  return {
    series: wire.VoucherSeries,
    number: wire.VoucherNumber,
    yearId: wire.Year,
    date: wire.TransactionDate,
    text: wire.Description ?? '',
    comments: wire.Comments ?? '',
    approvalState: wire.ApprovalState ?? 0,
    ...(reference === undefined ? {} : { reference }),
  };
}

const toRow = (row: z.infer<typeof rowSchema>): VoucherRow => ({
  account: row.Account,
  amountOre: ore((row.Debit ?? zeroOre) - (row.Credit ?? zeroOre)),
  text: row.TransactionInformation ?? '',
});

const referenceTypes: readonly ReferenceType[] = [
  'INVOICE',
  'SUPPLIERINVOICE',
  'INVOICEPAYMENT',
  'SUPPLIERPAYMENT',
  'MANUAL',
  'CASHINVOICE',
  'ACCRUAL',
];

function referenceOf(wire: z.infer<typeof listedSchema>, note: Note): ListedVoucher['reference'] {
  const { ReferenceType: type, ReferenceNumber: number } = wire;
  if (type === undefined) return undefined;
  const known = referenceTypes.find((candidate) => candidate === type);
  if (known !== undefined) return { type: known, number: number ?? '' };
  note(
    'fortnox.reference-unknown',
    'ReferenceType',
    `Verifikation ${wire.VoucherSeries}-${wire.VoucherNumber} hänvisar till något av okänt slag (${type.slice(0, 40)}). Hänvisningen har inte lästs.`,
  );
  return undefined;
}

/** A voucher to be made in Fortnox. */
export interface NewVoucher {
  readonly series: string;
  readonly date: IsoDate;
  /** At most 200 characters. */
  readonly text: string;
  /** At most 1000 characters. */
  readonly comments?: string;
  /** Row texts at most 100 characters. */
  readonly rows: readonly VoucherRow[];
}

/** The body of `POST vouchers`. The year goes along here as well as in the query: Fortnox guesses one when it is missing. */
export const newVoucherBody = (yearId: number, voucherToSend: NewVoucher): object => ({
  Voucher: {
    VoucherSeries: voucherToSend.series,
    Year: yearId,
    TransactionDate: voucherToSend.date,
    Description: voucherToSend.text,
    ...(voucherToSend.comments === undefined ? {} : { Comments: voucherToSend.comments }),
    VoucherRows: voucherToSend.rows.map((row) => ({
      Account: /^\d{1,9}$/.test(row.account) ? Number(row.account) : row.account,
      Debit: row.amountOre > 0 ? wireMoney(row.amountOre) : 0,
      Credit: row.amountOre < 0 ? wireMoney(negate(row.amountOre)) : 0,
      ...(row.text === '' ? {} : { TransactionInformation: row.text }),
    })),
  },
});
