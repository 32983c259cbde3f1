import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { expect, onTestFinished } from 'vitest';
import { isOpen } from '../../dev/ports.ts';

const script = fileURLToPath(new URL('hold.ts', import.meta.url));

export interface Holder {
  readonly address: string;
  readonly pid: number;
  /** As a crash of the run alone. */
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
    kill9,
    kill9WithGuards: async () => {
      for (const guard of guardsOf(pid)) process.kill(guard, 'SIGKILL');
      await kill9();
    },
  };
}

/** Waits until nobody listens there any more. */
export async function untilClosed(port: number): Promise<void> {
  await expect.poll(() => isOpen(port), { timeout: 15_000 }).toBe(false);
}

function guardsOf(pid: number): number[] {
  const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ').map(Number);
  const guards = children.filter((child) =>
    readFileSync(`/proc/${child}/cmdline`, 'utf8').startsWith('/bin/sh\0-c\0'),
  );
  expect(guards.length).toBeGreaterThan(0);
  return guards;
}
