/** Bits of `RowColumns.flags` and `VoucherColumns.flags`. */
export const kindMask = 3;
export const kindTrans = 0;
export const kindRtrans = 1;
export const kindBtrans = 2;
/** The text holds `\"`. */
export const flagEscaped = 4;
/** The text holds bytes above 127. */
export const flagNonAscii = 8;
/** The row has no date of its own. */
export const flagDateMissing = 16;

/**
 * Rows by column: one typed array a field, so that 650,000 rows are a dozen objects, all in one piece of memory. Offsets
 * point into the batch's bytes, 0 meaning that the field is absent (a label always comes first).
 */
export class RowColumns {
  readonly amountOre: Float64Array;
  /** Index into the batch's accounts. */
  readonly account: Int32Array;
  /** YYYYMMDD, the voucher's when the row has none; 0 when neither is readable. */
  readonly date: Int32Array;
  readonly textStart: Uint32Array;
  readonly textLength: Uint32Array;
  /** Just inside the brace of a non-empty object list. */
  readonly objectsStart: Uint32Array;
  /** The fields after the text: quantity and signature. */
  readonly extraStart: Uint32Array;
  readonly line: Uint32Array;
  readonly flags: Uint8Array;

  constructor(capacity: number) {
    const buffer = new ArrayBuffer(capacity * 37);
    this.amountOre = new Float64Array(buffer, 0, capacity);
    this.account = new Int32Array(buffer, capacity * 8, capacity);
    this.date = new Int32Array(buffer, capacity * 12, capacity);
    this.textStart = new Uint32Array(buffer, capacity * 16, capacity);
    this.textLength = new Uint32Array(buffer, capacity * 20, capacity);
    this.objectsStart = new Uint32Array(buffer, capacity * 24, capacity);
    this.extraStart = new Uint32Array(buffer, capacity * 28, capacity);
    this.line = new Uint32Array(buffer, capacity * 32, capacity);
    this.flags = new Uint8Array(buffer, capacity * 36, capacity);
  }

  /** The first `count` rows, in memory of their own. */
  copy(count: number): RowColumns {
    const copy = new RowColumns(count);
    copy.amountOre.set(this.amountOre.subarray(0, count));
    copy.account.set(this.account.subarray(0, count));
    copy.date.set(this.date.subarray(0, count));
    copy.textStart.set(this.textStart.subarray(0, count));
    copy.textLength.set(this.textLength.subarray(0, count));
    copy.objectsStart.set(this.objectsStart.subarray(0, count));
    copy.extraStart.set(this.extraStart.subarray(0, count));
    copy.line.set(this.line.subarray(0, count));
    copy.flags.set(this.flags.subarray(0, count));
    return copy;
  }
}

/** Vouchers by column; see RowColumns. */
export class VoucherColumns {
  /** Index into the batch's series. */
  readonly series: Int32Array;
  readonly numberStart: Uint32Array;
  readonly numberLength: Uint32Array;
  /** YYYYMMDD, 0 when missing or unreadable. */
  readonly date: Int32Array;
  readonly textStart: Uint32Array;
  readonly textLength: Uint32Array;
  /** YYYYMMDD, 0 when missing. */
  readonly registered: Int32Array;
  readonly signatureStart: Uint32Array;
  readonly signatureLength: Uint32Array;
  readonly line: Uint32Array;
  /** First row of the voucher; one past the last voucher's is the number of rows, so voucher i has rows [i, i + 1). */
  readonly firstRow: Uint32Array;
  readonly flags: Uint8Array;

  constructor(capacity: number) {
    const buffer = new ArrayBuffer(capacity * 45 + 4);
    const words = (column: number, length = capacity): Uint32Array =>
      new Uint32Array(buffer, capacity * 4 * column, length);
    this.series = new Int32Array(buffer, 0, capacity);
    this.date = new Int32Array(buffer, capacity * 4, capacity);
    this.registered = new Int32Array(buffer, capacity * 8, capacity);
    this.numberStart = words(3);
    this.numberLength = words(4);
    this.textStart = words(5);
    this.textLength = words(6);
    this.signatureStart = words(7);
    this.signatureLength = words(8);
    this.line = words(9);
    this.firstRow = words(10, capacity + 1);
    this.flags = new Uint8Array(buffer, capacity * 44 + 4, capacity);
  }

  /** The first `count` vouchers, in memory of their own. */
  copy(count: number): VoucherColumns {
    const copy = new VoucherColumns(count);
    copy.series.set(this.series.subarray(0, count));
    copy.numberStart.set(this.numberStart.subarray(0, count));
    copy.numberLength.set(this.numberLength.subarray(0, count));
    copy.date.set(this.date.subarray(0, count));
    copy.textStart.set(this.textStart.subarray(0, count));
    copy.textLength.set(this.textLength.subarray(0, count));
    copy.registered.set(this.registered.subarray(0, count));
    copy.signatureStart.set(this.signatureStart.subarray(0, count));
    copy.signatureLength.set(this.signatureLength.subarray(0, count));
    copy.line.set(this.line.subarray(0, count));
    copy.firstRow.set(this.firstRow.subarray(0, count + 1));
    copy.flags.set(this.flags.subarray(0, count));
    return copy;
  }
}
