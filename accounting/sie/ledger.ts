import { formatKronor, ore } from '../money.ts';
import type { Ore } from '../money.ts';
import { dateOf } from './batch.ts';
import { flagNonAscii, kindMask, kindRtrans, kindTrans } from './columns.ts';
import type { RowColumns, VoucherColumns } from './columns.ts';
import { EncodingEvidence, TextSource } from './encoding.ts';
import { byteString, lineEnd } from './fields.ts';
import { Findings, SieRefusal } from './findings.ts';
import { SymbolTable } from './symbols.ts';
import { VoucherNumbers } from './voucher-numbers.ts';

/** More different accounts or series than any company has: the file is damaged, and would fill the memory. */
const maxSymbols = 200_000;

/**
 * What the vouchers of a file add up to, and what is wrong with them. The scanner tells it of every complete voucher;
 * findings inside a voucher wait until it is complete, since the scanner may read it again.
 */
export class VoucherLedger {
  readonly accounts = new SymbolTable();
  readonly series = new SymbolTable();
  readonly source = new TextSource();
  readonly evidence = new EncodingEvidence();
  /** Where the scanner reports to. */
  readonly findings = new Findings();
  /** Findings of complete vouchers, and of what stands between them. */
  readonly settled = new Findings();

  voucherCount = 0;
  rowCount = 0;
  debitOre = 0;
  /** Line of the last quote that was not closed, 0 when all were. */
  unclosedLine = 0;
  /** The file's financial year as YYYYMMDD, 0 until it is known. */
  yearFrom = 0;
  yearTo = 0;

  /** Σ counting rows per account index: whole öre. */
  private movement = new Float64Array(1024);
  private readonly firstLines: number[] = [];
  private readonly numbers: VoucherNumbers[] = [];

  /** Index of the account whose number stands between two offsets. */
  account(bytes: Uint8Array, start: number, end: number, line: number): number {
    const index = this.accounts.intern(bytes, start, end);
    if (index === this.firstLines.length) {
      if (index === maxSymbols) throw new SieRefusal('sie.too-many-symbols', line);
      this.firstLines.push(line);
      this.noteText(bytes, start, end, line);
      if (index === this.movement.length) {
        const wider = new Float64Array(index * 2);
        wider.set(this.movement);
        this.movement = wider;
      }
    }
    return index;
  }

  /** Index of the series whose code stands between two offsets. */
  seriesIndex(bytes: Uint8Array, start: number, end: number, line: number): number {
    const index = this.series.intern(bytes, start, end);
    if (index === this.numbers.length) {
      if (index === maxSymbols) throw new SieRefusal('sie.too-many-symbols', line);
      this.numbers.push(new VoucherNumbers());
      this.noteText(bytes, start, end, line);
    }
    return index;
  }

  private noteText(bytes: Uint8Array, start: number, end: number, line: number): void {
    this.evidence.add(bytes, start, end, line);
  }

  /** Accounts that occur in vouchers: number, line of the first row, movement. */
  *usedAccounts(): Generator<{ number: string; firstLine: number; movementOre: Ore }> {
    for (let index = 0; index < this.accounts.size; index++) {
      const movement = this.movement[index]!;
      if (!Number.isSafeInteger(movement))
        throw new SieRefusal('sie.amount-too-large', 0, movement.toString());
      yield {
        number: this.accounts.text(index, this.source),
        firstLine: this.firstLines[index]!,
        movementOre: ore(movement),
      };
    }
  }

  beginVoucher(): void {
    if (!this.findings.empty) this.settled.absorb(this.findings);
  }

  forgetVoucher(): void {
    this.findings.clear();
  }

  /** Checks the voucher and counts it in. `sum` is Σ of its counting rows. */
  voucherComplete(
    bytes: Uint8Array,
    vouchers: VoucherColumns,
    rows: RowColumns,
    index: number,
    sum: number,
  ): void {
    const first = vouchers.firstRow[index]!;
    const last = vouchers.firstRow[index + 1]!;
    const { amountOre, account, flags } = rows;
    const { movement } = this;
    let debit = 0;
    let counting = 0;
    for (let row = first; row < last; row++) {
      const kind = flags[row]! & kindMask;
      if (kind !== kindTrans) {
        if (kind === kindRtrans && !isPaired(rows, row, last))
          this.findings.add('sie.row-added-unpaired', rows.line[row]!);
        continue;
      }
      const amount = amountOre[row]!;
      const at = account[row]!;
      movement[at] = movement[at]! + amount;
      if (amount > 0) debit += amount;
      counting++;
    }
    this.voucherCount++;
    this.rowCount += counting;
    this.debitOre += debit;
    const line = vouchers.line[index]!;
    if (this.debitOre > Number.MAX_SAFE_INTEGER)
      throw new SieRefusal('sie.amount-too-large', line, formatSum(debit));

    if (sum !== 0)
      this.findings.add('sie.voucher-unbalanced', line, () => [
        this.nameOf(bytes, vouchers, index),
        formatSum(sum),
      ]);
    if (first === last)
      this.findings.add('sie.voucher-empty', line, () => [this.nameOf(bytes, vouchers, index)]);
    const date = vouchers.date[index]!;
    if (date === 0)
      this.findings.add('sie.voucher-date-missing', line, () => [this.nameOf(bytes, vouchers, index)]);
    else if (this.yearFrom !== 0 && (date < this.yearFrom || date > this.yearTo)) {
      this.findings.add('sie.voucher-outside-year', line, () => [
        this.nameOf(bytes, vouchers, index),
        dateOf(date) ?? '',
      ]);
    }
    if (this.isDuplicate(bytes, vouchers, index))
      this.findings.add('sie.voucher-duplicate', line, () => [this.nameOf(bytes, vouchers, index)]);
    if (!this.findings.empty) this.settled.absorb(this.findings);
  }

  private isDuplicate(bytes: Uint8Array, vouchers: VoucherColumns, index: number): boolean {
    const start = vouchers.numberStart[index]!;
    const length = vouchers.numberLength[index]!;
    if (length === 0) return false;
    const met = this.numbers[vouchers.series[index]!]!;
    let number = 0;
    // A leading zero makes another number of it: '7' and '07' are not the same.
    let whole = length < 10 && (bytes[start] !== 48 || length === 1);
    for (let at = start; whole && at < start + length; at++) {
      const digit = bytes[at]! - 48;
      if (digit >>> 0 > 9) whole = false;
      number = number * 10 + digit;
    }
    // 4I files number their vouchers 0 when the receiving program is to give the numbers.
    if (whole && number === 0) return false;
    return whole ? met.addWhole(number) : met.addText(byteString(bytes, start, start + length));
  }

  private nameOf(bytes: Uint8Array, vouchers: VoucherColumns, index: number): string {
    const start = vouchers.numberStart[index]!;
    const number = this.source.decode(bytes, start, start + vouchers.numberLength[index]!);
    const series = this.series.text(vouchers.series[index]!, this.source);
    return series === '' || number === '' ? series + number || '(utan nummer)' : `${series} ${number}`;
  }

  /** Looks at a line outside vouchers: what it tells of the encoding, and bytes that no text has. */
  noteLine(bytes: Uint8Array, start: number, end: number, line: number): void {
    let union = 0;
    for (let at = start; at < end; at++) {
      const byte = bytes[at]!;
      union |= byte;
      if (byte < 32 && byte !== 9) this.controlCharacter(byte, line);
    }
    if (union > 127) this.evidence.add(bytes, start, end, line);
  }

  /** Notes what the texts of complete vouchers tell of the encoding. */
  noteEncoding(bytes: Uint8Array, vouchers: VoucherColumns, count: number, rows: RowColumns): void {
    if (this.evidence.settled) return;
    const rowCount = vouchers.firstRow[count]!;
    for (let row = 0; row < rowCount; row++) {
      if ((rows.flags[row]! & flagNonAscii) === 0) continue;
      const start = rows.textStart[row]!;
      this.evidence.add(bytes, start, start + rows.textLength[row]!, rows.line[row]!);
    }
    for (let index = 0; index < count; index++) {
      if ((vouchers.flags[index]! & flagNonAscii) === 0) continue;
      const start = vouchers.textStart[index]!;
      this.evidence.add(bytes, start, start + vouchers.textLength[index]!, vouchers.line[index]!);
    }
  }

  dateInvalid(bytes: Uint8Array, start: number, end: number, line: number): void {
    this.findings.add('sie.date-invalid', line, () => [byteString(bytes, start, Math.min(end, start + 60))]);
  }

  recordInVoucher(bytes: Uint8Array, at: number, line: number): void {
    const end = Math.min(lineEnd(bytes, at, bytes.length), at + 60);
    this.findings.add('sie.record-in-voucher', line, () => [
      byteString(bytes, at + 1, end).split(/\s/)[0] ?? '',
    ]);
  }

  strayBrace(brace: string, line: number): void {
    this.findings.add('sie.brace-unexpected', line, () => [brace]);
  }

  /** DOS ended texts with Ctrl-Z; anything else that is no record is reported. */
  unknownLine(bytes: Uint8Array, at: number, line: number): void {
    const isDosEnd = bytes[at] === 0x1a && lineEnd(bytes, at, bytes.length) === at + 1;
    if (!isDosEnd) this.findings.add('sie.unknown-line', line);
  }

  controlCharacter(byte: number, line: number): void {
    if (byte === 0) throw new SieRefusal('sie.binary', line);
    this.findings.add('sie.control-character', line);
  }

  quoteInside(line: number): void {
    this.findings.add('sie.quote-inside', line);
  }

  quoteUnclosed(line: number): void {
    this.unclosedLine = line;
    this.findings.add('sie.quote-unclosed', line);
  }
}

const isPaired = (rows: RowColumns, row: number, last: number): boolean =>
  row + 1 < last &&
  (rows.flags[row + 1]! & kindMask) === kindTrans &&
  rows.account[row] === rows.account[row + 1] &&
  rows.amountOre[row] === rows.amountOre[row + 1];

const formatSum = (sum: number): string =>
  Number.isSafeInteger(sum) ? formatKronor(ore(sum)) : sum.toString();
