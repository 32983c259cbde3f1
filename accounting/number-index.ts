import { wholeNumber } from './number-order.ts';

/** No place. */
export const none = -1;

/** So far from the first may a number be that is kept in the array whatever else there is: 512 KB. */
const alwaysNear = 1 << 17;

/**
 * Places in a list by whole number. Fortnox numbers through, so that an array of integers, from the first number on,
 * holds nearly all of them: many times faster than a Map, out of the collector's sight, and as quick for 100,000 as
 * for 100. Numbers below the first, and those far above what their count lets expect, are in a Map.
 */
export class PlaceTable {
  private first = none;
  private near = new Int32Array(64).fill(none);
  private readonly far = new Map<number, number>();
  private count = 0;

  set(number: number, place: number): void {
    if (this.count++ === 0) this.first = number;
    const at = number - this.first;
    if (at < 0 || at >= alwaysNear + 16 * this.count) return void this.far.set(number, place);
    if (at >= this.near.length) {
      const wider = new Int32Array(2 ** (Math.floor(Math.log2(at)) + 1)).fill(none, this.near.length);
      wider.set(this.near);
      this.near = wider;
    }
    this.near[at] = place;
  }

  /** The place that was set last, or `none`. */
  get(number: number): number {
    const at = number - this.first;
    const place = at >= 0 && at < this.near.length ? this.near[at]! : none;
    return place === none && this.far.size > 0 ? (this.far.get(number) ?? none) : place;
  }
}

/** Places in a list by number as documents write it: whole numbers, and any other text. */
export class NumberIndex {
  private readonly whole = new PlaceTable();
  private readonly texts = new Map<string, number>();

  /** The last one of a number counts. */
  set(number: string, place: number): void {
    const whole = wholeNumber(number);
    if (whole === -1) this.texts.set(number, place);
    else this.whole.set(whole, place);
  }

  /** The place, or `none`. */
  get(number: string): number {
    const whole = wholeNumber(number);
    return whole === -1 ? (this.texts.get(number) ?? none) : this.whole.get(whole);
  }
}
