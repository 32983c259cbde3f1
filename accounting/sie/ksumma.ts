import { encodeCp437 } from '../cp437.ts';
import { TextSource } from './encoding.ts';
import type { SieEncoding } from './types.ts';

/** CRC-32, polynomial EDB88320 reflected, as SIE 4B §5.8 has it: one table for each of eight bytes taken at a time. */
const t0 = Uint32Array.from({ length: 256 }, (_, byte) => {
  let value = byte;
  for (let bit = 0; bit < 8; bit++) value = value & 1 ? (value >>> 1) ^ 0xedb88320 : value >>> 1;
  return value;
});
const further = (table: Uint32Array): Uint32Array => table.map((value) => (value >>> 8) ^ t0[value & 255]!);
const t1 = further(t0);
const t2 = further(t1);
const t3 = further(t2);
const t4 = further(t3);
const t5 = further(t4);
const t6 = further(t5);
const t7 = further(t6);

/** Continues a CRC-32 over bytes; `crc` is the register (init FFFFFFFF), not yet inverted. */
export function updateCrc32(crc: number, bytes: Uint8Array, end: number): number {
  let c = crc | 0;
  let at = 0;
  for (; at + 8 <= end; at += 8) {
    c ^= bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16) | (bytes[at + 3]! << 24);
    c =
      t7[c & 255]! ^
      t6[(c >>> 8) & 255]! ^
      t5[(c >>> 16) & 255]! ^
      t4[c >>> 24]! ^
      t3[bytes[at + 4]!]! ^
      t2[bytes[at + 5]!]! ^
      t1[bytes[at + 6]!]! ^
      t0[bytes[at + 7]!]!;
  }
  for (; at < end; at++) c = t0[(c ^ bytes[at]!) & 255]! ^ (c >>> 8);
  return c;
}

/**
 * The checksum over a file's lines (`#KSUMMA`, SIE 4B §5.8): labels and fields in code page 437, without line breaks,
 * separating blanks, enclosing quotes, braces and escaping backslashes. Lines are handed in whole.
 *
 * A file that is not in code page 437 may have been converted after it was summed, or summed as it is: both count.
 */
export class Ksumma {
  private asRead = -1;
  private asCp437 = -1;
  private converted = false;
  private scratch = new Uint8Array(0);

  update(bytes: Uint8Array, start: number, end: number, encoding: SieEncoding): void {
    if (!this.converted) this.asCp437 = this.asRead;
    this.asRead = this.add(this.asRead, bytes, start, end);
    if (encoding === 'ascii' || encoding === 'cp437') {
      if (this.converted) this.asCp437 = this.add(this.asCp437, bytes, start, end);
      return;
    }
    this.converted = true;
    const source = new TextSource();
    source.encoding = encoding;
    const recoded = encodeCp437(source.decode(bytes, start, end)).bytes;
    this.asCp437 = this.add(this.asCp437, recoded, 0, recoded.length);
  }

  /** The sums that would be right, the one over the bytes as they stand first. */
  get sums(): number[] {
    const asRead = ~this.asRead >>> 0;
    return this.converted ? [asRead, ~this.asCp437 >>> 0] : [asRead];
  }

  private add(crc: number, bytes: Uint8Array, start: number, end: number): number {
    if (this.scratch.length <= end - start) this.scratch = new Uint8Array(end - start + 1);
    return updateCrc32(crc, this.scratch, significantBytes(bytes, start, end, this.scratch));
  }
}

const keep = 1;
const special = 2;
/** What to do with a byte outside quotes, and from 256 on inside them. */
const actions = Uint8Array.from({ length: 512 }, (_, at) => {
  const byte = at & 255;
  if (byte === 34 || byte === 10 || byte === 13) return special;
  if (at >= 256) return byte === 92 ? keep | special : keep;
  return byte === 32 || byte === 9 || byte === 123 || byte === 125 ? 0 : keep;
});

/** Copies the bytes that count into `target`, which has room for one more; returns how many there are. */
function significantBytes(bytes: Uint8Array, start: number, end: number, target: Uint8Array): number {
  let length = 0;
  let inQuotes = 0;
  for (let at = start; at < end; at++) {
    const byte = bytes[at]!;
    const action = actions[inQuotes + byte]!;
    target[length] = byte;
    length += action & keep;
    if (action < special) continue;
    if (byte === 34) inQuotes ^= 256;
    else if (byte !== 92) inQuotes = 0;
    else if (at + 1 < end && bytes[at + 1] === 34) target[length - 1] = bytes[++at]!;
  }
  return length;
}
