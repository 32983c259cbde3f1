import { createHash } from 'node:crypto';

const pageBits = 20;
const pageBytes = 1 << pageBits;
const hashBytes = 32;
const tab = 9;
const newline = 10;
const digits = Buffer.from('0123456789abcdef');

/**
 * The hash of a snapshot: SHA-256 over the header's line and, for each record in order of its name, a line `kind TAB key
 * TAB hash`; equal for equal books however they arrived, and reckoned again by anyone who has the records. Two of one
 * name count as `name` and `name~2`, in order of hash.
 *
 * Holds a record's name and hash in some 60 bytes, since there can be a million.
 */
export class SnapshotHash {
  /** Names, each followed by a zero and the hash. */
  private readonly pages: Buffer[] = [Buffer.allocUnsafe(pageBytes)];
  private length = 0;
  /** Where each record begins: its page and, in the low bits, the place there. */
  private readonly records: number[] = [];
  /** Whether two have one name: known when the digest is. */
  hasTwins = false;
  /** Bytes of the largest record. */
  private largest = 0;

  /** A record by its kind, its key in UTF-8 from `start` to `end`, and its hash of 32 bytes at `hashAt`. */
  add(kind: string, bytes: Buffer, start: number, end: number, hashAt: number): void {
    const size = kind.length + 1 + (end - start) + 1 + hashBytes;
    this.largest = Math.max(this.largest, size);
    let page = this.pages.at(-1)!;
    if (this.length + size > page.length) {
      page = Buffer.allocUnsafe(Math.max(pageBytes, size));
      this.pages.push(page);
      this.length = 0;
    }
    this.records.push((this.pages.length - 1) * pageBytes + this.length);
    // Byte by byte: of so few a copy by the runtime costs more.
    let at = this.length;
    for (let letter = 0; letter < kind.length; letter++) page[at++] = kind.charCodeAt(letter);
    page[at++] = tab;
    for (let from = start; from < end; from++) page[at++] = bytes[from]!;
    page[at++] = 0;
    for (let from = hashAt; from < hashAt + hashBytes; from++) page[at++] = bytes[from]!;
    this.length = at;
  }

  /** In hexadecimal digits. */
  digest(header: string): string {
    const { records } = this;
    records.sort((a, b) => this.compare(a, b));
    if (this.hasTwins) this.tellTwinsApart();
    const sum = createHash('sha256').update(`${header}\n`);
    const lines = Buffer.allocUnsafe(pageBytes + this.largest * 2);
    let length = 0;
    for (const record of records) {
      const page = this.pages[record >>> pageBits]!;
      let at = record & (pageBytes - 1);
      for (; page[at] !== 0; at++) lines[length++] = page[at]!;
      lines[length++] = tab;
      const end = ++at + hashBytes;
      for (; at < end; at++) {
        lines[length++] = digits[page[at]! >>> 4]!;
        lines[length++] = digits[page[at]! & 15]!;
      }
      lines[length++] = newline;
      if (length < pageBytes) continue;
      sum.update(lines.subarray(0, length));
      length = 0;
    }
    return sum.update(lines.subarray(0, length)).digest('hex');
  }

  private tellTwinsApart(): void {
    const { records } = this;
    let nth = 1;
    let before = '';
    for (const [index, record] of records.entries()) {
      const page = this.pages[record >>> pageBits]!;
      const start = record & (pageBytes - 1);
      const end = page.indexOf(0, start);
      const name = page.toString('utf8', start, end);
      nth = name === before ? nth + 1 : 1;
      before = name;
      if (nth === 1) continue;
      const [kind = ''] = name.split('\t', 1);
      const key = Buffer.from(`${name.slice(kind.length + 1)}~${nth}`);
      const hash = page.subarray(end + 1, end + 1 + hashBytes);
      this.add(kind, Buffer.concat([key, hash]), 0, key.length, key.length);
      records[index] = records.pop()!;
    }
    records.sort((a, b) => this.compare(a, b));
  }

  /** By name, in order of code points as bytes of UTF-8 have it; those of one name by hash. */
  private compare(a: number, b: number): number {
    const first = this.pages[a >>> pageBits]!;
    const second = this.pages[b >>> pageBits]!;
    let one = a & (pageBytes - 1);
    let other = b & (pageBytes - 1);
    for (; first[one] === second[other]; one++, other++) {
      if (first[one] !== 0) continue;
      this.hasTwins = true;
      return first.compare(second, other + 1, other + 1 + hashBytes, one + 1, one + 1 + hashBytes);
    }
    return first[one]! - second[other]!;
  }
}
