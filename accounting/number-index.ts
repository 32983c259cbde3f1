import { wholeNumber } from './number-order.ts';

/**
 * Finds records by their number. Whole numbers are places in an array, which for 100,000 of them is several times
 * faster than a Map of texts; the engine keeps the array by hash where they lie far apart. Other numbers are in a Map.
 */
export class NumberIndex<T> {
  private readonly whole: T[] = [];
  private readonly texts = new Map<string, T>();

  /** The last one of a number counts. */
  set(number: string, record: T): void {
    const whole = wholeNumber(number);
    if (whole === -1) this.texts.set(number, record);
    else this.whole[whole] = record;
  }

  get(number: string): T | undefined {
    const whole = wholeNumber(number);
    return whole === -1 ? this.texts.get(number) : this.whole[whole];
  }
}
