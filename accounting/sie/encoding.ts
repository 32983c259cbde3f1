import { decodeCp437 } from '../cp437.ts';
import type { SieEncoding } from './types.ts';

const isAsciiLetter = (byte: number): boolean => (byte | 32) >= 97 && (byte | 32) <= 122;

/** The letters below A6 of code page 437 that Swedish texts have: ü é ä å Ä Å É ö Ö Ü á í ó ú ñ Ñ. Ž and š but for these in Windows-1252. */
const cp437Letters: ReadonlySet<number> = new Set([
  0x81, 0x82, 0x84, 0x86, 0x8e, 0x8f, 0x90, 0x94, 0x99, 0x9a, 0xa1, 0xa2, 0xa3, 0xa4, 0xa5,
]);

const isCp437Letter = (byte: number): boolean => isAsciiLetter(byte) || cp437Letters.has(byte);

/** Ä Å Ö ä å é ö ü of Latin-1: ─ ┼ ╓ Σ σ Θ ÷ ⁿ in code page 437. Others of its letters are ° and µ there, which stand beside letters. */
const latinLetters: ReadonlySet<number> = new Set([0xc4, 0xc5, 0xd6, 0xe4, 0xe5, 0xe9, 0xf6, 0xfc]);

/**
 * Counts what a file's bytes above 127 look like, and decides from the counts.
 *
 * Labels lie: nearly every file says PC8 whatever it is (of 136 real files 41 were UTF-8). Code page 437 has the
 * letters of Swedish where Latin-1 has control codes and Windows-1252 dashes and quotes; it has boxes and Greek where
 * these have their letters. So the neighbours tell: a letter stands among letters, a dash or a quote at their edge, a box
 * among boxes.
 */
export class EncodingEvidence {
  /** Letters of code page 437 with a letter on each side. */
  private cp437Inside = 0;
  /** The same at a word's edge or alone, where Windows-1252 has quotes. */
  private cp437Edge = 0;
  /** Letters of Latin-1 beside a letter. */
  private latinInside = 0;
  /** Other letters and signs of Latin-1, and Windows-1252's dashes and quotes that are no Swedish letters in code page 437. */
  private otherwise = 0;
  /** Bytes from 80 to 9F: control codes in Latin-1. */
  private lows = 0;
  private utf8Characters = 0;
  private utf8Breaks = 0;
  private firstBreakLine = 0;
  /** Line of the first U+FFFD: an earlier program has already lost letters. 0 when there is none. */
  damagedLine = 0;
  byteOrderMark = false;

  /** Looks at a text; `line` is for the findings. Callers skip texts that are all ASCII. */
  add(bytes: Uint8Array, start: number, end: number, line: number): void {
    let breaks = 0;
    let leads = false;
    for (let at = start; at < end; at++) {
      const byte = bytes[at]!;
      if (byte < 0x80) continue;
      breaks++;
      leads ||= byte >= 0xc0;
      if (byte < 0xa0) this.lows++;
      this.weigh(byte, bytes[at - 1] ?? 0, bytes[at + 1] ?? 0);
    }
    // Without a byte from C0 on nothing begins a UTF-8 character.
    if (leads) breaks -= this.utf8Bytes(bytes, start, end, line);
    this.utf8Breaks += breaks;
    if (breaks > 0 && this.firstBreakLine === 0) this.firstBreakLine = line;
  }

  private weigh(byte: number, before: number, after: number): void {
    if (cp437Letters.has(byte)) {
      if (isCp437Letter(before) && isCp437Letter(after)) this.cp437Inside++;
      else this.cp437Edge++;
    } else if (latinLetters.has(byte) && (isAsciiLetter(before) || isAsciiLetter(after))) this.latinInside++;
    else if (byte < 0xa0 || byte >= 0xc0) this.otherwise++;
  }

  /** Nothing that may follow can change the answer: thousands of letters say code page 437, hardly any else. */
  get settled(): boolean {
    return this.utf8Breaks > 10_000 && (this.latinInside + this.utf8Characters) * 100 < this.cp437Inside;
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
    if (this.isCp437) return 'cp437';
    return this.lows > 0 ? 'windows-1252' : 'latin-1';
  }

  private get isCp437(): boolean {
    const { cp437Inside, cp437Edge, latinInside, otherwise } = this;
    if (cp437Inside !== latinInside) return cp437Inside > latinInside;
    return cp437Inside > 0 || otherwise === 0 || cp437Edge > otherwise;
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
