import { ore } from '../money.ts';
import type { Ore } from '../money.ts';
import { byteString } from './fields.ts';
import { SieRefusal } from './findings.ts';
import type { Findings } from './findings.ts';

const daysInMonth = [0, 31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

/** Whether YYYYMMDD is a day that exists, in the years 1900–2199. */
export function isDate(compact: number): boolean {
  const year = Math.trunc(compact / 10_000);
  const month = Math.trunc(compact / 100) % 100;
  const day = compact % 100;
  if (year < 1900 || year > 2199 || month < 1 || month > 12 || day < 1 || day > daysInMonth[month]!)
    return false;
  return month !== 2 || day < 29 || (year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0));
}

/** A field's date as YYYYMMDD; 0 when the field is empty, -1 when it is no date. */
export function compactDate(bytes: Uint8Array, start: number, end: number): number {
  if (start === end) return 0;
  if (end - start !== 8) return blank(bytes, start, end) ? 0 : -1;
  let compact = 0;
  for (let at = start; at < end; at++) {
    const digit = bytes[at]! - 48;
    if (digit >>> 0 > 9) return blank(bytes, start, end) ? 0 : -1;
    compact = compact * 10 + digit;
  }
  return isDate(compact) ? compact : -1;
}

const blank = (bytes: Uint8Array, start: number, end: number): boolean =>
  byteString(bytes, start, end).trim() === '';

/** A voucher's number as the books keep it: 0 for what is no number. */
export const voucherNumber = (text: string): number => (/^\d{1,15}$/.test(text) ? Number(text) : 0);

const decimal = /^([+-]?)(\d*)(?:([.,])(\d*))?$/;

/**
 * An amount in any of the forms that occur, in öre. More than two decimals are rounded, half away from zero, and
 * reported. Throws SieRefusal when it is no amount, or one beyond 2^53 öre.
 */
export function decimalOre(
  bytes: Uint8Array,
  start: number,
  end: number,
  line: number,
  findings: Findings,
): Ore {
  const text = byteString(bytes, start, Math.min(end, start + 400)).trim();
  const amount = parseAmount(text);
  if (amount === undefined) throw new SieRefusal('sie.amount-unreadable', line, text);
  if (amount === 'too-large') throw new SieRefusal('sie.amount-too-large', line, text);
  if (amount.comma) findings.add('sie.amount-comma', line, () => [text]);
  if (amount.rounded) findings.add('sie.amount-decimals', line, () => [text]);
  return amount.ore;
}

export interface ParsedAmount {
  readonly ore: Ore;
  readonly rounded: boolean;
  readonly comma: boolean;
}

/** Undefined when the text is no amount. */
export function parseAmount(text: string): ParsedAmount | 'too-large' | undefined {
  const match = decimal.exec(text);
  if (match === null) return undefined;
  const [, sign, whole = '', separator, fraction = ''] = match;
  if (whole + fraction === '') return undefined;
  const roundUp = Number(fraction.charAt(2) >= '5');
  const magnitude = BigInt(whole + fraction.slice(0, 2).padEnd(2, '0')) + BigInt(roundUp);
  if (magnitude > BigInt(Number.MAX_SAFE_INTEGER)) return 'too-large';
  const amount = Number(magnitude);
  return {
    ore: ore(sign === '-' ? -amount : amount),
    rounded: /[1-9]/.test(fraction.slice(2)),
    comma: separator === ',',
  };
}
