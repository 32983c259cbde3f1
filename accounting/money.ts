declare const oreBrand: unique symbol;

/**
 * An amount in öre (1/100 krona), always a safe integer; in a foreign currency, hundredths of it.
 * Debit is positive and credit negative, as in SIE 4B §11.
 */
export type Ore = number & { readonly [oreBrand]: 'öre' };

/** Brands an integer as öre; throws RangeError on fractions and beyond 2^53. */
export function ore(amount: number): Ore {
  if (!Number.isSafeInteger(amount)) throw new RangeError(`not a whole, safe number of öre: ${amount}`);
  return (amount === 0 ? 0 : amount) as Ore;
}

export const zeroOre = ore(0);

/** Sum of amounts; throws RangeError when the sum leaves the safe integers. */
export function sumOre(amounts: Iterable<Ore>): Ore {
  let sum = 0;
  for (const amount of amounts) sum += amount;
  return ore(sum);
}

export const negate = (amount: Ore): Ore => ore(0 - amount);

const decimal = /^([+-]?)(\d+)(?:\.(\d{0,2})0*)?$/;

/**
 * Reads a decimal string with a point and at most two significant decimals ("-1.85", "100", "7.50").
 * Digits are read as they stand, never through a float. Returns undefined when the text is no such amount.
 */
export function parseOre(text: string): Ore | undefined {
  const match = decimal.exec(text.trim());
  if (!match) return undefined;
  const [, sign, whole, fraction = ''] = match;
  const amount = Number(whole + fraction.padEnd(2, '0'));
  if (!Number.isSafeInteger(amount)) return undefined;
  return ore(sign === '-' ? -amount : amount);
}

/** The amount as SIE and Fortnox write it: point decimal, two decimals, no separator ("-1234.50"). */
export function formatOre(amount: Ore): string {
  const digits = Math.abs(amount).toString().padStart(3, '0');
  return `${amount < 0 ? '-' : ''}${digits.slice(0, -2)}.${digits.slice(-2)}`;
}

const thousands = /\B(?=(\d{3})+(?!\d))/g;

/** The amount as a Swedish reader expects it: "1 234 567,89", no-break spaces and a real minus sign. */
export function formatKronor(amount: Ore): string {
  const [whole = '', fraction = ''] = formatOre(ore(Math.abs(amount))).split('.');
  return `${amount < 0 ? '−' : ''}${whole.replace(thousands, '\u00a0')},${fraction}`;
}

/** A decimal number held exactly: `digits` / 10^`scale`. Rates come so. */
export interface Decimal {
  readonly digits: bigint;
  readonly scale: number;
}

/** Reads a decimal string exactly ("11.2505"); undefined when it is none. */
export function parseDecimal(text: string): Decimal | undefined {
  const match = /^([+-]?\d+)(?:\.(\d+))?$/.exec(text.trim());
  if (!match) return undefined;
  const [, whole = '', fraction = ''] = match;
  return { digits: BigInt(whole + fraction), scale: fraction.length };
}

/** Foreign hundredths × rate in SEK, rounded once, half away from zero (cases/README, definition 5). */
export function convertAtRate(amount: Ore, rate: Decimal): Ore {
  const product = BigInt(amount) * rate.digits;
  const unit = 10n ** BigInt(rate.scale);
  const magnitude = ((product < 0n ? -product : product) * 2n + unit) / (unit * 2n);
  return ore(Number(product < 0n ? -magnitude : magnitude));
}
