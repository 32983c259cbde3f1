import type { FinancialYear } from '../../accounting/books.ts';
import type { VoucherTally } from '../../accounting/controls/vouchers.ts';
import { dateOf } from '../../accounting/sie/batch.ts';
import type { VoucherBatch } from '../../accounting/sie/batch.ts';
import { flagEscaped, flagNonAscii, kindMask, kindTrans } from '../../accounting/sie/columns.ts';
import type { RecordToSend } from '../../db/stores/copy-rows.ts';
import { JsonBytes } from './json-bytes.ts';

const blank = 32;
const comma = 44;
const closing = 93;

/**
 * The vouchers of a batch as records of a snapshot, made from its columns without an object for each voucher and row:
 * the fast path of `voucherRecord(year.from, voucherFromSie(voucher, year.to))`, byte for byte the same, which a test
 * holds it to. Counts each voucher into the tally on the way.
 */
export function* recordsOfBatch(
  batch: VoucherBatch,
  year: FinancialYear,
  tally: VoucherTally,
): Generator<RecordToSend, void> {
  const { vouchers, rows, bytes, encoding } = batch;
  const { amountOre, account: accountOf, flags, textStart, textLength } = rows;
  const json = new JsonBytes();
  // By the account's index in the file: how a row begins, and how many rows of the batch are on it.
  const accounts: { readonly number: string; readonly json: Uint8Array; rows: number }[] = [];

  const text = (start: number, length: number, textFlags: number, decoded: () => string): void => {
    const isPlain = (textFlags & flagNonAscii) === 0;
    if (encoding === 'utf-8' && !isPlain) return json.json(JSON.stringify(decoded()));
    const escaped = (textFlags & flagEscaped) !== 0;
    json.text(bytes, start, start + length, encoding === 'utf-8' ? 'ascii' : encoding, escaped);
  };

  for (let index = 0; index < batch.count; index++) {
    const first = vouchers.firstRow[index]!;
    const end = vouchers.firstRow[index + 1]!;
    let counting = 0;
    let rowDate = 0;
    for (let row = first; row < end; row++) {
      if ((flags[row]! & kindMask) !== kindTrans) continue;
      counting++;
      rowDate ||= rows.date[row]!;
    }
    const series = batch.series(index);
    const written = batch.number(index);
    const number = /^\d{1,15}$/.test(written) ? Number(written) : 0;
    const date = dateOf(vouchers.date[index]! || rowDate) ?? year.to;

    json.clear();
    json.json(`[${JSON.stringify(series)},${number},"${date}",`);
    const textAt = vouchers.textStart[index]!;
    text(textAt, vouchers.textLength[index]!, vouchers.flags[index]!, () => batch.voucherText(index));
    json.json(',[');
    let sum = 0;
    let isFirst = true;
    for (let row = first; row < end; row++) {
      if ((flags[row]! & kindMask) !== kindTrans) continue;
      const at = accountOf[row]!;
      let account = accounts[at];
      if (account === undefined) {
        const name = batch.accountNumber(row);
        account = accounts[at] = { number: name, json: Buffer.from(`[${JSON.stringify(name)},`), rows: 0 };
      }
      account.rows++;
      const amount = amountOre[row]!;
      sum += amount;
      if (!isFirst) json.byte(comma);
      isFirst = false;
      json.copy(account.json);
      json.integer(amount);
      json.byte(comma);
      text(textStart[row]!, textLength[row]!, flags[row]!, () => batch.rowText(row));
      json.byte(closing);
    }
    json.json(counting < end - first ? '],0,1]' : ']]');
    const hasText = bytes[textAt]! > blank || batch.voucherText(index).trim() !== '';
    tally.voucher(series, number, date, hasText, sum);
    yield { kind: 'voucher', key: `${year.from}/${series}/${number}`, text: json.bytes };
  }
  for (const account of accounts) if (account) tally.rows(account.number, account.rows);
}
