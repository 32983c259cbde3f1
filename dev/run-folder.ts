import { randomBytes } from 'node:crypto';
import { mkdirSync, readdirSync, rmSync, statSync } from 'node:fs';
import path from 'node:path';
import { endLeftOver } from './children.ts';
import { claim, noted } from './claim.ts';
import { isRunning } from '../client/cli/process-identity.ts';

/** A folder of one run's own. */
export interface RunFolder {
  readonly folder: string;
  /** For `startChild`'s note, where the next run looks for it. */
  readonly serverNote: string;
  remove(): void;
}

const ownerFile = 'owner.json';
const serverFile = 'server.json';

/**
 * Makes a folder for this run alone. On the way, what killed runs have left in the same place is cleared:
 * their servers are ended and their folders removed.
 *
 * @param runs the folder that holds them all
 * @param kind begins the name, for people who look
 */
export async function newRunFolder(runs: string, kind: string): Promise<RunFolder> {
  mkdirSync(runs, { recursive: true });
  for (const name of readdirSync(runs)) {
    const left = path.join(runs, name);
    if (!isAbandoned(left)) continue;
    await endLeftOver(path.join(left, serverFile));
    rmSync(left, { recursive: true, force: true, maxRetries: 3 });
  }
  const folder = path.join(runs, `${kind}-${randomBytes(4).toString('hex')}`);
  claim(path.join(folder, ownerFile), folder);
  return {
    folder,
    serverNote: path.join(folder, serverFile),
    remove: () => rmSync(folder, { recursive: true, force: true, maxRetries: 3 }),
  };
}

function isAbandoned(folder: string): boolean {
  const owner = noted(path.join(folder, ownerFile));
  if (owner) return !isRunning(owner);
  // Without an owner it may belong to a run that starts at this very moment.
  const madeAt = statSync(folder, { throwIfNoEntry: false })?.mtimeMs ?? Date.now();
  return Date.now() - madeAt > 60_000;
}
