import { byteString } from './fields.ts';
import { SieRefusal } from './findings.ts';

/**
 * Refuses at once what is no SIE file by its first bytes. Returns how many bytes of byte order mark to skip.
 *
 * A SIE file begins with a record (SIE 4B §5.1: `#FLAGGA`), blank lines aside.
 */
export function refuseForeign(bytes: Uint8Array, start: number, end: number): number {
  const mark = bytes[start] === 0xef && bytes[start + 1] === 0xbb && bytes[start + 2] === 0xbf ? 3 : 0;
  let at = start + mark;
  while (at < end && isBlank(bytes[at]!)) at++;
  if (at === end) throw new SieRefusal('sie.empty', 0);
  if (bytes[at] === 35 && bytes[at + 1] !== 0) return mark;
  const head = byteString(bytes, at, Math.min(end, at + 1000)).toLowerCase();
  if (head.includes('\0')) throw new SieRefusal('sie.binary', 1);
  if (head.startsWith('<?xml') && !head.includes('<html')) throw new SieRefusal('sie.xml', 1);
  if (head.startsWith('<')) throw new SieRefusal('sie.html', 1);
  throw new SieRefusal('sie.not-sie', 1);
}

const isBlank = (byte: number): boolean => byte === 32 || byte === 9 || byte === 10 || byte === 13;
