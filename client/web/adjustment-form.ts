import { randomUUID } from 'node:crypto';
import type { Adjustment } from '../../accounting/adjustment.ts';
import type { VoucherRow } from '../../accounting/books.ts';
import { parseIsoDate } from '../../accounting/dates.ts';
import type { IsoDate } from '../../accounting/dates.ts';
import type { OwnFile } from '../../accounting/own-attachment.ts';
import { formatKronor, negate, ore } from '../../accounting/money.ts';
import type { Ore } from '../../accounting/money.ts';
import { Problem } from '../../accounting/problem.ts';
import type { Proposal } from '../../accounting/proposals/proposal.ts';
import { readAmount } from './amount.ts';
import { filesIn, textFields } from './form-fields.ts';

/** The voucher editor's fields as a person left them, readable or not: what was typed is never lost. */
export interface EditorForm {
  /** The revision that the editing began from. */
  readonly revision: number;
  /** The revision before another's save was merged in: what is held against both to see where they differ. */
  readonly mergedFrom: number | undefined;
  readonly vouchers: readonly VoucherForm[];
}

/** Files that came along with the fields, each with the voucher that it supports. */
export interface FormUpload {
  readonly voucherId: string;
  readonly file: File;
}

export interface VoucherForm {
  readonly id: string;
  readonly date: string;
  readonly text: string;
  readonly transfer: boolean;
  readonly proposalCode?: string;
  readonly rows: readonly RowForm[];
  /** Ids of uploaded files. */
  readonly files: readonly string[];
}

export interface RowForm {
  readonly account: string;
  readonly debit: string;
  readonly credit: string;
  readonly text: string;
}

/** What is wrong with one voucher, or one row of it (from 0); the same shape as the adjustments' own faults. */
export interface FormFault {
  /** The adjustments' own codes, or `form.amount`, `form.date`, `form.file` for what cannot be read. */
  readonly code: string;
  readonly adjustmentId: string;
  readonly row?: number;
  readonly message: string;
}

/** As they are named in the form, by row. */
interface VoucherFields {
  readonly fields: Record<string, string>;
  readonly rows: Map<number, Record<string, string>>;
  readonly files: string[];
  readonly uploads: readonly File[];
}

const most = { vouchers: 500, rows: 1_000, files: 50 } as const;
const field =
  /^v(\d{1,4})\.(?:(id|datum|text|over|forslag)|(f\d{1,2})|r(\d{1,4})\.(konto|debet|kredit|text))$/;

/** Reads the fields; empty rows and vouchers are left out, so that the rows' numbers are the adjustments' own. */
export function readEditor(body: Readonly<Record<string, unknown>>): {
  form: EditorForm;
  uploads: FormUpload[];
} {
  const fields = textFields(body);
  const vouchers = new Map<number, VoucherFields>();
  for (const [name, value] of Object.entries(fields)) {
    const [, voucher, own, file, row, ofRow] = field.exec(name) ?? [];
    if (voucher === undefined || Number(voucher) >= most.vouchers || Number(row ?? 0) >= most.rows) continue;
    const at: VoucherFields = vouchers.get(Number(voucher)) ?? {
      fields: {},
      rows: new Map(),
      files: [],
      uploads: filesIn(body[`v${voucher}.nyfil`]),
    };
    vouchers.set(Number(voucher), at);
    if (own !== undefined) at.fields[own] = value;
    else if (file !== undefined) at.files.push(value);
    else if (ofRow !== undefined) at.rows.set(Number(row), { ...at.rows.get(Number(row)), [ofRow]: value });
  }
  const read = [...vouchers]
    .toSorted(([a], [b]) => a - b)
    .flatMap(([, one]) => readVoucher(one).map((voucher) => ({ voucher, files: one.uploads })));
  const mergedFrom = Number.parseInt(fields['grund'] ?? '', 10);
  return {
    form: {
      revision: Number.parseInt(fields['revision'] ?? '0', 10) || 0,
      mergedFrom: Number.isNaN(mergedFrom) ? undefined : mergedFrom,
      vouchers: read.map(({ voucher }) => voucher),
    },
    uploads: read.flatMap(({ voucher, files }) => files.map((file) => ({ voucherId: voucher.id, file }))),
  };
}

function readVoucher(read: VoucherFields): VoucherForm[] {
  const { id, datum = '', text = '', over, forslag } = read.fields;
  const rows = [...read.rows]
    .toSorted(([a], [b]) => a - b)
    .map(([, row]) => ({
      account: row['konto']?.trim() ?? '',
      debit: row['debet']?.trim() ?? '',
      credit: row['kredit']?.trim() ?? '',
      text: row['text']?.trim() ?? '',
    }))
    .filter((row) => Object.values(row).some((value) => value !== ''));
  const files = read.files.filter((one) => one !== '').slice(0, most.files);
  if (text.trim() === '' && rows.length + files.length + read.uploads.length === 0) return [];
  return [
    {
      id: id === undefined || id === '' ? randomUUID() : id.slice(0, 100),
      date: datum,
      text: text.trim(),
      transfer: over !== 'nej',
      ...(forslag !== undefined && forslag !== '' && { proposalCode: forslag.slice(0, 100) }),
      rows,
      files,
    },
  ];
}

/**
 * The adjustments that the fields say, or all that cannot be read in them.
 * @param uploads the close's uploaded files, by id
 */
export function adjustmentsOf(
  form: Pick<EditorForm, 'vouchers'>,
  uploads: ReadonlyMap<string, OwnFile>,
): { adjustments: Adjustment[]; faults: FormFault[] } {
  const faults: FormFault[] = [];
  const adjustments = form.vouchers.map((voucher): Adjustment => {
    const { id, text, transfer, proposalCode } = voucher;
    const date = parseIsoDate(voucher.date);
    if (!date)
      faults.push({ code: 'form.date', adjustmentId: id, message: 'Datumet saknas eller finns inte.' });
    const rows = voucher.rows.map((row, index): VoucherRow => {
      const amount = amountOf(row);
      if (typeof amount === 'string')
        faults.push({ code: 'form.amount', adjustmentId: id, row: index, message: amount });
      return {
        account: row.account,
        amountOre: typeof amount === 'string' ? ore(0) : amount,
        text: row.text,
      };
    });
    return {
      id,
      date: date ?? ('' as IsoDate),
      text,
      rows,
      transfer,
      ...(proposalCode !== undefined && { proposalCode }),
      ...filesOf(voucher, uploads, faults),
    };
  });
  return { adjustments, faults };
}

function filesOf(
  { id, files: ids }: VoucherForm,
  uploads: ReadonlyMap<string, OwnFile>,
  faults: FormFault[],
): Pick<Adjustment, 'files'> {
  const files: OwnFile[] = [];
  for (const fileId of ids) {
    const file = uploads.get(fileId);
    if (file) files.push(file);
    else
      faults.push({ code: 'form.file', adjustmentId: id, message: 'En bifogad fil finns inte i bokslutet.' });
  }
  return files.length > 0 ? { files } : {};
}

/** The row's amount, or why there is none. */
function amountOf({ debit, credit }: RowForm): Ore | string {
  if (debit !== '' && credit !== '') return 'Ange debet eller kredit, inte båda.';
  const amount = readAmount(debit === '' ? credit : debit);
  if (debit === '' && credit === '') return ore(0);
  if (amount === undefined) return 'Beloppet går inte att läsa. Skriv till exempel 1 234,50.';
  return debit === '' ? negate(amount) : amount;
}

const amountField = (amount: Ore): string => formatKronor(amount).replaceAll('\u00a0', ' ').replace('−', '-');

export const formOf = ({
  id,
  date,
  text,
  transfer,
  proposalCode,
  rows,
  files = [],
}: Adjustment): VoucherForm => ({
  id,
  date,
  text,
  transfer,
  ...(proposalCode !== undefined && { proposalCode }),
  rows: rows.map(({ account, amountOre, text: rowText }) => ({
    account,
    debit: amountOre > 0 ? amountField(amountOre) : '',
    credit: amountOre < 0 ? amountField(negate(amountOre)) : '',
    text: rowText,
  })),
  files: files.map(({ fileId }) => fileId),
});

/** A proposal as the voucher that it becomes when it is taken up. */
export const formOfProposal = ({ code, date, text, rows }: Proposal): VoucherForm => ({
  id: randomUUID(),
  date,
  text,
  transfer: true,
  proposalCode: code,
  rows: rows.map(({ account, debitOre, creditOre }) => ({
    account,
    debit: debitOre === 0 ? '' : amountField(debitOre),
    credit: creditOre === 0 ? '' : amountField(creditOre),
    text: '',
  })),
  files: [],
});

/** Sums of what can be read in the fields, and what remains between them. */
export function sumsOf({ rows }: VoucherForm): { debitOre: Ore; creditOre: Ore; differenceOre: Ore } {
  let debit = 0;
  let credit = 0;
  for (const row of rows) {
    debit += readAmount(row.debit) ?? 0;
    credit += readAmount(row.credit) ?? 0;
  }
  if (![debit, credit, debit - credit].every(Number.isSafeInteger)) throw new Problem(amountsTooLarge);
  return { debitOre: ore(debit), creditOre: ore(credit), differenceOre: ore(debit - credit) };
}

const amountsTooLarge = {
  code: 'adjustment.amount-too-large',
  what: 'Beloppen är för stora för att räknas exakt.',
  advice: 'Kontrollera beloppen.',
};
