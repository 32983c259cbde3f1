declare const dateBrand: unique symbol;

/** A calendar date `YYYY-MM-DD`. Compares correctly as a string; has no time zone. */
export type IsoDate = string & { readonly [dateBrand]: 'date' };

const pattern = /^(\d{4})-(\d{2})-(\d{2})$/;
const dayMs = 86_400_000;

/** A date alone is read as UTC. */
const toUtcMs = (date: IsoDate): number => Date.parse(date);
const fromUtcMs = (ms: number): IsoDate => new Date(ms).toISOString().slice(0, 10) as IsoDate;

/** The date when the text is a date that exists, else undefined ("2025-02-30" is none). */
export function parseIsoDate(text: string): IsoDate | undefined {
  if (!pattern.test(text)) return undefined;
  const ms = Date.parse(text);
  return Number.isNaN(ms) || fromUtcMs(ms) !== text ? undefined : (text as IsoDate);
}

/** The date, for texts known to be one; throws RangeError otherwise. */
export function isoDate(text: string): IsoDate {
  const date = parseIsoDate(text);
  if (date === undefined) throw new RangeError(`not a date: ${JSON.stringify(text.slice(0, 20))}`);
  return date;
}

export const addDays = (date: IsoDate, days: number): IsoDate => fromUtcMs(toUtcMs(date) + days * dayMs);

/** Whole days from `from` to `to`; negative when `to` is earlier. */
export const daysBetween = (from: IsoDate, to: IsoDate): number => (toUtcMs(to) - toUtcMs(from)) / dayMs;

/** SIE's form of a date, YYYYMMDD. */
export const compactDate = (date: IsoDate): string => date.replaceAll('-', '');
