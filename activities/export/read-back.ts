import type { Adjustment } from '../../accounting/adjustment.ts';
import type { VoucherRow } from '../../accounting/books.ts';
import { toFortnoxText } from '../../accounting/fortnox-text.ts';
import { markedText } from '../../accounting/marker.ts';
import type { FortnoxVoucher, NewVoucher } from '../../fortnox/wire/vouchers.ts';

/** The voucher as it is sent: the adjustment with its mark, in characters that Fortnox accepts. */
export const voucherToSend = (content: Adjustment, series: string, marker: string): NewVoucher => ({
  series,
  date: content.date,
  text: markedText(toFortnoxText(content.text), marker),
  rows: content.rows.map((row) => ({ ...row, text: toFortnoxText(row.text) })),
});

/** What stands otherwise in Fortnox than it was sent: names of fields and rows, never their content. Empty when all is as sent. */
export function differences(sent: NewVoucher, found: FortnoxVoucher): string[] {
  const differing: string[] = [];
  if (found.series !== sent.series) differing.push('serie');
  if (found.date !== sent.date) differing.push('datum');
  if (found.text !== sent.text) differing.push('text');
  if (found.removedRows.length > 0) differing.push('strukna rader');
  const inFortnox = found.rows.map(rowKey).toSorted();
  const asSent = sent.rows.map(rowKey).toSorted();
  if (inFortnox.join('\n') !== asSent.join('\n')) differing.push('rader');
  return differing;
}

const rowKey = ({ account, amountOre, text }: VoucherRow): string => `${account} ${amountOre} ${text.trim()}`;
