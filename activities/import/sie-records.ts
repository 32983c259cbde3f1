import type { FinancialYear } from '../../accounting/books.ts';
import type { VoucherTally } from '../../accounting/controls/vouchers.ts';
import { dateOf } from '../../accounting/sie/batch.ts';
import type { VoucherBatch } from '../../accounting/sie/batch.ts';
import { flagEscaped, flagNonAscii, kindMask, kindTrans } from '../../accounting/sie/columns.ts';
import type { RecordToSend } from '../../db/stores/copy-rows.ts';
import { mostBytesPerByte, utf8TableOf, writeBytes, writeInteger, writeText } from './json-bytes.ts';

const blank = 32;
const comma = 44;
const opening = 91;
const closing = 93;
/** A row's amount, brackets and commas; a voucher's number, twice, its date and brackets. */
const mostBytesBeside = 64;

/**
 * The vouchers of a batch as records of a snapshot, made from its columns without an object for each voucher and row:
 * the fast path of `voucherRecord(year.from, voucherFromSie(voucher, year.to))`, byte for byte the same, which a test
 * holds it to. Counts each voucher into the tally on the way. A record's bytes are good until the next is taken.
 */
export function* recordsOfBatch(
  batch: VoucherBatch,
  year: FinancialYear,
  tally: VoucherTally,
): Generator<RecordToSend, void> {
  const { vouchers, rows, bytes, encoding } = batch;
  const { amountOre, account: accountOf, flags, textStart, textLength } = rows;
  // In UTF-8 a text with other letters than ASCII's is decoded, since it may be broken.
  const table = utf8TableOf(encoding === 'utf-8' ? 'ascii' : encoding);
  const decodes = encoding === 'utf-8' ? flagNonAscii : 0;
  // By the account's index in the file: how a row begins, and how many rows of the batch are on it.
  const accounts: AccountOfRows[] = [];
  const series = new Map<number, SeriesOfVouchers>();
  const dates = new Map<number, { readonly date: FinancialYear['to']; readonly json: Uint8Array }>();
  let json = Buffer.allocUnsafe(1 << 16);

  for (let index = 0; index < batch.count; index++) {
    const first = vouchers.firstRow[index]!;
    const end = vouchers.firstRow[index + 1]!;
    const head = vouchers.textStart[index]!;
    const headLength = vouchers.textLength[index]!;

    // Every row is at least counted here, so that nothing below needs to look for the end of the buffer.
    let most = (headLength + 1) * mostBytesPerByte + mostBytesBeside;
    let counting = 0;
    let rowDate = 0;
    for (let row = first; row < end; row++) {
      if ((flags[row]! & kindMask) !== kindTrans) continue;
      counting++;
      rowDate ||= rows.date[row]!;
      const known = (accounts[accountOf[row]!] ??= accountOfRow(batch, row));
      most += known.json.length + textLength[row]! * mostBytesPerByte + mostBytesBeside;
    }
    const code = vouchers.series[index]!;
    let ofSeries = series.get(code);
    if (!ofSeries) {
      const name = batch.series(index);
      ofSeries = {
        name,
        key: Buffer.from(`${year.from}/${name}/`),
        json: Buffer.from(`[${JSON.stringify(name)},`),
      };
      series.set(code, ofSeries);
    }
    const compact = vouchers.date[index]! || rowDate;
    let ofDate = dates.get(compact);
    if (!ofDate) {
      const date = dateOf(compact) ?? year.to;
      dates.set(compact, (ofDate = { date, json: Buffer.from(`,"${date}",`) }));
    }
    const number = numberOf(batch, index);
    most += ofSeries.key.length + ofSeries.json.length;
    if (most > json.length) json = Buffer.allocUnsafe(most * 2);

    const keyEnd = writeInteger(json, writeBytes(json, 0, ofSeries.key), number);
    let at = writeBytes(json, keyEnd, ofSeries.json);
    at = writeInteger(json, at, number);
    at = writeBytes(json, at, ofDate.json);
    const headFlags = vouchers.flags[index]!;
    at =
      (headFlags & decodes) === 0
        ? writeText(json, at, bytes, head, head + headLength, table, (headFlags & flagEscaped) !== 0)
        : at + json.write(JSON.stringify(batch.voucherText(index)), at);
    json[at++] = comma;
    json[at++] = opening;
    let sum = 0;
    for (let row = first; row < end; row++) {
      const rowFlags = flags[row]!;
      if ((rowFlags & kindMask) !== kindTrans) continue;
      const known = accounts[accountOf[row]!]!;
      known.rows++;
      const amount = amountOre[row]!;
      sum += amount;
      at = writeBytes(json, at, known.json);
      at = writeInteger(json, at, amount);
      json[at++] = comma;
      const start = textStart[row]!;
      at =
        (rowFlags & decodes) === 0
          ? writeText(json, at, bytes, start, start + textLength[row]!, table, (rowFlags & flagEscaped) !== 0)
          : at + json.write(JSON.stringify(batch.rowText(row)), at);
      json[at++] = closing;
      json[at++] = comma;
    }
    if (counting > 0) at--;
    at = writeBytes(json, at, counting < end - first ? endEdited : endPlain);

    // What stands where an empty text begins is the quote that ends it.
    const hasText = headLength > 0 && (bytes[head]! > blank || batch.voucherText(index).trim() !== '');
    tally.voucher(ofSeries.name, number, ofDate.date, hasText, sum);
    // Plain bytes, since a Buffer costs twice as much to make.
    const key = new Uint8Array(json.buffer, json.byteOffset, keyEnd);
    yield { kind: 'voucher', key, text: new Uint8Array(json.buffer, json.byteOffset + keyEnd, at - keyEnd) };
  }
  for (const account of accounts) if (account) tally.rows(account.number, account.rows);
}

const endPlain = Buffer.from(']]');
const endEdited = Buffer.from('],0,1]');

interface SeriesOfVouchers {
  readonly name: string;
  /** How its vouchers' keys begin, and how their texts do. */
  readonly key: Uint8Array;
  readonly json: Uint8Array;
}

interface AccountOfRows {
  readonly number: string;
  readonly json: Uint8Array;
  rows: number;
}

function accountOfRow(batch: VoucherBatch, row: number): AccountOfRows {
  const number = batch.accountNumber(row);
  return { number, json: Buffer.from(`[${JSON.stringify(number)},`), rows: 0 };
}

/** The voucher's number; 0 when it is none, as in `voucherFromSie`. */
function numberOf(batch: VoucherBatch, index: number): number {
  const start = batch.vouchers.numberStart[index]!;
  const length = batch.vouchers.numberLength[index]!;
  if (length === 0 || length > 15) return 0;
  let number = 0;
  for (let at = start; at < start + length; at++) {
    const digit = batch.bytes[at]! - 48;
    if (digit >>> 0 > 9) return 0;
    number = number * 10 + digit;
  }
  return number;
}
