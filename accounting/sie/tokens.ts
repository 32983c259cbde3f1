import { flagEscaped, flagNonAscii } from './columns.ts';
import type { EncodingEvidence } from './encoding.ts';
import { closingQuote, isFieldEnd, lineEnd } from './fields.ts';

const tab = 9;
const lineFeed = 10;
const carriageReturn = 13;
const space = 32;
const quote = 34;
const backslash = 92;
const openBrace = 123;
const closeBrace = 125;

/** Who hears of what is wrong with a field. */
export interface TokenReports {
  readonly evidence: EncodingEvidence;
  controlCharacter(byte: number, line: number): void;
  quoteUnclosed(line: number): void;
  quoteInside(line: number): void;
}

/**
 * Finds fields in a line without making strings of them: the general way, out of line of the fast one in `scan.ts`. Each
 * line ends with a line break within the bytes, where every loop here stops.
 */
export class Tokens {
  /** What `next` found: offsets inside the quotes, and the flags of its text. */
  start = 0;
  end = 0;
  flags = 0;
  private readonly reports: TokenReports;

  constructor(reports: TokenReports) {
    this.reports = reports;
  }

  /** One field, quoted or not; empty at the end of the line and at a brace. Sets start, end and flags; returns where it ends. */
  next(bytes: Uint8Array, at: number, line: number): number {
    let p = at;
    let b = bytes[p]!;
    while (b === space || b === tab) b = bytes[++p]!;
    let union = 0;
    if (b !== quote) {
      this.start = p;
      if (b === openBrace) b = space;
      while (b > space) {
        union |= b;
        b = bytes[++p]!;
      }
      this.end = p;
      this.flags = union > 127 ? flagNonAscii : 0;
      return p;
    }
    this.start = ++p;
    let escapes = 0;
    b = bytes[p]!;
    while (b !== quote && b !== lineFeed && b !== carriageReturn) {
      if (b === backslash && bytes[p + 1] === quote) {
        escapes = flagEscaped;
        p++;
      } else if (b < space && b !== tab) this.reports.controlCharacter(b, line);
      union |= b;
      b = bytes[++p]!;
    }
    this.flags = escapes | (union > 127 ? flagNonAscii : 0);
    this.end = p;
    if (b !== quote) return this.unclosedQuote(bytes, p, line);
    return isFieldEnd(bytes[p + 1]!) ? p + 1 : this.quoteInside(bytes, line);
  }

  /** At a quote that something follows: text, unless no other quote closes. */
  private quoteInside(bytes: Uint8Array, line: number): number {
    this.reports.quoteInside(line);
    this.end = closingQuote(bytes, this.start, lineEnd(bytes, this.start, bytes.length));
    for (let at = this.start; at < this.end; at++) {
      if (bytes[at]! > 127) this.flags |= flagNonAscii;
      if (bytes[at] === backslash && bytes[at + 1] === quote) this.flags |= flagEscaped;
    }
    return this.end + 1;
  }

  /** At the end of a line inside quotes: the last `\"` closes if it ends the line, else all of the line is text. */
  private unclosedQuote(bytes: Uint8Array, end: number, line: number): number {
    const close = closingQuote(bytes, this.start, end);
    if (close !== -1) {
      this.end = close;
      return close + 1;
    }
    while (this.end > this.start && bytes[this.end - 1]! <= space) this.end--;
    this.reports.quoteUnclosed(line);
    return end;
  }

  /** Offset of the `}` of an object list, or of the line's end. */
  objectListEnd(bytes: Uint8Array, at: number, line: number): number {
    let inQuotes = false;
    let union = 0;
    let p = at;
    for (let b = bytes[p]!; b !== lineFeed && b !== carriageReturn; b = bytes[++p]!) {
      if (b === quote) inQuotes = !inQuotes;
      else if (b === backslash && bytes[p + 1] === quote) p++;
      else if (b === closeBrace && !inQuotes) break;
      union |= b;
    }
    if (union > 127) this.reports.evidence.add(bytes, at, p, line);
    return p;
  }

  /** Offset of the line break. */
  restOfLine(bytes: Uint8Array, at: number, line: number): number {
    const end = lineEnd(bytes, at, bytes.length);
    for (let p = at; p < end; p++) {
      const b = bytes[p]!;
      if (b > 127) {
        this.reports.evidence.add(bytes, p, end, line);
        break;
      }
      if (b === 0) this.reports.controlCharacter(b, line);
    }
    return end;
  }
}
