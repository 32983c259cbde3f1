import { TextSource } from '../../accounting/sie/encoding.ts';
import type { SieEncoding } from '../../accounting/sie/types.ts';

/*
 * JSON text as UTF-8 bytes, made straight from the bytes of a file: what JSON.stringify makes of the decoded text, byte
 * for byte, but without a string for each of a million texts. Each function writes at an offset of a buffer that has
 * room enough, and returns where it ended.
 */

/** Encodings where a byte is a character. */
type ByteEncoding = Exclude<SieEncoding, 'utf-8'>;

const quote = 34;
const minus = 45;
const zero = 48;
const backslash = 92;

/** The most that a byte of a file becomes in JSON: `\u001f`. */
export const mostBytesPerByte = 6;

/** A safe integer: at most 17 bytes. */
export function writeInteger(buffer: Uint8Array, at: number, value: number): number {
  let start = at;
  let rest = value;
  if (rest < 0) {
    buffer[start++] = minus;
    rest = -rest;
  }
  let end = start + 1;
  for (let limit = 10; rest >= limit; limit *= 10) end++;
  let place = end - 1;
  // Below 2^31 the division is that of whole numbers, which is several times faster.
  for (; rest > 0x7fff_ffff; place--) {
    const tenth = Math.floor(rest / 10);
    buffer[place] = zero + (rest - tenth * 10);
    rest = tenth;
  }
  let small = rest | 0;
  for (; place >= start; place--) {
    const tenth = (small / 10) | 0;
    buffer[place] = zero + (small - tenth * 10);
    small = tenth;
  }
  return end;
}

/** A few bytes that are JSON already: each is copied by itself, which is faster than a call. */
export function writeBytes(buffer: Uint8Array, at: number, bytes: Uint8Array): number {
  for (let from = 0; from < bytes.length; from++) buffer[at + from] = bytes[from]!;
  return at + bytes.length;
}

/** A quoted text of a file, at most six bytes for each of its own, and two. `escaped`: `\"` in it stands for a quote. */
export function writeText(
  buffer: Uint8Array,
  at: number,
  bytes: Uint8Array,
  start: number,
  end: number,
  utf8: Utf8Table,
  escaped: boolean,
): number {
  let to = at;
  buffer[to++] = quote;
  for (let from = start; from < end; from++) {
    const byte = bytes[from]!;
    const code = utf8[byte]!;
    if (code === 0) {
      // JSON writes a quote as the file does.
      const isQuote = escaped && byte === backslash && from + 1 < end && bytes[from + 1] === quote;
      if (isQuote) from++;
      to = writeBytes(buffer, to, isQuote ? escapedQuote : escapes[byte]!);
      continue;
    }
    buffer[to++] = code;
    if (code < 128) continue;
    buffer[to++] = code >>> 8;
    if (code >= 1 << 16) buffer[to++] = code >>> 16;
  }
  buffer[to++] = quote;
  return to;
}

/** How JSON writes the characters below 128 that it escapes. */
const escapes: readonly (Uint8Array | undefined)[] = Array.from({ length: 128 }, (_, byte) => {
  const character = String.fromCharCode(byte);
  const written = JSON.stringify(character).slice(1, -1);
  return written === character ? undefined : Buffer.from(written);
});
const escapedQuote = Buffer.from('\\"');

/** The two or three bytes in UTF-8 of each byte's character, the first one lowest; 0 for what JSON escapes. */
type Utf8Table = Int32Array;

const tables = new Map<ByteEncoding, Utf8Table>();

export function utf8TableOf(encoding: ByteEncoding): Utf8Table {
  const known = tables.get(encoding);
  if (known) return known;
  const source = new TextSource();
  source.encoding = encoding;
  const table = Int32Array.from({ length: 256 }, (_, byte) => {
    if (escapes[byte] !== undefined) return 0;
    const [first = 0, second = 0, third = 0] = Buffer.from(source.decode(Uint8Array.of(byte), 0, 1));
    return first | (second << 8) | (third << 16);
  });
  tables.set(encoding, table);
  return table;
}
