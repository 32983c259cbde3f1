import { createHash } from 'node:crypto';
import { promisify } from 'node:util';
import { gunzip, gzip } from 'node:zlib';
import { inArray } from 'drizzle-orm';
import type { FirmTransaction } from '../database.ts';
import { sha256 } from '../hash.ts';
import { rawFiles } from '../schema/books.ts';
import type { RawFileRef } from '../schema/books.ts';

/** Files are cut at every so many bytes: a year exported again differs in its first part alone, in the date of the export. */
const partBytes = 1 << 20;
/** Parts that are being compressed at the same time: what comes faster waits. */
const mostUnderWay = 4;

interface Part {
  readonly sha256: string;
  /** Undefined when the database is known to hold the part. */
  readonly gzip: Promise<Uint8Array> | undefined;
}

/**
 * A file on its way into the database, kept as it was fetched. Parts are compressed on other threads while the next
 * bytes are fetched and read; the bytes handed in must not change.
 */
export class RawFile {
  readonly name: string;
  /** Names what is read from it (`RawFileRef.reading`). */
  reading: string | undefined;
  private readonly known: ReadonlySet<string>;
  private readonly whole = createHash('sha256');
  private readonly parts: Part[] = [];
  private readonly rest = Buffer.allocUnsafe(partBytes);
  private restLength = 0;

  /**
   * @param known hashes of parts that the database holds (`partsOf` the snapshot before)
   */
  constructor(name: string, known: ReadonlySet<string> = new Set()) {
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

  /** Writes the parts that are new, and tells how the file is found again. Nothing may be added after it. */
  async store(tx: FirmTransaction): Promise<RawFileRef> {
    if (this.restLength > 0 || this.parts.length === 0) await this.takeRest();
    for (const { sha256: hash, gzip: compressed } of this.parts) {
      if (compressed === undefined) continue;
      // In base64 it is two thirds of what the driver would make of it, and decoded in half the time.
      const base64 = Buffer.from(await compressed).toString('base64');
      await tx.sql`
        insert into raw_files (sha256, gzip) values (decode(${hash}, 'hex'), decode(${base64}, 'base64'))
        on conflict do nothing`;
    }
    const { name, reading } = this;
    const parts = this.parts.map((part) => part.sha256);
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
    const compressed = this.known.has(hash) ? undefined : promisify(gzip)(bytes, { level: 1 });
    // Awaited in `store`; when that is never reached there is nobody to tell.
    compressed?.catch(() => undefined);
    this.parts.push({ sha256: hash, gzip: compressed });
    await this.parts.at(-mostUnderWay)?.gzip;
  }
}

/** The hashes of what the files consist of. */
export const partsOf = (files: readonly RawFileRef[]): Set<string> =>
  new Set(files.flatMap(({ sha256: whole, parts }) => parts ?? [whole]));

/** A raw file's bytes as they were fetched; undefined when the firm has no such file. */
export async function loadRawFile(tx: FirmTransaction, file: RawFileRef): Promise<Uint8Array | undefined> {
  const hashes = file.parts ?? [file.sha256];
  const found = await tx.db
    .select()
    .from(rawFiles)
    .where(inArray(rawFiles.sha256, [...new Set(hashes)]));
  const parts = new Map<string, Uint8Array>();
  for (const part of found) parts.set(part.sha256, await promisify(gunzip)(part.gzip));
  const bytes = hashes.map((hash) => parts.get(hash)).filter((part) => part !== undefined);
  return bytes.length < hashes.length ? undefined : Buffer.concat(bytes);
}
