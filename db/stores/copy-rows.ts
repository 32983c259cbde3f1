import { hash } from 'node:crypto';
import type { RecordKind } from '../schema/books.ts';
import type { HashSet } from './hash-set.ts';
import { SnapshotHash } from './snapshot-hash.ts';

/** A record as it is sent; bytes, of text in UTF-8, may be used again for the next record. */
export interface RecordToSend {
  readonly kind: RecordKind;
  readonly key: string | Uint8Array;
  readonly text: string | Uint8Array;
}

/** Rows are sent to the database in pieces of this size. */
const pieceBytes = 1 << 18;
/** The columns' lengths, a hash, and the kind. */
const fixedBytes = 4 * 4 + 32 + 16;

/** How the row of a temporary table begins. */
export const noMoreColumns = rowStart([]);

/** How every row of an engagement's first snapshot begins: with the engagement, and `since_seq` 1. */
export const firstVersionColumns = (engagementId: string): Buffer =>
  rowStart([Buffer.from(engagementId.replaceAll('-', ''), 'hex'), Buffer.from([0, 0, 0, 1])]);

/** The count of columns, and the first of them: those that are the same in every row. */
function rowStart(columns: readonly Buffer[]): Buffer {
  const count = Buffer.from([0, columns.length + 4]);
  return Buffer.concat([count, ...columns.flatMap((bytes) => [Buffer.from([0, 0, 0, bytes.length]), bytes])]);
}

/** Each kind as it stands in a row. */
const kinds: Readonly<Record<RecordKind, Buffer>> = {
  account: column('account'),
  balance: column('balance'),
  invoice: column('invoice'),
  payment: column('payment'),
  series: column('series'),
  voucher: column('voucher'),
};

function column(text: RecordKind): Buffer {
  const bytes = Buffer.from(`\0\0\0\0${text}`);
  bytes.writeInt32BE(text.length);
  return bytes;
}

/**
 * Records as rows of Postgres' binary COPY format: what every row begins with, kind, key, SHA-256 of the text, and the
 * text itself unless the database is known to hold it. Binary, because nothing has to be escaped and the text is put into
 * bytes once, for the hash and for the row.
 */
export class CopyRows {
  /** How many there are of each kind. */
  readonly counts: Record<RecordKind, number> = {
    account: 0,
    balance: 0,
    invoice: 0,
    payment: 0,
    series: 0,
    voucher: 0,
  };
  /** Of all of them. */
  readonly hash = new SnapshotHash();

  private buffer = Buffer.allocUnsafe(pieceBytes);
  private length = 0;
  private readonly start: Buffer;
  private readonly known: HashSet;

  /**
   * @param start what every row begins with
   * @param known texts that need not be sent, by their hashes
   */
  constructor(start: Buffer, known: HashSet) {
    this.start = start;
    this.known = known;
  }

  /** Adds the records; gives the pieces that became full. */
  *add(records: Iterable<RecordToSend>): Generator<Buffer, void> {
    for (const { kind, key, text } of records) {
      const most = this.start.length + fixedBytes + (key.length + text.length) * 3;
      if (this.length + most > this.buffer.length) yield this.take(most);
      const { buffer } = this;
      buffer.set(this.start, this.length);
      const start = this.length + this.start.length;
      const kindEnd = start + kinds[kind].length;
      buffer.set(kinds[kind], start);
      const named = writeText(buffer, key, kindEnd);
      this.counts[kind]++;
      const at = buffer.writeInt32BE(32, named);
      const end = writeText(buffer, text, at + 32);
      // Plain bytes, since a Buffer costs twice as much to make.
      const content = new Uint8Array(buffer.buffer, buffer.byteOffset + at + 36, end - at - 36);
      buffer.write(hash('sha256', content, 'binary'), at, 'latin1');
      this.hash.add(kind, buffer, kindEnd + 4, named, at);
      this.length = this.known.has(buffer, at) ? buffer.writeInt32BE(-1, at + 32) : end;
    }
  }

  /** What is left. */
  rest(): Buffer {
    return this.take(0);
  }

  private take(next: number): Buffer {
    const taken = this.buffer.subarray(0, this.length);
    this.buffer = Buffer.allocUnsafe(Math.max(pieceBytes, next));
    this.length = 0;
    return taken;
  }
}

/** The text after its length; returns where it ends. */
function writeText(buffer: Buffer, text: string | Uint8Array, at: number): number {
  let length: number;
  if (typeof text === 'string') length = buffer.write(text, at + 4, 'utf8');
  else {
    buffer.set(text, at + 4);
    length = text.length;
  }
  buffer.writeInt32BE(length, at);
  return at + 4 + length;
}
