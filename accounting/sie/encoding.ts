import { decodeCp437 } from '../cp437.ts';
import type { SieEncoding } from './types.ts';

/**
 * What a byte above 127 speaks for, a class in each byte of an integer, so that adding up a text's bytes counts them all:
 * 80–9F letters of code page 437 (ü ä å Ä Å ö Ö Ü …) and in Latin-1 control codes, in Windows-1252 dashes and quotes;
 * A0–A5 its further letters; C0–FF but × and ÷ letters of Latin-1, in code page 437 boxes and Greek; the rest nothing.
 */
const classOfByte = Int32Array.from({ length: 256 }, (_, byte) => {
  if (byte < 0x80) return 0;
  if (byte < 0xa0) return 1;
  if (byte < 0xa6) return 1 << 8;
  return byte >= 0xc0 && byte !== 0xd7 && byte !== 0xf7 ? 1 << 16 : 1 << 24;
});

/**
 * Counts what a file's bytes above 127 look like, and decides from the counts.
 *
 * Labels lie: nearly every file says PC8 whatever it is (of 136 real files 41 were UTF-8). Code page 437 has the
 * letters of Swedish where Latin-1 has control codes, and the other way round, so that a letter or two decide.
 */
export class EncodingEvidence {
  private low = 0;
  private middle = 0;
  private high = 0;
  private utf8Characters = 0;
  private utf8Breaks = 0;
  private firstBreakLine = 0;
  /** Line of the first U+FFFD: an earlier program has already lost letters. 0 when there is none. */
  damagedLine = 0;
  byteOrderMark = false;

  /** Looks at a text; `line` is for the findings. Callers skip texts that are all ASCII. */
  add(bytes: Uint8Array, start: number, end: number, line: number): void {
    let at = start;
    while (end - at > 255) {
      // Parts end between characters: a UTF-8 character's further bytes are 80–BF.
      let stop = at + 255;
      while (stop > at + 252 && (bytes[stop]! & 0xc0) === 0x80) stop--;
      this.addShort(bytes, at, stop, line);
      at = stop;
    }
    this.addShort(bytes, at, end, line);
  }

  /** Nothing that may follow can change the answer: thousands of letters say code page 437, hardly any else. */
  get settled(): boolean {
    return this.utf8Breaks > 10_000 && (this.high + this.utf8Characters) * 100 < this.low;
  }

  /** At most 255 bytes, so that no class overflows. */
  private addShort(bytes: Uint8Array, start: number, end: number, line: number): void {
    let classes = 0;
    for (let at = start; at < end; at++) classes += classOfByte[bytes[at]!]!;
    const low = classes & 255;
    const middle = (classes >>> 8) & 255;
    const high = (classes >>> 16) & 255;
    this.low += low;
    this.middle += middle;
    this.high += high;
    let breaks = low + middle + high + (classes >>> 24);
    // Without a byte from C0 on nothing begins a UTF-8 character.
    if (high > 0) breaks -= this.utf8Bytes(bytes, start, end, line);
    this.utf8Breaks += breaks;
    if (breaks > 0 && this.firstBreakLine === 0) this.firstBreakLine = line;
  }

  /** Counts UTF-8 characters that begin in a part of a text; returns how many bytes of the part they take. */
  private utf8Bytes(bytes: Uint8Array, start: number, end: number, line: number): number {
    let taken = 0;
    for (let at = start; at < end; at++) {
      const length = bytes[at]! < 0xc2 ? 0 : utf8Length(bytes, at, end);
      if (length === 0) continue;
      this.utf8Characters++;
      if (isReplacement(bytes, at) && this.damagedLine === 0) this.damagedLine = line;
      taken += length;
      at += length - 1;
    }
    return taken;
  }

  get encoding(): SieEncoding {
    if (this.utf8Characters + this.utf8Breaks === 0) return this.byteOrderMark ? 'utf-8' : 'ascii';
    if (this.byteOrderMark || this.utf8Characters > this.utf8Breaks) return 'utf-8';
    if (this.high <= this.low + this.middle) return 'cp437';
    return this.low > 0 ? 'windows-1252' : 'latin-1';
  }

  /** Line of the first bytes that are not UTF-8 in a file that otherwise is; 0 when there are none. */
  get mixedLine(): number {
    return this.encoding === 'utf-8' ? this.firstBreakLine : 0;
  }
}

const isReplacement = (bytes: Uint8Array, at: number): boolean =>
  bytes[at] === 0xef && bytes[at + 1] === 0xbf && bytes[at + 2] === 0xbd;

/** Length of the UTF-8 character at `at`, 0 when the bytes are none. */
function utf8Length(bytes: Uint8Array, at: number, end: number): number {
  const lead = bytes[at]!;
  const length =
    lead >= 0xc2 && lead < 0xe0 ? 2 : lead >= 0xe0 && lead < 0xf0 ? 3 : lead >= 0xf0 && lead < 0xf5 ? 4 : 0;
  if (length === 0 || at + length > end) return 0;
  for (let next = at + 1; next < at + length; next++) if ((bytes[next]! & 0xc0) !== 0x80) return 0;
  const second = bytes[at + 1]!;
  if ((lead === 0xe0 && second < 0xa0) || (lead === 0xed && second > 0x9f)) return 0;
  if ((lead === 0xf0 && second < 0x90) || (lead === 0xf4 && second > 0x8f)) return 0;
  return length;
}

const utf8 = new TextDecoder('utf-8', { ignoreBOM: true });

/** Windows-1252 from 80 to 9F; otherwise it is Latin-1. A table of our own: Node 20's TextDecoder takes it for Latin-1. */
const windows1252 = '€\u0081‚ƒ„…†‡ˆ‰Š‹Œ\u008dŽ\u008f\u0090‘’“”•–—˜™š›œ\u009džŸ';

function decodeWindows1252(bytes: Uint8Array, start: number, end: number): string {
  let text = '';
  for (let at = start; at < end; at++) {
    const byte = bytes[at]!;
    text += byte >= 0x80 && byte < 0xa0 ? windows1252.charAt(byte - 0x80) : String.fromCharCode(byte);
  }
  return text;
}

/** Decodes texts of a file whose encoding may be found only later: the encoding is set once it is known. */
export class TextSource {
  encoding: SieEncoding = 'ascii';

  /** The text between two offsets, as it stands: escapes are left in it. */
  decode(bytes: Uint8Array, start: number, end: number): string {
    if (this.encoding === 'utf-8') return utf8.decode(bytes.subarray(start, end));
    if (this.encoding === 'ascii' || this.encoding === 'cp437') return decodeCp437(bytes, start, end);
    return decodeWindows1252(bytes, start, end);
  }

  /** Decodes a byte string of `fields.ts`. */
  decodeRaw(raw: string): string {
    let bytes: Uint8Array | undefined;
    for (let at = 0; at < raw.length; at++) {
      if (raw.charCodeAt(at) < 128) continue;
      bytes = Uint8Array.from(raw, (unit) => unit.charCodeAt(0));
      break;
    }
    return bytes === undefined ? raw : this.decode(bytes, 0, bytes.length);
  }
}
