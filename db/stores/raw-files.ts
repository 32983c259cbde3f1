import { createHash } from 'node:crypto';
import { promisify } from 'node:util';
import { brotliCompress, brotliDecompress, constants, gunzip } from 'node:zlib';
import { inArray } from 'drizzle-orm';
import type { FinancialYear } from '../../accounting/books.ts';
import { Problem } from '../../accounting/problem.ts';
import type { FirmTransaction } from '../database.ts';
import { sha256 } from '../hash.ts';
import { rawFiles } from '../schema/books.ts';
import type { RawFileRef } from '../schema/books.ts';

/** Files are cut at every so many bytes: a year exported again differs in its first part alone, in the date of the export. */
const partBytes = 1 << 20;
/** Parts that are being compressed at the same time: what comes faster waits. */
const mostUnderWay = 4;

const fastest = {
  params: { [constants.BROTLI_PARAM_QUALITY]: 0, [constants.BROTLI_PARAM_LGWIN]: 18 },
  // Few large chunks: each is a way to the other thread and back.
  chunkSize: partBytes / 4,
};

/** A file as it is cut: the first part, and the hashes of the others in their order. */
export interface CutFile {
  readonly first: Uint8Array;
  readonly others: readonly string[];
}

export function cutFile(bytes: Uint8Array): CutFile {
  const others: string[] = [];
  for (let at = partBytes; at < bytes.length; at += partBytes)
    others.push(sha256(bytes.subarray(at, at + partBytes)));
  return { first: bytes.subarray(0, partBytes), others };
}

interface Compressed {
  readonly sha256: string;
  readonly brotli: Uint8Array;
}

/** The files of one snapshot on their way into the database, kept as they were fetched. */
export class RawFiles {
  private readonly known: ReadonlySet<string>;
  private readonly files: RawFile[] = [];

  /** @param known hashes of parts that the database holds (`partsOf` the snapshot before) */
  constructor(known: ReadonlySet<string>) {
    this.known = known;
  }

  begin(name: string): RawFile {
    const file = new RawFile(name, this.known);
    this.files.push(file);
    return file;
  }

  /** Writes the parts that are there by now, so that few of them wait in memory. */
  async write(tx: FirmTransaction): Promise<void> {
    for (const file of this.files) await file.write(tx);
  }

  /** Writes what is left, and tells how the files are found again. Nothing may be added after it. */
  async end(tx: FirmTransaction): Promise<RawFileRef[]> {
    const refs: RawFileRef[] = [];
    for (const file of this.files) refs.push(await file.end(tx));
    return refs;
  }
}

/**
 * One file. Parts are compressed on other threads while the next bytes are fetched and read; the bytes handed in must
 * not change.
 */
export class RawFile {
  /** Names what is read from it (`RawFileRef.reading`), when all of it is there. */
  reading: ((cut: CutFile) => string) | undefined;
  private readonly name: string;
  private readonly known: ReadonlySet<string>;
  private readonly whole = createHash('sha256');
  private first: Uint8Array = new Uint8Array(0);
  /** The hashes of its parts. */
  private readonly parts: string[] = [];
  private readonly compressing: Promise<void>[] = [];
  private readonly compressed: Compressed[] = [];
  private readonly rest = Buffer.allocUnsafe(partBytes);
  private restLength = 0;

  constructor(name: string, known: ReadonlySet<string>) {
    this.name = name;
    this.known = known;
  }

  async add(bytes: Uint8Array): Promise<void> {
    this.whole.update(bytes);
    for (let at = 0; at < bytes.length;) {
      if (this.restLength === 0 && bytes.length - at >= partBytes) {
        await this.part(bytes.subarray(at, at + partBytes));
        at += partBytes;
        continue;
      }
      const taken = Math.min(bytes.length - at, partBytes - this.restLength);
      this.rest.set(bytes.subarray(at, at + taken), this.restLength);
      this.restLength += taken;
      at += taken;
      if (this.restLength === partBytes) await this.takeRest();
    }
  }

  async write({ sql }: FirmTransaction): Promise<void> {
    const compressed = this.compressed.splice(0);
    // One after the other over the connection, without waiting in between.
    await Promise.all(
      compressed.map(({ sha256: hash, brotli: bytes }) => {
        // In base64 it is two thirds of what the driver would make of it, and decoded in half the time.
        const base64 = Buffer.from(bytes).toString('base64');
        return sql`
          insert into raw_files (sha256, brotli) values (decode(${hash}, 'hex'), decode(${base64}, 'base64'))
          on conflict do nothing`;
      }),
    );
  }

  async end(tx: FirmTransaction): Promise<RawFileRef> {
    if (this.restLength > 0 || this.parts.length === 0) await this.takeRest();
    await Promise.all(this.compressing);
    await this.write(tx);
    const { name, first, parts } = this;
    const reading = this.reading?.({ first, others: parts.slice(1) });
    return {
      name,
      sha256: this.whole.digest('hex'),
      ...(parts.length > 1 && { parts }),
      ...(reading !== undefined && { reading }),
    };
  }

  private async takeRest(): Promise<void> {
    const bytes = Buffer.from(this.rest.subarray(0, this.restLength));
    this.restLength = 0;
    await this.part(bytes);
  }

  private async part(bytes: Uint8Array): Promise<void> {
    const hash = sha256(bytes);
    if (this.parts.length === 0) this.first = bytes;
    this.parts.push(hash);
    if (this.known.has(hash)) return;
    const compressing = this.compress(hash, bytes);
    // Told by `end`; when that is never reached there is nobody to tell.
    compressing.catch(() => undefined);
    this.compressing.push(compressing);
    await this.compressing.at(-mostUnderWay);
  }

  private async compress(hash: string, bytes: Uint8Array): Promise<void> {
    const compressed = await promisify(brotliCompress)(bytes, fastest);
    this.compressed.push({ sha256: hash, brotli: compressed });
  }
}

/** What the SIE file of a financial year is called when it comes from Fortnox, which gives it no name. */
export const nameOfYearsFile = ({ from, to }: FinancialYear): string => `${from}_${to}.se`;

/** The hashes of what the files consist of. */
export const partsOf = (files: readonly RawFileRef[]): Set<string> =>
  new Set(files.flatMap(({ sha256: whole, parts }) => parts ?? [whole]));

/**
 * A raw file's bytes as they were fetched, which their hash proves.
 * @throws Problem `database.file-damaged`
 */
export async function loadRawFile(tx: FirmTransaction, file: RawFileRef): Promise<Uint8Array> {
  const hashes = file.parts ?? [file.sha256];
  const found = await tx.db
    .select()
    .from(rawFiles)
    .where(inArray(rawFiles.sha256, [...new Set(hashes)]));
  const stored = new Map(found.map((part) => [part.sha256, part]));
  const parts = await Promise.all(hashes.map(async (hash) => unpacked(stored.get(hash))));
  const whole = Buffer.concat(parts);
  if (sha256(whole) === file.sha256) return whole;
  throw new Problem({
    code: 'database.file-damaged',
    what: `Filen ${file.name} i inläsningen är inte längre den som hämtades: något av den saknas eller är ändrat i databasen.`,
    advice: 'Be den som sköter driften att återställa databasen från en säkerhetskopia.',
  });
}

/** Empty when it is not there or cannot be unpacked: the hash of the whole tells. */
async function unpacked(part: typeof rawFiles.$inferSelect | undefined): Promise<Uint8Array> {
  const none = new Uint8Array();
  if (part?.brotli) return promisify(brotliDecompress)(part.brotli).catch(() => none);
  if (part?.gzip) return promisify(gunzip)(part.gzip).catch(() => none);
  return none;
}
