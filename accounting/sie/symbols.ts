import type { TextSource } from './encoding.ts';
import { unescape } from './fields.ts';

/**
 * Turns short byte strings that recur (account numbers, series) into small integers without making a string for each.
 * Open addressing on a 32-bit hash of the bytes; grows with the number of *different* symbols only.
 */
export class SymbolTable {
  private slots = new Int32Array(64).fill(-1);
  private readonly raws: Uint8Array[] = [];
  private readonly decoded: (string | undefined)[] = [];

  get size(): number {
    return this.raws.length;
  }

  /** The symbol's index; the same bytes have the same index. */
  intern(bytes: Uint8Array, start: number, end: number): number {
    const mask = this.slots.length - 1;
    for (let slot = hash(bytes, start, end) & mask; ; slot = (slot + 1) & mask) {
      const index = this.slots[slot]!;
      if (index === -1) return this.insert(bytes.slice(start, end), slot);
      if (equal(this.raws[index]!, bytes, start, end)) return index;
    }
  }

  private insert(raw: Uint8Array, slot: number): number {
    const index = this.raws.push(raw) - 1;
    this.slots[slot] = index;
    if (this.raws.length * 2 > this.slots.length) this.grow();
    return index;
  }

  private grow(): void {
    const slots = new Int32Array(this.slots.length * 2).fill(-1);
    const mask = slots.length - 1;
    for (const [index, raw] of this.raws.entries()) {
      let slot = hash(raw, 0, raw.length) & mask;
      while (slots[slot] !== -1) slot = (slot + 1) & mask;
      slots[slot] = index;
    }
    this.slots = slots;
  }

  /** The symbol as text. */
  text(index: number, source: TextSource): string {
    const known = this.decoded[index];
    if (known !== undefined) return known;
    const raw = this.raws[index];
    if (raw === undefined) throw new RangeError(`no symbol ${index}`);
    const text = unescape(source.decode(raw, 0, raw.length));
    // An ASCII symbol reads the same in every encoding; others wait until the encoding is settled.
    if (raw.every((byte) => byte < 128)) this.decoded[index] = text;
    return text;
  }
}

/** FNV-1a */
function hash(bytes: Uint8Array, start: number, end: number): number {
  let value = 0x811c9dc5;
  for (let at = start; at < end; at++) value = Math.imul(value ^ bytes[at]!, 0x01000193);
  return value ^ (value >>> 15);
}

function equal(raw: Uint8Array, bytes: Uint8Array, start: number, end: number): boolean {
  if (raw.length !== end - start) return false;
  for (let at = start; at < end; at++) if (raw[at - start] !== bytes[at]) return false;
  return true;
}
