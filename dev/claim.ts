import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { z } from 'zod';
import { identify, isRunning } from '../client/cli/process-identity.ts';
import type { ProcessIdentity } from '../client/cli/process-identity.ts';

const processIdentity = z.object({ pid: z.int().positive(), startedAt: z.string() });

/** This process has something to itself until it lets go. */
export interface Claim {
  release(): void;
}

/**
 * Takes a part's data for this process, so that two runs never share it. The file names the owner;
 * an owner that was killed is recognised by its process number and start time together, and followed.
 *
 * @throws Error naming the process that has it, when that still runs
 */
export function claim(file: string, what: string): Claim {
  mkdirSync(path.dirname(file), { recursive: true });
  const owner = noted(file);
  if (owner && isRunning(owner)) {
    throw new Error(
      `${what} is in use by another run (process ${owner.pid}; noted in ${file}). ` +
        'Stop that one first, or work in another checkout.',
    );
  }
  rmSync(file, { force: true });
  // 'wx' so that of two runs that start in the same instant one fails, and says so.
  writeFileSync(file, JSON.stringify(identify(process.pid)), { flag: 'wx' });
  return { release: () => rmSync(file, { force: true }) };
}

/** The process that a file notes: maybe long gone; undefined when there is no such file, or half of one. */
export function noted(file: string): ProcessIdentity | undefined {
  try {
    return processIdentity.parse(JSON.parse(readFileSync(file, 'utf8')));
  } catch {
    return undefined;
  }
}
