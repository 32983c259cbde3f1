import { createHash } from 'node:crypto';
import type { FinancialYear } from '../../accounting/books.ts';
import { program } from '../../accounting/program.ts';
import { isDate } from '../../accounting/sie/numbers.ts';
import type { CutFile } from '../../db/stores/raw-files.ts';

/** How far into a file its head can reach. */
const headBytes = 1 << 14;

/**
 * Names what is read from a SIE file: SHA-256 over its bytes (those after the first part by their hashes) but for the day
 * of its export (`#GEN`), its name, the year that it is read for, and the version of the program. Equal readings are of
 * the same books with the same findings, so that a year exported again unchanged need not be read again.
 */
export function readingOf({ first, others }: CutFile, name: string, year: FinancialYear): string {
  const reading = createHash('sha256').update(
    `${program.version} ${year.from} ${year.to} ${name}\n${others.join('\n')}\n`,
  );
  const day = exportDay(first);
  if (day === undefined) return reading.update(first).digest('hex');
  return reading
    .update(first.subarray(0, day))
    .update(first.subarray(day + 8))
    .digest('hex');
}

/** Where the eight digits of the day begin; undefined when there are none that the reader would have nothing to say of. */
function exportDay(bytes: Uint8Array): number | undefined {
  const head = Buffer.from(bytes.subarray(0, headBytes)).toString('latin1');
  const found = /^#GEN[ \t]+"?(\d{8})(?!\d)/dm.exec(head);
  const [, digits] = found ?? [];
  return digits !== undefined && isDate(Number(digits)) ? found?.indices?.[1]?.[0] : undefined;
}
