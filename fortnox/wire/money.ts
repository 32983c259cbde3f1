import { ore, parseOre } from '../../accounting/money.ts';
import type { Ore } from '../../accounting/money.ts';

/** PHP writes floats with up to 17 digits: 0.1 + 0.2 arrives as 0.30000000000000004. */
const noise = 1e-6;

/**
 * An amount as the wire has it: a JSON number (a float by the time JSON.parse has read it) or a string. The digits are taken
 * from the shortest decimal text that stands for the number. Undefined when it is no amount, has more than two decimals that
 * are not float noise, or is too large to be exact.
 */
export function parseWireMoney(value: number | string): Ore | undefined {
  const text = typeof value === 'number' ? String(value) : value.trim();
  const exact = parseOre(text);
  if (exact !== undefined) return exact;
  if (!/^[+-]?\d+\.\d{10,}$/.test(text)) return undefined;
  const hundredths = Number(text) * 100;
  const rounded = Math.round(hundredths);
  const isNoise = Math.abs(hundredths - rounded) <= Math.max(noise, Math.abs(hundredths) * 2 ** -50);
  return isNoise && Number.isSafeInteger(rounded) ? ore(rounded) : undefined;
}

/** The amount as a JSON number for Fortnox; its shortest text has the digits of the öre. */
export const wireMoney = (amount: Ore): number => amount / 100;
