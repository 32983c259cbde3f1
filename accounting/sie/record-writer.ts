import { cp437Byte, standIn } from '../cp437.ts';
import { compactDate } from '../dates.ts';
import type { IsoDate } from '../dates.ts';
import type { Findings } from './findings.ts';

const utf8 = new TextEncoder();

/** Puts records into bytes: fields are made by `text`, `code`, `plain` and `date`, and joined by `record`. */
export class RecordWriter {
  length = 0;
  private buffer = new Uint8Array(1 << 16);
  private lineNumber = 1;
  private readonly encoding: 'cp437' | 'utf-8';
  private readonly findings: Findings;

  constructor(encoding: 'cp437' | 'utf-8', findings: Findings) {
    this.encoding = encoding;
    this.findings = findings;
  }

  /** A field of free text, in quotes. */
  text(value: string): string {
    return `"${this.representable(value).replaceAll('"', '\\"')}"`;
  }

  /** A field that is a number or code in practice: without quotes when it is plain, so that every reader takes it. */
  code(value: string): string {
    return /^[\w.-]+$/.test(value) ? value : this.text(value);
  }

  date(value: IsoDate | null): string {
    return value === null ? '""' : compactDate(value);
  }

  /** The text as the file can hold it; says so when it is not the same. */
  private representable(value: string): string {
    const composed = value.normalize('NFC');
    let clean = composed.replace(/\p{Cc}+/gu, ' ');
    if (this.encoding === 'cp437') {
      clean = clean.replace(/\P{ASCII}/gu, (character) => (cp437Byte(character) === undefined ? standIn(character) : character)); // prettier-ignore
    } else clean = clean.replace(/\p{Surrogate}/gu, '?');
    // `\"` would be read as a quote inside the text.
    if (clean.endsWith('\\')) clean += ' ';
    if (clean !== composed) this.findings.add('sie.text-changed', this.lineNumber, () => [value, clean]);
    return clean;
  }

  /** One line of a label and fields; empty strings are left out (an empty field is `""`). */
  record(label: string, ...fields: readonly string[]): void {
    this.line([`#${label}`, ...fields.filter((field) => field !== '')].join(' '));
  }

  line(line: string): void {
    const most = line.length * 3 + 2;
    if (this.length + most > this.buffer.length) {
      const wider = new Uint8Array((this.length + most) * 2);
      wider.set(this.buffer.subarray(0, this.length));
      this.buffer = wider;
    }
    if (this.encoding === 'utf-8')
      this.length += utf8.encodeInto(line, this.buffer.subarray(this.length)).written;
    else {
      for (let at = 0; at < line.length; at++) {
        const unit = line.charCodeAt(at);
        this.buffer[this.length++] = unit < 128 ? unit : (cp437Byte(line.charAt(at)) ?? 63);
      }
    }
    this.buffer[this.length++] = 13;
    this.buffer[this.length++] = 10;
    this.lineNumber++;
  }

  /** All that is written so far. */
  bytes(): Uint8Array {
    return this.buffer.slice(0, this.length);
  }
}
