/** Money inside the sandbox: integer öre (or hundredths of the invoice's currency) as a safe integer. */
export type Ore = number;

const DECIMAL = /^([+-]?)(\d+)(?:\.(\d{1,2}))?$/;

/** Reads a decimal string such as "-12.50" digit by digit. Answers null for anything else, or beyond 2^53 öre. */
export function parseDecimal(text: string): Ore | null {
  const match = DECIMAL.exec(text.trim());
  if (!match) return null;
  const ore = BigInt(match[2] ?? '0') * 100n + BigInt((match[3] ?? '').padEnd(2, '0') || '0');
  if (ore > BigInt(Number.MAX_SAFE_INTEGER)) return null;
  return match[1] === '-' && ore !== 0n ? -Number(ore) : Number(ore);
}

/** As `parseDecimal`, for files of other programs: a comma, a missing digit before the point, more decimals (rounded). */
export function parseLenient(text: string): Ore | null {
  const match = /^([+-]?)(\d*)(?:[.,](\d*))?$/.exec(text.trim());
  const [, sign = '', whole = '', decimals = ''] = match ?? [];
  if (!match || whole + decimals === '') return null;
  const ore = parseDecimal(`${sign}${whole || '0'}.${decimals.slice(0, 2).padEnd(2, '0')}`);
  if (ore === null || (decimals[2] ?? '0') < '5') return ore;
  return ore + (sign === '-' ? -1 : 1);
}

/** "-12.50": always two decimals and a point. */
export function formatDecimal(ore: Ore): string {
  const digits = Math.abs(ore).toString().padStart(3, '0');
  return `${ore < 0 ? '-' : ''}${digits.slice(0, -2)}.${digits.slice(-2)}`;
}

/** The JSON number of an amount: the double that prints with at most two decimals. */
export function toNumber(ore: Ore): number {
  return ore / 100;
}

/** amount × rate, rounded once, half away from zero. The rate is a decimal string of at most 8 decimals. */
export function multiplyByRate(amount: Ore, rate: string): Ore {
  const match = /^(\d+)(?:\.(\d{1,8}))?$/.exec(rate);
  if (!match) throw new Error(`not a rate: ${rate}`);
  const scaled = BigInt((match[1] ?? '0') + (match[2] ?? '').padEnd(8, '0'));
  const product = BigInt(Math.abs(amount)) * scaled;
  const unit = 10n ** 8n;
  const rounded = Number((product * 2n + unit) / (unit * 2n));
  return amount < 0 ? -rounded || 0 : rounded;
}
