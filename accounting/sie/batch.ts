import type { IsoDate } from '../dates.ts';
import { ore } from '../money.ts';
import { flagDateMissing, flagEscaped, kindMask } from './columns.ts';
import type { RowColumns, VoucherColumns } from './columns.ts';
import type { TextSource } from './encoding.ts';
import { lineEnd, splitFields, unescape } from './fields.ts';
import type { SymbolTable } from './symbols.ts';
import type { SieEncoding, SieObjectRef, SieRow, SieRowKind, SieVoucher } from './types.ts';

const kinds: readonly SieRowKind[] = ['TRANS', 'RTRANS', 'BTRANS'];

/** What the batches of one file share. */
export interface BatchShared {
  readonly accounts: SymbolTable;
  readonly series: SymbolTable;
  readonly source: TextSource;
}

/**
 * Some thousand vouchers in a row, by column. Importers read `vouchers` and `rows` directly and ask for the texts that
 * they need; `voucher(index)` gives one as an object. Holds on to its part of the file's bytes.
 */
export class VoucherBatch {
  readonly count: number;
  readonly rowCount: number;
  readonly vouchers: VoucherColumns;
  readonly rows: RowColumns;
  /** What the offsets in the columns point into. */
  readonly bytes: Uint8Array;
  private readonly shared: BatchShared;

  constructor(
    bytes: Uint8Array,
    vouchers: VoucherColumns,
    count: number,
    rows: RowColumns,
    shared: BatchShared,
  ) {
    this.bytes = bytes;
    this.count = count;
    this.rowCount = vouchers.firstRow[count]!;
    this.vouchers = vouchers.copy(count);
    this.rows = rows.copy(this.rowCount);
    this.shared = shared;
  }

  /** What the texts are written in, as far as the file has told by now. */
  get encoding(): SieEncoding {
    return this.shared.source.encoding;
  }

  /** The account number of `rows.account[row]`. */
  accountNumber(row: number): string {
    return this.shared.accounts.text(this.rows.account[row]!, this.shared.source);
  }

  series(index: number): string {
    return this.shared.series.text(this.vouchers.series[index]!, this.shared.source);
  }

  number(index: number): string {
    return this.textAt(this.vouchers.numberStart[index]!, this.vouchers.numberLength[index]!);
  }

  voucherText(index: number): string {
    const { textStart, textLength, flags } = this.vouchers;
    return this.escaped(textStart[index]!, textLength[index]!, flags[index]!);
  }

  rowText(row: number): string {
    const { textStart, textLength, flags } = this.rows;
    return this.escaped(textStart[row]!, textLength[row]!, flags[row]!);
  }

  rowKind(row: number): SieRowKind {
    return kinds[this.rows.flags[row]! & kindMask]!;
  }

  /** Whether the row writes its own date. */
  rowHasDate(row: number): boolean {
    return (this.rows.flags[row]! & flagDateMissing) === 0;
  }

  rowObjects(row: number): SieObjectRef[] {
    const start = this.rows.objectsStart[row]!;
    if (start === 0) return [];
    const [list] = splitFields(this.bytes, start - 1, lineEnd(this.bytes, start, this.bytes.length)).fields;
    return typeof list === 'object' ? objectRefs(list.map((raw) => this.shared.source.decodeRaw(raw))) : [];
  }

  /** Quantity and signature, '' when absent. */
  rowExtra(row: number): { quantity: string; signature: string } {
    const start = this.rows.extraStart[row]!;
    if (start === 0) return { quantity: '', signature: '' };
    const { fields } = splitFields(this.bytes, start, lineEnd(this.bytes, start, this.bytes.length));
    const [quantity = '', signature = ''] = fields.map((raw) =>
      typeof raw === 'string' ? this.shared.source.decodeRaw(raw) : '',
    );
    return { quantity, signature };
  }

  voucher(index: number): SieVoucher {
    if (!(index >= 0 && index < this.count)) throw new RangeError(`no voucher ${index} of ${this.count}`);
    const { vouchers } = this;
    const rows: SieRow[] = [];
    for (let row = vouchers.firstRow[index]!; row < vouchers.firstRow[index + 1]!; row++)
      rows.push(this.row(row));
    return {
      series: this.series(index),
      number: this.number(index),
      date: dateOf(vouchers.date[index]!),
      text: this.voucherText(index),
      registeredDate: dateOf(vouchers.registered[index]!),
      signature: this.textAt(vouchers.signatureStart[index]!, vouchers.signatureLength[index]!),
      rows,
      line: vouchers.line[index]!,
    };
  }

  private row(row: number): SieRow {
    const { quantity, signature } = this.rowExtra(row);
    return {
      kind: this.rowKind(row),
      account: this.accountNumber(row),
      amountOre: ore(this.rows.amountOre[row]!),
      date: dateOf(this.rows.date[row]!),
      text: this.rowText(row),
      objects: this.rowObjects(row),
      ...(quantity === '' ? {} : { quantity }),
      ...(signature === '' ? {} : { signature }),
      line: this.rows.line[row]!,
    };
  }

  private escaped(start: number, length: number, flags: number): string {
    const text = this.shared.source.decode(this.bytes, start, start + length);
    return (flags & flagEscaped) === 0 ? text : unescape(text);
  }

  private textAt(start: number, length: number): string {
    return unescape(this.shared.source.decode(this.bytes, start, start + length));
  }
}

/** Pairs of dimension and object; a dimension without an object is dropped. */
export function objectRefs(fields: readonly string[]): SieObjectRef[] {
  const refs: SieObjectRef[] = [];
  for (let at = 0; at + 1 < fields.length; at += 2)
    refs.push({ dimension: fields[at]!, id: fields[at + 1]! });
  return refs;
}

/** YYYYMMDD, already known to be a date that exists, as a date; 0 as null. */
export function dateOf(compact: number): IsoDate | null {
  if (compact === 0) return null;
  const digits = compact.toString().padStart(8, '0');
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- `isDate` has seen it
  return `${digits.slice(0, 4)}-${digits.slice(4, 6)}-${digits.slice(6)}` as IsoDate;
}
