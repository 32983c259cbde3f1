import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { lastLines, startChild } from '../../dev/children.ts';
import type { Child } from '../../dev/children.ts';
import type { WorkerInput } from './worker-process.ts';

const program = fileURLToPath(new URL('worker-process.ts', import.meta.url));

/** Worker processes of which some work and one stands in reserve: whoever dies is followed at once. */
export interface WorkerPool {
  /** How many have died so far. */
  deaths(): number;
  /** Kills all that work, in one moment. */
  killAll(): Promise<void>;
  /** What all of them have logged. */
  logs(): string;
  stop(): Promise<void>;
}

export async function startWorkers(
  count: number,
  folder: string,
  input: Omit<WorkerInput, 'goFile'>,
): Promise<WorkerPool> {
  const children = new Set<Child>();
  const working = new Set<Child>();
  const logFiles: string[] = [];
  let started = 0;
  let deaths = 0;
  let stopping = false;

  async function startReserve(): Promise<{ go: () => Child }> {
    started += 1;
    const name = `worker-${started}`;
    const goFile = path.join(folder, `${name}.go`);
    const logFile = path.join(folder, `${name}.log`);
    logFiles.push(logFile);
    const child = await startChild({
      name,
      program: process.execPath,
      args: ['--import', 'tsx', program, JSON.stringify({ ...input, goFile })],
      logFile,
    });
    children.add(child);
    while (!lastLines(logFile).includes('worker ready')) {
      if (child.hasEnded()) throw new Error(`a worker does not start:\n${lastLines(logFile)}`);
      await sleep(20);
    }
    return {
      go: () => {
        writeFileSync(goFile, '');
        return child;
      },
    };
  }

  let reserve = startReserve();
  async function follow(): Promise<void> {
    const next = reserve;
    reserve = startReserve();
    reserve.catch(() => undefined);
    const child = (await next).go();
    working.add(child);
    void child.ended.then(() => {
      children.delete(child);
      working.delete(child);
      if (stopping) return undefined;
      deaths += 1;
      return follow();
    });
  }
  for (let n = 0; n < count; n += 1) await follow();

  return {
    deaths: () => deaths,
    killAll: async () => {
      await Promise.all([...working].map((child) => child.kill9()));
    },
    logs: () => logFiles.map((file) => readFileSync(file, 'utf8')).join('\n'),
    stop: async () => {
      stopping = true;
      await reserve.catch(() => undefined);
      await Promise.all([...children].map((child) => child.kill9()));
    },
  };
}
