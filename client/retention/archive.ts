import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { Problem } from '../../accounting/problem.ts';
import type { Database } from '../../db/database.ts';
import { getFile } from '../../db/stores/files.ts';
import type { FileInfo } from '../../db/stores/files.ts';
import { firmIds } from '../../db/stores/firms.ts';
import { sha256 } from '../../db/hash.ts';
import { verifyBinder } from '../../documents/verify-binder.ts';
import { keepings } from './keeping.ts';

/** A close's binder (årsakt) in the archive's folder. */
export interface Archived {
  readonly firmId: string;
  readonly engagementId: string;
  /** Under the archive's folder. */
  readonly file: string;
  readonly sha256: string;
  /** `missing` turns into `kept` when it is written: there, byte for byte. */
  readonly state: 'missing' | 'kept';
}

/** A close that has ended with something exported that no binder of it holds: there is nothing whole to put there. */
export interface Unbound {
  readonly firmId: string;
  readonly engagementId: string;
  readonly state: 'unbound';
}

export interface ArchiveOptions {
  readonly folder: string;
  /** One firm alone. */
  readonly firmId?: string | undefined;
  /** Writes what is missing; else it looks alone. */
  readonly write: boolean;
}

/**
 * The newest binder of every close that has one, however its last run ended, in a folder, which may be on other storage:
 * FOLDER/<firm>/<close>/<hash>.zip. Each that is there is read and its seals are verified.
 * @throws Problem `retention.archive-broken` when what stands there is not what was sealed
 */
export async function archive(database: Database, options: ArchiveOptions): Promise<(Archived | Unbound)[]> {
  const { firmId } = options;
  const archived: (Archived | Unbound)[] = [];
  for (const firm of firmId === undefined ? await firmIds(database) : [firmId]) {
    for (const { id, state, binder } of await database.forFirm(firm, keepings)) {
      if (state === 'unbound') archived.push({ firmId: firm, engagementId: id, state });
      else if (binder) archived.push(await archiveOne(database, options, firm, binder));
    }
  }
  return archived;
}

async function archiveOne(
  database: Database,
  { folder, write }: ArchiveOptions,
  firmId: string,
  { id, engagementId, sha256: hash }: FileInfo,
): Promise<Archived> {
  const file = path.join(firmId, engagementId, `${hash}.zip`);
  const target = path.join(folder, file);
  const about = { firmId, engagementId, file, sha256: hash };
  const standing = await readFile(target).catch(() => undefined);
  if (standing) {
    refuseOther(standing, hash, file);
    return { ...about, state: 'kept' };
  }
  if (!write) return { ...about, state: 'missing' };
  const { bytes } = await database.forFirm(firmId, (tx) => getFile(tx, id));
  await mkdir(path.dirname(target), { recursive: true });
  // Whole or not at all under its name.
  await writeFile(`${target}.part`, bytes);
  refuseOther(await readFile(`${target}.part`), hash, file);
  await rename(`${target}.part`, target);
  return { ...about, state: 'kept' };
}

function refuseOther(bytes: Uint8Array, expected: string, file: string): void {
  const verdict = verifyBinder(bytes);
  if (sha256(bytes) !== expected || !verdict.ok) throw broken(file);
}

const broken = (what: string): Problem =>
  new Problem({
    code: 'retention.archive-broken',
    what: `Arkivet är inte helt: ${what}.`,
    advice: 'Flytta undan filen och arkivera på nytt, eller avsluta bokslutet så att årsakten sätts samman.',
  });
