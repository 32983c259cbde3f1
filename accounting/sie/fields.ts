/**
 * A field as a byte string (one UTF-16 unit a byte, since the file's encoding may not be known yet), or the fields of an
 * object list `{…}`. Enclosing quotes and escaping backslashes are gone.
 */
export type RawField = string | readonly string[];

export interface RawLine {
  readonly fields: readonly RawField[];
  /** A quote or brace is still open at the end of the line. */
  readonly unclosed: boolean;
  /** A quote that is not escaped stands inside a text. */
  readonly hasQuoteInside: boolean;
}

const tab = 9;
const space = 32;
const quote = 34;
const backslash = 92;
const openBrace = 123;
const closeBrace = 125;

const isBlank = (byte: number): boolean => byte === space || byte === tab;

/**
 * Splits a part of a line into fields (SIE 4B §5.6): blanks separate, quotes enclose, `\"` is a quote inside quotes, and
 * braces hold object lists. This is the clear way; `scan.ts` has the fast one for rows.
 */
export function splitFields(bytes: Uint8Array, start: number, end: number): RawLine {
  const fields: RawField[] = [];
  let list: string[] | undefined;
  let unclosed = false;
  let hasQuoteInside = false;
  let at = start;
  while (at < end) {
    const byte = bytes[at]!;
    if (isBlank(byte)) {
      at++;
    } else if (byte === openBrace && list === undefined) {
      list = [];
      fields.push(list);
      at++;
    } else if (byte === closeBrace && list !== undefined) {
      list = undefined;
      at++;
    } else {
      const field =
        byte === quote ? quoted(bytes, at + 1, end) : unquoted(bytes, at, end, list !== undefined);
      (list ?? fields).push(field.text);
      unclosed ||= field.unclosed;
      hasQuoteInside ||= field.hasQuoteInside;
      at = field.next;
    }
  }
  return { fields, unclosed: unclosed || list !== undefined, hasQuoteInside };
}

interface Taken {
  readonly text: string;
  readonly next: number;
  readonly unclosed: boolean;
  readonly hasQuoteInside: boolean;
}

function quoted(bytes: Uint8Array, start: number, end: number): Taken {
  const close = closingQuote(bytes, start, end);
  if (close === -1) {
    const text = unescape(byteString(bytes, start, end)).trimEnd();
    return { text, next: end, unclosed: true, hasQuoteInside: false };
  }
  const first = firstQuote(bytes, start, end);
  return {
    text: unescape(byteString(bytes, start, close)),
    next: close + 1,
    unclosed: false,
    hasQuoteInside: first !== -1 && !(first === close && endsField(bytes, close + 1, end)),
  };
}

/**
 * Offset of the quote that closes a text, -1 when none does. Programs forget to escape (`"14" skärm"`), and one has put
 * quotes where letters stood (`"F"rskott"`): a quote closes when a blank, a brace or the line's end follows, and only when
 * none does the first one. A text may end in a backslash (`"C:\books\"`): a line's last quote closes although a backslash
 * stands before it.
 */
export function closingQuote(bytes: Uint8Array, start: number, end: number): number {
  const first = firstQuote(bytes, start, end);
  for (let at = first; at !== -1; at = firstQuote(bytes, at + 1, end))
    if (endsField(bytes, at + 1, end)) return at;
  if (first !== -1) return first;
  let last = end - 1;
  while (last > start && isBlank(bytes[last]!)) last--;
  return last > start && bytes[last] === quote ? last : -1;
}

/** Offset of the first quote that is not escaped, -1 when there is none. */
function firstQuote(bytes: Uint8Array, start: number, end: number): number {
  for (let at = start; at < end; at++) {
    const byte = bytes[at]!;
    if (byte === quote) return at;
    if (byte === backslash && at + 1 < end && bytes[at + 1] === quote) at++;
  }
  return -1;
}

const endsField = (bytes: Uint8Array, at: number, end: number): boolean =>
  at >= end || isFieldEnd(bytes[at]!);

/** Whether a quote before this byte closes a text. */
export const isFieldEnd = (byte: number): boolean =>
  byte <= space || byte === openBrace || byte === closeBrace;

function unquoted(bytes: Uint8Array, start: number, end: number, inList: boolean): Taken {
  let at = start;
  const stop = inList ? closeBrace : space;
  while (at < end && !isBlank(bytes[at]!) && bytes[at] !== stop) at++;
  return { text: byteString(bytes, start, at), next: at, unclosed: false, hasQuoteInside: false };
}

/** The bytes as a string of the same length. */
export function byteString(bytes: Uint8Array, start: number, end: number): string {
  let text = '';
  for (let at = start; at < end; at++) text += String.fromCharCode(bytes[at]!);
  return text;
}

/** Takes the backslashes away that escape quotes; other backslashes are text. */
export const unescape = (text: string): string => (text.includes('\\"') ? text.replaceAll('\\"', '"') : text);

/** Where the line that holds `at` ends: the offset of its line break, or `end`. */
export function lineEnd(bytes: Uint8Array, at: number, end: number): number {
  while (at < end && bytes[at] !== 10 && bytes[at] !== 13) at++;
  return at;
}
