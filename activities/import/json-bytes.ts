import { TextSource } from '../../accounting/sie/encoding.ts';
import type { SieEncoding } from '../../accounting/sie/types.ts';

/** Encodings where a byte is a character. */
export type ByteEncoding = Exclude<SieEncoding, 'utf-8'>;

const quote = 34;
const backslash = 92;

/**
 * JSON text as UTF-8 bytes, made straight from the bytes of a file: what JSON.stringify makes of the decoded text, byte
 * for byte, but without a string for each of a million texts.
 */
export class JsonBytes {
  private buffer = Buffer.allocUnsafe(1 << 16);
  private length = 0;

  /** What has been written since the last `clear`; valid until then. */
  get bytes(): Uint8Array {
    return this.buffer.subarray(0, this.length);
  }

  clear(): void {
    this.length = 0;
  }

  /** JSON that is at hand already. */
  json(json: string): void {
    this.ensure(json.length * 3);
    this.length += this.buffer.write(json, this.length, 'utf8');
  }

  /** The same as bytes: a few of them, since each is copied by itself, which is faster than a call. */
  copy(bytes: Uint8Array): void {
    this.ensure(bytes.length);
    const { buffer } = this;
    let { length } = this;
    for (let at = 0; at < bytes.length; at++) buffer[length++] = bytes[at]!;
    this.length = length;
  }

  byte(byte: number): void {
    this.ensure(1);
    this.buffer[this.length++] = byte;
  }

  /** A safe integer. */
  integer(value: number): void {
    this.ensure(24);
    const { buffer } = this;
    let rest = value;
    if (rest < 0) {
      buffer[this.length++] = 45;
      rest = -rest;
    }
    let end = this.length + 1;
    for (let limit = 10; rest >= limit; limit *= 10) end++;
    for (let at = end - 1; at >= this.length; at--) {
      const tenth = Math.floor(rest / 10);
      buffer[at] = 48 + (rest - tenth * 10);
      rest = tenth;
    }
    this.length = end;
  }

  /** A quoted text of a file. `escaped`: `\\"` in it stands for a quote, which is how JSON writes one too. */
  text(bytes: Uint8Array, start: number, end: number, encoding: ByteEncoding, escaped: boolean): void {
    this.ensure((end - start) * 6 + 2);
    const { buffer } = this;
    const utf8 = tableOf(encoding);
    let length = this.length;
    buffer[length++] = quote;
    for (let at = start; at < end; at++) {
      const byte = bytes[at]!;
      const code = utf8[byte]!;
      if (code === 0) {
        if (escaped && byte === backslash && bytes[at + 1] === quote && at + 1 < end) at++;
        const sign = byte === backslash && bytes[at] === quote ? '\\"' : escapes[byte]!;
        length += buffer.write(sign, length, 'latin1');
        continue;
      }
      buffer[length++] = code;
      if (code < 128) continue;
      buffer[length++] = code >>> 8;
      if (code >= 1 << 16) buffer[length++] = code >>> 16;
    }
    buffer[length++] = quote;
    this.length = length;
  }

  private ensure(more: number): void {
    if (this.length + more <= this.buffer.length) return;
    const wider = Buffer.allocUnsafe((this.length + more) * 2);
    this.buffer.copy(wider, 0, 0, this.length);
    this.buffer = wider;
  }
}

/** How JSON writes the characters below 128 that it escapes. */
const escapes: readonly (string | undefined)[] = Array.from({ length: 128 }, (_, byte) => {
  const character = String.fromCharCode(byte);
  const written = JSON.stringify(character).slice(1, -1);
  return written === character ? undefined : written;
});

const tables = new Map<ByteEncoding, Int32Array>();

/** The two or three bytes in UTF-8 of each byte's character, the first one lowest; 0 for what JSON escapes. */
function tableOf(encoding: ByteEncoding): Int32Array {
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
