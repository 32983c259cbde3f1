import { createReadStream } from 'node:fs';
import { formatKronor } from '../../accounting/money.ts';
import { diffSie } from '../../accounting/sie/diff.ts';
import type { SieDiff } from '../../accounting/sie/diff.ts';
import { SieRefusal } from '../../accounting/sie/findings.ts';
import { readSie } from '../../accounting/sie/read.ts';
import type { SieRow, SieVoucher } from '../../accounting/sie/types.ts';

/**
 * `bokslut sie diff A B`: prints what B has that A has not, voucher by voucher: new, changed with their rows before and
 * after, removed, and the balances that moved. Returns the exit code: 0 when they are the same, 1 when they differ, 2
 * when one of them was refused.
 */
export async function sieDiff(
  a: string,
  b: string,
  print: (line: string) => void = (line) => void process.stdout.write(`${line}\n`),
): Promise<number> {
  try {
    const before = await readSie(createReadStream(a), { fileName: a });
    const after = await readSie(createReadStream(b), { fileName: b });
    const diff = diffSie(before, after);
    for (const line of describe(diff)) print(line);
    return diff.added.length + diff.changed.length + diff.removed.length + diff.moved.length === 0 ? 0 : 1;
  } catch (error) {
    if (!(error instanceof SieRefusal)) throw error;
    print(`${error.details.what} ${error.details.advice} [${error.code}]`);
    return 2;
  }
}

function* describe({ added, changed, removed, moved }: SieDiff): Generator<string> {
  yield `nya ${added.length}, ändrade ${changed.length}, borttagna ${removed.length}, saldon som ändrats ${moved.length}`;
  for (const voucher of added) yield* block('+', voucher, voucher.rows);
  for (const { before, after, rowsBefore, rowsAfter } of changed) {
    yield `~ ${head(before)}`;
    if (head(before) !== head(after)) yield `  blev ${head(after)}`;
    for (const row of rowsBefore) yield `    - ${describeRow(row)}`;
    for (const row of rowsAfter) yield `    + ${describeRow(row)}`;
  }
  for (const voucher of removed) yield* block('-', voucher, voucher.rows);
  for (const { account, beforeOre, afterOre } of moved) {
    yield `= konto ${account}: ${formatKronor(beforeOre)} → ${formatKronor(afterOre)}`;
  }
}

function* block(sign: string, voucher: SieVoucher, rows: readonly SieRow[]): Generator<string> {
  yield `${sign} ${head(voucher)}`;
  for (const row of rows) yield `    ${sign} ${describeRow(row)}`;
}

const head = ({ series, number, date, text }: SieVoucher): string =>
  `${series} ${number} ${date ?? '(utan datum)'} ${text}`.trim();

function describeRow({ kind, account, amountOre, text, objects }: SieRow): string {
  const struck = kind === 'TRANS' ? '' : ` (${kind})`;
  const dimensions = objects.map(({ dimension, id }) => ` ${dimension}:${id}`).join('');
  return `${account} ${formatKronor(amountOre)}${dimensions} ${text}${struck}`.trimEnd();
}
