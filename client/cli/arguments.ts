import { InvalidArgumentError } from 'commander';
import { z } from 'zod';
import { parseIsoDate } from '../../accounting/dates.ts';
import type { IsoDate } from '../../accounting/dates.ts';

/** `--json` of every command that shows something. */
export interface Json {
  readonly json?: true;
}

export const example = (...commands: readonly string[]): string =>
  [
    `\nExample${commands.length > 1 ? 's' : ''}:`,
    ...commands.map((one) => `  npm run bokslut -- ${one}`),
  ].join('\n');

export function uuid(text: string): string {
  if (z.uuid().safeParse(text).success) return text;
  throw new InvalidArgumentError('It is no id: take one from the list.');
}

export function organisationNumber(text: string): string {
  if (/^\d{6}-\d{4}$/.test(text)) return text;
  throw new InvalidArgumentError('Six digits, a hyphen, four digits.');
}

export function date(text: string): IsoDate {
  const read = parseIsoDate(text);
  if (read === undefined) throw new InvalidArgumentError('A day as YYYY-MM-DD.');
  return read;
}

export function wholeNumber(text: string): number {
  if (/^[1-9]\d{0,8}$/.test(text)) return Number(text);
  throw new InvalidArgumentError('A whole number from 1.');
}

/** `7d`: in milliseconds. */
export function days(text: string): number {
  const [, number] = /^(\d{1,4})d$/.exec(text) ?? [];
  if (number !== undefined) return Number(number) * 24 * 3_600_000;
  throw new InvalidArgumentError('Days, as 7d.');
}

export const oneOf =
  <T extends string>(values: readonly T[]) =>
  (text: string): T => {
    const found = values.find((value) => value === text);
    if (found !== undefined) return found;
    throw new InvalidArgumentError(`One of ${values.join(', ')}.`);
  };
