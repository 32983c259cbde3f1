import {
  flagDateMissing,
  flagNonAscii,
  kindBtrans,
  kindRtrans,
  kindTrans,
  RowColumns,
  VoucherColumns,
} from './columns.ts';
import { byteString } from './fields.ts';
import { SieRefusal } from './findings.ts';
import { compactDate, decimalOre, isDate } from './numbers.ts';
import { Tokens } from './tokens.ts';
import type { VoucherLedger } from './ledger.ts';

/**
 * The fast path: reads vouchers from bytes into columns at a sizeable part of the speed of counting newlines.
 *
 * What makes it fast, and what the code looks the way it does for:
 * - one pass, byte by byte, in one function whose state is local variables; what hardly any row has goes out of line
 *   (`tokens.ts`);
 * - no string and no object per row or field: amounts and dates become integers in place, account numbers become
 *   indexes (four digits through a table of 10,000 entries), texts become offsets;
 * - no test for the end of the data in the loops: a window always ends with a line break, and every loop stops there.
 *
 * A window begins at the start of a line. `scan` stops at the first line that is neither voucher nor row; the caller
 * reads that one the clear way (`records.ts`) and calls again. A voucher that is not complete at the window's end is
 * forgotten by `rewind`, and read again with the next window: nothing outside the scanner hears of it before it is
 * complete.
 */

const tab = 9;
const lineFeed = 10;
const carriageReturn = 13;
const space = 32;
const quote = 34;
const hash = 35;
const minus = 45;
const point = 46;
const backslash = 92;
const openBrace = 123;
const closeBrace = 125;

/** A longer line is no line of a SIE file. */
export const maxLineBytes = 1 << 20;
/** The shortest row is `#TRANS 1 0` and the shortest voucher `#VER`, `{`, `}`, each with its line break. */
const minRowBytes = 10;
const minVoucherBytes = 5;

/** Between vouchers · `#VER` read, its `{` not yet · inside the braces. */
type Place = 'outside' | 'announced' | 'inside';

export class VoucherScanner {
  rows = new RowColumns(0);
  vouchers = new VoucherColumns(0);
  /** Complete vouchers so far in these columns. */
  count = 0;
  /** The number of the line that is read next. */
  line = 1;
  place: Place = 'outside';
  /** The offset of the current voucher's `#VER`. */
  voucherStart = 0;

  private capacityBytes = 0;
  private rowCount = 0;
  private readonly ledger: VoucherLedger;
  private readonly tokens: Tokens;
  /** Index of each account of four digits, -1 when it has not been met. */
  private readonly fourDigits = new Int32Array(10_000).fill(-1);

  private parsedAmount = 0;

  constructor(ledger: VoucherLedger) {
    this.ledger = ledger;
    this.tokens = new Tokens(ledger);
  }

  /** Empties the columns and makes room for the most that a window of this size can hold (untouched pages cost nothing). */
  begin(windowBytes: number): void {
    this.count = 0;
    this.rowCount = 0;
    if (windowBytes <= this.capacityBytes) return;
    this.capacityBytes = windowBytes;
    this.rows = new RowColumns(Math.ceil(windowBytes / minRowBytes) + 1);
    this.vouchers = new VoucherColumns(Math.ceil(windowBytes / minVoucherBytes) + 1);
  }

  /** Forgets the voucher that the window cut. */
  rewind(): void {
    this.line = this.vouchers.line[this.count]!;
    this.rowCount = this.vouchers.firstRow[this.count]!;
    this.place = 'outside';
    this.ledger.forgetVoucher();
  }

  /** Ends a `#VER` that no braces follow: a voucher without rows. */
  closeAnnounced(bytes: Uint8Array): void {
    if (this.place === 'announced') this.closeVoucher(bytes, 0);
  }

  /** Reads from the start of a line; `bytes[end - 1]` is a line break. Returns where it stopped: a line of another kind, or `end`. */
  scan(bytes: Uint8Array, start: number, end: number): number {
    const { fourDigits, rows, tokens, vouchers } = this;
    const { amountOre, account, date, textStart, textLength, flags, objectsStart, extraStart } = rows;
    const rowLine = rows.line;
    let line = this.line;
    let row = this.rowCount;
    let voucherDate = vouchers.date[this.count]!;
    /** Sum of the voucher's counting rows: whole numbers, exact below 2^53, which `closeVoucher` checks. */
    let sum = 0;
    let p = start;

    while (p < end) {
      const lineStart = p;
      let b = bytes[p]!;
      while (b === space || b === tab) b = bytes[++p]!;

      if (b === hash) {
        b = bytes[p + 1]!;
        let kind = -1;
        let label = p + 1;
        if (b === 82 || b === 66) kind = b === 82 ? kindRtrans : kindBtrans; // R, B
        if (kind !== -1) b = bytes[++label]!;
        // T R A N S
        if (
          b === 84 &&
          bytes[label + 1] === 82 &&
          bytes[label + 2] === 65 &&
          bytes[label + 3] === 78 &&
          bytes[label + 4] === 83 &&
          bytes[label + 5]! <= space
        ) {
          if (kind === -1) kind = kindTrans;
          if (this.place !== 'inside') throw new SieRefusal('sie.row-outside-voucher', line);
          p = label + 5;
          let rowFlags = kind;

          // Account
          b = bytes[p]!;
          while (b === space || b === tab) b = bytes[++p]!;
          const d0 = b - 48;
          const d1 = d0 >>> 0 < 10 ? bytes[p + 1]! - 48 : -1;
          const d2 = d1 >>> 0 < 10 ? bytes[p + 2]! - 48 : -1;
          const d3 = d2 >>> 0 < 10 ? bytes[p + 3]! - 48 : -1;
          let index: number;
          if (d3 >>> 0 < 10 && (b = bytes[p + 4]!) <= space) {
            const code = d0 * 1000 + d1 * 100 + d2 * 10 + d3;
            index = fourDigits[code]!;
            if (index === -1) {
              index = this.ledger.account(bytes, p, p + 4, line);
              fourDigits[code] = index;
            }
            p += 4;
          } else {
            p = tokens.next(bytes, p, line);
            index = this.ledger.account(bytes, tokens.start, tokens.end, line);
            b = bytes[p]!;
          }
          account[row] = index;

          // Objects
          while (b === space || b === tab) b = bytes[++p]!;
          let objects = 0;
          if (b === openBrace) {
            b = bytes[++p]!;
            if (b !== closeBrace) {
              objects = p;
              p = tokens.objectListEnd(bytes, p, line);
              b = bytes[p]!;
            }
            if (b === closeBrace) b = bytes[++p]!;
          }
          objectsStart[row] = objects;

          // Amount
          while (b === space || b === tab) b = bytes[++p]!;
          const amountStart = p;
          const negative = b === minus;
          if (negative) b = bytes[++p]!;
          const digits = p;
          let whole = 0;
          let d = b - 48;
          while (d >>> 0 < 10) {
            whole = (Math.imul(whole, 10) + d) | 0;
            d = (b = bytes[++p]!) - 48;
          }
          const digitCount = p - digits;
          let cents = 0;
          if (b === point) {
            d = (b = bytes[++p]!) - 48;
            if (d >>> 0 < 10) {
              cents = d * 10;
              d = (b = bytes[++p]!) - 48;
              if (d >>> 0 < 10) {
                cents += d;
                b = bytes[++p]!;
              }
            }
          }
          let amount: number;
          if (b <= space && digitCount > 0 && digitCount < 10) {
            amount = whole * 100 + cents;
            if (negative && amount !== 0) amount = -amount;
          } else {
            p = this.unusualAmount(bytes, amountStart, line);
            amount = this.parsedAmount;
            b = bytes[p]!;
          }
          amountOre[row] = amount;
          if (kind === kindTrans) sum += amount;

          // Date
          while (b === space || b === tab) b = bytes[++p]!;
          let rowDate = voucherDate;
          if (b < space) {
            rowFlags |= flagDateMissing;
          } else {
            let compact = 0;
            let q = p;
            d = b - 48;
            while (d >>> 0 < 10) {
              compact = (Math.imul(compact, 10) + d) | 0;
              d = bytes[++q]! - 48;
            }
            if (q - p === 8 && bytes[q]! <= space && (compact === voucherDate || isDate(compact))) {
              rowDate = compact;
              p = q;
            } else {
              p = tokens.next(bytes, p, line);
              compact = compactDate(bytes, tokens.start, tokens.end);
              if (compact > 0) rowDate = compact;
              else rowFlags |= flagDateMissing;
              if (compact < 0) this.noDate(bytes, amountStart, line);
            }
            b = bytes[p]!;
          }
          date[row] = rowDate;

          // Text
          while (b === space || b === tab) b = bytes[++p]!;
          let text = p;
          let union = 0;
          let length = 0;
          if (b === quote) {
            text = ++p;
            b = bytes[p]!;
            while (b !== quote && b !== backslash && b >= space) {
              union |= b;
              b = bytes[++p]!;
            }
            length = p - text;
            if (b === quote && bytes[p + 1]! <= space) {
              b = bytes[++p]!;
              if (union > 127) rowFlags |= flagNonAscii;
            } else {
              p = tokens.next(bytes, text - 1, line);
              length = tokens.end - text;
              rowFlags |= tokens.flags;
              b = bytes[p]!;
            }
          } else {
            while (b > space) {
              union |= b;
              b = bytes[++p]!;
            }
            length = p - text;
            if (union > 127) rowFlags |= flagNonAscii;
          }
          textStart[row] = text;
          textLength[row] = length;
          flags[row] = rowFlags;

          // What follows the text: quantity, signature, and fields that only a later standard knows
          while (b === space || b === tab) b = bytes[++p]!;
          let extra = 0;
          if (b !== lineFeed && b !== carriageReturn) {
            extra = p;
            p = tokens.restOfLine(bytes, p, line);
          }
          extraStart[row] = extra;
          rowLine[row] = line;
          row++;
        } else if (
          b === 86 &&
          kind === -1 &&
          bytes[p + 2] === 69 &&
          bytes[p + 3] === 82 &&
          bytes[p + 4]! <= space
        ) {
          // V E R
          if (this.place === 'inside') throw new SieRefusal('sie.voucher-not-closed', line);
          this.rowCount = row;
          this.closeAnnounced(bytes);
          p = this.voucherHead(bytes, lineStart, p + 4, line);
          voucherDate = vouchers.date[this.count]!;
          sum = 0;
        } else if (this.place === 'inside') {
          this.ledger.recordInVoucher(bytes, p, line);
          p = tokens.restOfLine(bytes, p, line);
        } else {
          this.rowCount = row;
          this.line = line;
          this.closeAnnounced(bytes);
          return lineStart;
        }
      } else if (b === openBrace) {
        if (this.place === 'announced') this.place = 'inside';
        else this.ledger.strayBrace('{', line);
        p++;
        sum = 0;
      } else if (b === closeBrace) {
        if (this.place === 'inside') {
          this.rowCount = row;
          this.closeVoucher(bytes, sum);
        } else this.ledger.strayBrace('}', line);
        p++;
      } else if (b !== lineFeed && b !== carriageReturn) {
        this.ledger.unknownLine(bytes, p, line);
        p = tokens.restOfLine(bytes, p, line);
      }

      // The line break. After a brace, blanks; a row or another brace is read as if on a line of its own.
      b = bytes[p]!;
      while (b === space || b === tab) b = bytes[++p]!;
      if (b !== lineFeed && b !== carriageReturn) continue;
      if (p - lineStart > maxLineBytes) throw new SieRefusal('sie.line-too-long', line);
      if (bytes[p] === carriageReturn && p + 1 < end && bytes[p + 1] === lineFeed) p++;
      p++;
      line++;
    }
    this.rowCount = row;
    this.line = line;
    return p;
  }

  /** `#VER series number date text registered signature`; a brace at the line's end opens the voucher. */
  private voucherHead(bytes: Uint8Array, lineStart: number, at: number, line: number): number {
    const { vouchers, tokens, ledger, count } = this;
    this.place = 'announced';
    this.voucherStart = lineStart;
    vouchers.line[count] = line;
    vouchers.firstRow[count] = this.rowCount;

    ledger.beginVoucher();

    let p = tokens.next(bytes, at, line);
    vouchers.series[count] = ledger.seriesIndex(bytes, tokens.start, tokens.end, line);
    p = tokens.next(bytes, p, line);
    vouchers.numberStart[count] = tokens.start;
    vouchers.numberLength[count] = tokens.end - tokens.start;
    p = tokens.next(bytes, p, line);
    const date = compactDate(bytes, tokens.start, tokens.end);
    vouchers.date[count] = date > 0 ? date : 0;
    p = tokens.next(bytes, p, line);
    vouchers.textStart[count] = tokens.start;
    vouchers.textLength[count] = tokens.end - tokens.start;
    vouchers.flags[count] = tokens.flags;
    p = tokens.next(bytes, p, line);
    const registered = compactDate(bytes, tokens.start, tokens.end);
    if (registered < 0) ledger.dateInvalid(bytes, tokens.start, tokens.end, line);
    vouchers.registered[count] = registered > 0 ? registered : 0;
    p = tokens.next(bytes, p, line);
    vouchers.signatureStart[count] = tokens.start;
    vouchers.signatureLength[count] = tokens.end - tokens.start;
    if ((tokens.flags & flagNonAscii) !== 0) ledger.evidence.add(bytes, tokens.start, tokens.end, line);

    // Whatever the last field is: `{` opens the voucher here, and `{}` is one without rows.
    const next = tokens.restOfLine(bytes, p, line);
    let last = lastMark(bytes, next);
    const isEmpty = bytes[last] === closeBrace;
    if (isEmpty) last = lastMark(bytes, last);
    const before = bytes[last - 1]!;
    if (bytes[last] === openBrace && (before <= space || before === quote)) {
      this.place = 'inside';
      if (isEmpty) this.closeVoucher(bytes, 0);
    }
    return next;
  }

  private closeVoucher(bytes: Uint8Array, sum: number): void {
    this.vouchers.firstRow[this.count + 1] = this.rowCount;
    this.place = 'outside';
    this.ledger.voucherComplete(bytes, this.vouchers, this.rows, this.count, sum);
    this.count++;
  }

  /** What stands where a row's date should: the rest of an amount with blanks between its thousands refuses the file. */
  private noDate(bytes: Uint8Array, amountStart: number, line: number): void {
    const { start, end } = this.tokens;
    const amount = byteString(bytes, amountStart, Math.min(end, amountStart + 60));
    if (/^[+-]?\d{1,3}[ \t]+\d{3}(?:[.,]\d{1,2})?$/.test(amount))
      throw new SieRefusal('sie.amount-unreadable', line, amount);
    this.ledger.dateInvalid(bytes, start, end, line);
  }

  /** Amounts that the fast way does not take: quoted, a plus sign, more digits, decimals beyond two, a comma. */
  private unusualAmount(bytes: Uint8Array, at: number, line: number): number {
    const { tokens } = this;
    const p = tokens.next(bytes, at, line);
    this.parsedAmount = decimalOre(bytes, tokens.start, tokens.end, line, this.ledger.findings);
    return p;
  }
}

/** Offset of the last byte before `end` that is no blank. */
function lastMark(bytes: Uint8Array, end: number): number {
  let last = end - 1;
  while (bytes[last] === space || bytes[last] === tab) last--;
  return last;
}
