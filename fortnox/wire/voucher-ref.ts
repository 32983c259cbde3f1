import type { VoucherRef } from '../../accounting/books.ts';
import type { IsoDate } from '../../accounting/dates.ts';
import type { Note } from './finding.ts';

/** The first day of each financial year by Fortnox's id, which is how references are told apart beyond this floor. */
export type YearStarts = ReadonlyMap<number, IsoDate>;

interface WireRef {
  readonly series?: string | undefined;
  readonly number?: number | undefined;
  readonly yearId?: number | undefined;
}

/** The voucher that a document names; undefined when it names none, or one in a year that does not exist (noted). */
export function voucherRef(wire: WireRef, years: YearStarts, note: Note): VoucherRef | undefined {
  const { series, number, yearId } = wire;
  if (series === undefined || !number) return undefined;
  const year = yearId === undefined ? undefined : years.get(yearId);
  if (year !== undefined) return { series, number, year };
  note(
    'fortnox.voucher-year-unknown',
    'VoucherYear',
    `Verifikation ${series}-${number} anges i ett räkenskapsår (${yearId ?? 'inget'}) som inte finns. Kopplingen har inte lästs.`,
  );
  return undefined;
}
