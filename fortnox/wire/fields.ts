import { z } from 'zod';
import { parseIsoDate } from '../../accounting/dates.ts';
import type { IsoDate } from '../../accounting/dates.ts';
import { parseDecimal } from '../../accounting/money.ts';
import type { Ore } from '../../accounting/money.ts';
import { parseWireMoney } from './money.ts';

/** What stands where a value would be that the company has no licence for. */
const noRight = 'API_NORIGHT';

const scalar = z.union([z.string(), z.number(), z.boolean()]).nullish();
type Scalar = z.infer<typeof scalar>;

const isEmpty = (value: Scalar): value is null | undefined | '' =>
  value === null || value === undefined || value === '';

/**
 * A schema for one field of the lenient wire: nulls, empty strings and absent fields are alike, numbers may be strings and
 * strings numbers. `parse` gives undefined for what it cannot understand; the issue's message then says why.
 */
function field<T>(parse: (value: string | number | boolean) => T | undefined): {
  required: z.ZodType<T>;
  optional: z.ZodType<T | undefined>;
} {
  return {
    required: scalar.transform((value, context): T => {
      const isAbsent = isEmpty(value) || value === noRight;
      const parsed = isAbsent ? undefined : parse(value);
      if (parsed !== undefined) return parsed;
      const why = value === noRight ? 'noRight' : isAbsent ? 'missing' : 'invalid';
      context.addIssue({ code: 'custom', message: why });
      return z.NEVER;
    }),
    optional: scalar.transform((value, context): T | undefined => {
      if (isEmpty(value) || value === noRight) return undefined;
      const parsed = parse(value);
      if (parsed === undefined) context.addIssue({ code: 'custom', message: 'invalid' });
      return parsed;
    }),
  };
}

export const text = field<string>((value) => (typeof value === 'boolean' ? undefined : String(value)));

export const wholeNumber = field<number>((value) => {
  const number = typeof value === 'string' && /^-?\d+$/.test(value.trim()) ? Number(value) : value;
  return typeof number === 'number' && Number.isSafeInteger(number) ? number : undefined;
});

export const money = field<Ore>((value) => (typeof value === 'boolean' ? undefined : parseWireMoney(value)));

const nullDate = '0000-00-00';

/** A date; a time after it is left off, and the null date of databases counts as none where none is allowed. */
export const date = {
  required: field<IsoDate>(parseDate).required,
  optional: z.preprocess((value) => (value === nullDate ? null : value), field<IsoDate>(parseDate).optional),
};

function parseDate(value: string | number | boolean): IsoDate | undefined {
  return typeof value === 'string' ? parseIsoDate(value.slice(0, 10)) : undefined;
}

const truths: ReadonlyMap<unknown, boolean> = new Map<unknown, boolean>([
  [true, true],
  ['true', true],
  ['1', true],
  [1, true],
  [false, false],
  ['false', false],
  ['0', false],
  [0, false],
]);

export const flag = field<boolean>((value) => truths.get(value));

/** SEK for one unit as an exact decimal text, from the rate for `unit` units (100 JPY). Undefined for nonsense. */
export function ratePerUnit(rate: string, unit: string): string | undefined {
  const decimal = parseDecimal(rate);
  const zeros = /^10*(?:\.0+)?$/.exec(unit)?.[0].split('.')[0]?.length;
  if (!decimal || decimal.digits <= 0n || zeros === undefined) return undefined;
  const scale = decimal.scale + zeros - 1;
  const digits = decimal.digits.toString().padStart(scale + 1, '0');
  const whole = digits.slice(0, digits.length - scale);
  const fraction = digits.slice(digits.length - scale).replace(/0+$/, '');
  return fraction === '' ? whole : `${whole}.${fraction}`;
}
