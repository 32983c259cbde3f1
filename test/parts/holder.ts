import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { expect, onTestFinished } from 'vitest';

const script = fileURLToPath(new URL('hold.ts', import.meta.url));

export interface Holder {
  readonly address: string;
  readonly pid: number;
  /** As a crash of the run alone; waits until its guards have ended what it had started. */
  kill9(): Promise<void>;
  /** As a crash of everything that watches over the part: the run and its guards; the server itself lives on. */
  kill9WithGuards(): Promise<void>;
}

/** Starts another run, as its own process, that holds a part. */
export async function startHolder(part: 'postgres' | 'temporal', place: string): Promise<Holder> {
  const run = spawn(process.execPath, ['--import', 'tsx', script, part, place], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  onTestFinished(() => {
    run.kill('SIGKILL');
  });
  const lines = createInterface({ input: run.stdout });
  const [address] = await Promise.race([
    once(lines, 'line').then(([line]) => [String(line)]),
    once(run, 'exit').then(([code]) => Promise.reject(new Error(`the run ended by itself with ${code}`))),
  ]);
  const pid = run.pid ?? 0;
  const kill9 = async (): Promise<void> => {
    const ended = once(run, 'exit');
    run.kill('SIGKILL');
    await ended;
  };
  return {
    address: address ?? '',
    pid,
    kill9: async () => {
      const children = childrenOf(pid);
      await kill9();
      // A closed port is not enough: a server that is ending still writes its files.
      await expect.poll(() => children.filter(isRunning), { timeout: 15_000 }).toEqual([]);
    },
    kill9WithGuards: async () => {
      for (const guard of guardsOf(pid)) process.kill(guard, 'SIGKILL');
      await kill9();
    },
  };
}

const childrenOf = (pid: number): number[] =>
  readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ').map(Number);

/** A process that has ended, but that nobody has asked about yet, runs no more. */
function isRunning(pid: number): boolean {
  try {
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return false;
  }
}

function guardsOf(pid: number): number[] {
  const guards = childrenOf(pid).filter((child) =>
    readFileSync(`/proc/${child}/cmdline`, 'utf8').startsWith('/bin/sh\0-c\0'),
  );
  expect(guards.length).toBeGreaterThan(0);
  return guards;
}
