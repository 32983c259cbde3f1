import { createReadStream } from 'node:fs';
import { formatKronor } from '../../accounting/money.ts';
import { diffSie } from '../../accounting/sie/diff.ts';
import type { ChangedVoucher, SieDiff } from '../../accounting/sie/diff.ts';
import { readSie } from '../../accounting/sie/read.ts';
import type { SieRow, SieVoucher } from '../../accounting/sie/types.ts';
import { refusalOf } from './sie-check.ts';

/**
 * `bokslut sie diff A B`: prints what B has that A has not, voucher by voucher: new, changed with their rows before and
 * after, removed, and the balances that moved. Returns the exit code: 0 when they are the same, 1 when they differ, 2
 * when one of them was refused or cannot be opened.
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
    const { code, message } = refusalOf(error);
    print(`${message} [${code}]`);
    return 2;
  }
}

function* describe({ added, changed, removed, moved }: SieDiff): Generator<string> {
  yield `nya ${added.length}, ändrade ${changed.length}, borttagna ${removed.length}, saldon som ändrats ${moved.length}`;
  for (const voucher of added) yield* block('+', voucher, voucher.rows);
  for (const voucher of changed) yield* change(voucher);
  for (const voucher of removed) yield* block('-', voucher, voucher.rows);
  for (const { account, beforeOre, afterOre } of moved) {
    yield `= konto ${account}: ${formatKronor(beforeOre)} → ${formatKronor(afterOre)}`;
  }
}

/** Says at least one thing, whatever it is that differs. */
function* change({ before, after, rowsBefore, rowsAfter }: ChangedVoucher): Generator<string> {
  yield `~ ${head(before)}`;
  const details = [
    ...(head(before) === head(after) ? [] : [`  blev ${head(after)}`]),
    ...altered('registrerad', before.registeredDate ?? '', after.registeredDate ?? ''),
    ...altered('signatur', before.signature, after.signature),
    ...rowsBefore.map((row) => `    - ${describeRow(row, before)}`),
    ...rowsAfter.map((row) => `    + ${describeRow(row, after)}`),
  ];
  yield* details.length > 0 ? details : ['  raderna står i annan ordning'];
}

const altered = (what: string, before: string, after: string): string[] =>
  before === after ? [] : [`  ${what} ${before || '–'} → ${after || '–'}`];

function* block(sign: string, voucher: SieVoucher, rows: readonly SieRow[]): Generator<string> {
  yield `${sign} ${head(voucher)}`;
  for (const row of rows) yield `    ${sign} ${describeRow(row, voucher)}`;
}

const head = ({ series, number, date, text }: SieVoucher): string =>
  `${series} ${number} ${date ?? '(utan datum)'} ${text}`.trim();

/** With what it has beside its amount; its date where that is not the voucher's. */
function describeRow(row: SieRow, voucher: SieVoucher): string {
  const { kind, account, amountOre, date, text, objects, quantity, signature } = row;
  const dimensions = objects.map(({ dimension, id }) => `${dimension}:${id}`);
  const parts = [account, formatKronor(amountOre), ...dimensions, text];
  if (date !== voucher.date) parts.push(`daterad ${date ?? '–'}`);
  if (quantity !== undefined) parts.push(`antal ${quantity}`);
  if (signature !== undefined) parts.push(`signatur ${signature}`);
  if (kind !== 'TRANS') parts.push(`(${kind})`);
  return parts.filter((part) => part !== '').join(' ');
}
