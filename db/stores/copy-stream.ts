import { once } from 'node:events';
import { PassThrough } from 'node:stream';
import type { Writable } from 'node:stream';
import { finished, pipeline } from 'node:stream/promises';

/** "PGCOPY\n\377\r\n\0", no flags, no extension (Postgres, COPY, binary format). */
const header = Buffer.from('5047434f50590aff0d0a000000000000000000', 'hex');
const trailer = Buffer.from('ffff', 'hex');
/** Pieces (of a quarter of a megabyte) that may wait while the database is busy. */
const mostWaiting = 12;

export interface Rounds {
  /** Begins a COPY of the binary format. */
  readonly begin: () => Promise<Writable>;
  /** A COPY ends after so many bytes, and the next begins. */
  readonly bytes: number;
  /** Done after each COPY has ended. */
  readonly ended: () => Promise<void>;
}

/**
 * Sends rows of the binary COPY format to the database while the next ones are made: what is handed over waits in a
 * queue until the database takes it.
 */
export class CopyStream {
  private readonly queue = new PassThrough({ objectMode: true, highWaterMark: mostWaiting });
  private readonly sent: Promise<void>;

  constructor(rounds: Rounds) {
    this.sent = pipeline(this.queue, (pieces: AsyncIterable<Buffer>) => sendAll(pieces, rounds));
    // Told by `write` and `end`; until then a failure is no unhandled one.
    this.sent.catch(() => undefined);
  }

  /** Resolves when there is room for more. */
  async write(piece: Buffer): Promise<void> {
    if (!this.queue.write(piece)) await Promise.race([once(this.queue, 'drain'), this.sent]);
  }

  /** Resolves when the database has taken everything. */
  async end(): Promise<void> {
    this.queue.end();
    await this.sent;
  }

  /** Breaks the COPY off, which ends the transaction or takes it back to its savepoint. */
  async abort(reason: unknown): Promise<void> {
    this.queue.destroy(errorOf(reason));
    await this.sent.catch(() => undefined);
  }
}

async function sendAll(pieces: AsyncIterable<Buffer>, { begin, bytes, ended }: Rounds): Promise<void> {
  let round: Round | undefined;
  const end = async (): Promise<void> => {
    await round?.end();
    round = undefined;
    await ended();
  };
  try {
    for await (const piece of pieces) {
      round ??= new Round(await begin());
      await round.write(piece);
      if (round.bytes >= bytes) await end();
    }
    if (round) await end();
  } catch (error) {
    await round?.abort(error);
    throw error;
  }
}

/** One COPY. */
class Round {
  bytes = 0;
  private readonly copy: Writable;
  private readonly done: Promise<void>;

  constructor(copy: Writable) {
    this.copy = copy;
    this.done = finished(copy);
    this.done.catch(() => undefined);
    copy.write(header);
  }

  async write(piece: Buffer): Promise<void> {
    this.bytes += piece.length;
    if (!this.copy.write(piece)) await Promise.race([once(this.copy, 'drain'), this.done]);
  }

  async end(): Promise<void> {
    this.copy.end(trailer);
    await this.done;
  }

  async abort(reason: unknown): Promise<void> {
    this.copy.destroy(errorOf(reason));
    await this.done.catch(() => undefined);
  }
}

const errorOf = (reason: unknown): Error => (reason instanceof Error ? reason : new Error(String(reason)));
