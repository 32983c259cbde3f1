import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { Problem } from '../../accounting/problem.ts';
import type { Database } from '../../db/database.ts';
import { listEngagements } from '../../db/stores/engagements.ts';
import { getFile, listFiles } from '../../db/stores/files.ts';
import { firmIds } from '../../db/stores/firms.ts';
import { endingOf } from '../../db/stores/history.ts';
import { sha256 } from '../../db/hash.ts';
import { verifyBinder } from '../../documents/verify-binder.ts';

/** A completed close's binder (årsakt) in the archive's folder. */
export interface Archived {
  readonly firmId: string;
  readonly engagementId: string;
  /** Under the archive's folder. */
  readonly file: string;
  readonly sha256: string;
  /** `missing` turns into `kept` when it is written: there, byte for byte. */
  readonly state: 'missing' | 'kept';
}

export interface ArchiveOptions {
  readonly folder: string;
  /** One firm alone. */
  readonly firmId?: string | undefined;
  /** Writes what is missing; else it looks alone. */
  readonly write: boolean;
}

/**
 * The newest binder of every completed close in a folder, which may be on other storage: FOLDER/<firm>/<close>/<hash>.zip.
 * Each that is there is read and its seals are verified.
 * @throws Problem `retention.archive-broken` when what stands there is not what was sealed
 */
export async function archive(database: Database, options: ArchiveOptions): Promise<Archived[]> {
  const { firmId } = options;
  const archived: Archived[] = [];
  for (const firm of firmId === undefined ? await firmIds(database) : [firmId]) {
    for (const engagementId of await completedCloses(database, firm)) {
      archived.push(await archiveOne(database, options, firm, engagementId));
    }
  }
  return archived;
}

const completedCloses = (database: Database, firmId: string): Promise<string[]> =>
  database.forFirm(firmId, async (tx) => {
    const completed: string[] = [];
    for (const { id, run } of await listEngagements(tx)) {
      if ((await endingOf(tx, id, run)) === 'completed') completed.push(id);
    }
    return completed;
  });

async function archiveOne(
  database: Database,
  { folder, write }: ArchiveOptions,
  firmId: string,
  engagementId: string,
): Promise<Archived> {
  const binder = await database.forFirm(firmId, async (tx) => {
    const [newest] = await listFiles(tx, engagementId, 'binder');
    return newest && getFile(tx, newest.id);
  });
  if (!binder) throw broken(`close/${engagementId} has no binder`);
  const file = path.join(firmId, engagementId, `${binder.sha256}.zip`);
  const target = path.join(folder, file);
  const about = { firmId, engagementId, file, sha256: binder.sha256 };
  const standing = await readFile(target).catch(() => undefined);
  if (standing) {
    refuseOther(standing, binder.sha256, file);
    return { ...about, state: 'kept' };
  }
  if (!write) return { ...about, state: 'missing' };
  await mkdir(path.dirname(target), { recursive: true });
  // Whole or not at all under its name.
  await writeFile(`${target}.part`, binder.bytes);
  refuseOther(await readFile(`${target}.part`), binder.sha256, file);
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
