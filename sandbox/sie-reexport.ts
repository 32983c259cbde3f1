import {
  isBalanceAccount,
  movements,
  openingBalance,
  type Books,
  type OriginalSie,
  type Voucher,
} from './books.ts';
import { encodeCp437 } from './cp437.ts';
import { formatDecimal, parseDecimal, type Ore } from './money.ts';
import { bare, quoted, sieDay } from './sie-text.ts';

/**
 * The original file, byte for byte while nothing was posted. Afterwards the same bytes with the new vouchers at the
 * end, closing balances moved along, and without the checksum and the period balances that no longer hold.
 */
export function reexport(books: Books, original: OriginalSie): Buffer {
  if (original.appended.length === 0) return original.bytes;
  const changes = new Map<string, Ore>();
  for (const voucher of original.appended) {
    for (const row of voucher.rows) {
      if (!row.removed) changes.set(row.account, (changes.get(row.account) ?? 0) + row.debit - row.credit);
    }
  }
  // One char per byte, whatever the encoding: labels, accounts and amounts are ASCII in all of them.
  const lines = original.bytes.toString('latin1').split('\n');
  const kept = lines.flatMap((line) => moveBalance(line, changes) ?? []);
  while (kept.at(-1)?.trim() === '') kept.pop();
  const text = original.appended.map(voucherText).join('');
  const moved = movements(books, original.financialYear);
  const added = [...changes.keys()]
    .filter((account) => !lines.some((line) => BALANCE.exec(line)?.[2] === account))
    .map((account) => {
      const balance = openingBalance(books, original.financialYear, account) + (moved.get(account) ?? 0);
      return `#${isBalanceAccount(account) ? 'UB' : 'RES'} 0 ${account} ${formatDecimal(balance)}\n`;
    });
  const newline = lines[0]?.endsWith('\r') ? '\r\n' : '\n';
  const tail = `${added.join('')}${text}`.replaceAll('\n', newline);
  return Buffer.concat([Buffer.from(`${kept.join('\n')}\n`, 'latin1'), encode(tail, original.encoding)]);
}

const BALANCE = /^(\s*#(?:UB|RES)\s+"?0"?\s+"?)(\w+)("?\s+"?)(-?[\d.]+)(.*)$/s;

/** The line with its balance moved; undefined when the line must go. */
function moveBalance(line: string, changes: Map<string, Ore>): string | undefined {
  if (/^\s*#KSUMMA\b/.test(line)) return undefined;
  const period = /^\s*#PSALDO\s+"?0"?\s+\S+\s+"?(\w+)/.exec(line);
  if (period && changes.has(period[1] ?? '')) return undefined;
  const [, start = '', account = '', between = '', amount = '', rest = ''] = BALANCE.exec(line) ?? [];
  const change = changes.get(account);
  const before = parseDecimal(amount);
  return change === undefined || before === null
    ? line
    : `${start}${account}${between}${formatDecimal(before + change)}${rest}`;
}

function voucherText(voucher: Voucher): string {
  const rows = voucher.rows
    .filter((row) => !row.removed)
    .map(
      (row) =>
        `#TRANS ${row.account} {} ${formatDecimal(row.debit - row.credit)} ${sieDay(voucher.date)} ${quoted(row.text)}\n`,
    );
  return `#VER ${bare(voucher.series)} ${voucher.number} ${sieDay(voucher.date)} ${quoted(voucher.text)}\n{\n${rows.join('')}}\n`;
}

function encode(text: string, encoding: OriginalSie['encoding']): Buffer {
  if (encoding === 'cp437') return encodeCp437(text);
  return Buffer.from(text, encoding);
}
