import { ore } from './money.ts';
import type { Ore } from './money.ts';

/**
 * Splits `amount` over parts in proportion to their size by the method of largest remainder: each share is rounded
 * down, then the öre that are missing go to the largest remainders, the first in order when equal. A negative whole
 * is split as its mirror image. The shares add up to `amount` exactly.
 *
 * Throws RangeError when the parts add up to 0 (there is no proportion).
 */
export function allocate(amount: Ore, parts: readonly Ore[]): Ore[] {
  let total = 0n;
  for (const part of parts) total += BigInt(part);
  if (total === 0n) throw new RangeError('cannot split in proportion to parts that add up to 0');
  const mirror = amount < 0 ? -1 : 1;
  const whole = BigInt(Math.abs(amount));
  const unit = total < 0n ? -total : total;

  const shares = parts.map((part, index) => {
    const product = (total < 0n ? -BigInt(part) : BigInt(part)) * whole;
    let share = product / unit;
    let remainder = product % unit;
    if (remainder < 0n) {
      share -= 1n;
      remainder += unit;
    }
    return { index, share: Number(share), remainder };
  });
  let missing = Math.abs(amount) - shares.reduce((sum, { share }) => sum + share, 0);
  const byRemainder = shares.toSorted((a, b) =>
    a.remainder > b.remainder ? -1 : a.remainder < b.remainder ? 1 : a.index - b.index,
  );
  for (const share of byRemainder) {
    if (missing <= 0) break;
    share.share += 1;
    missing -= 1;
  }
  return shares.map(({ share }) => ore(share * mirror));
}
