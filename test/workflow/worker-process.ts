import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { TestWorld } from './world.ts';

const main = fileURLToPath(new URL('../../worker/main.ts', import.meta.url));

export interface WorkerProcess {
  /** Resolves when the process polls for work. */
  readonly started: Promise<void>;
  /** How the process ended: its signal, or its exit code. */
  readonly ended: Promise<NodeJS.Signals | number | null>;
  readonly child: ChildProcess;
}

/** A real worker process on the world's task queue, which kills itself at the named point. */
export function startWorkerProcess(
  world: TestWorld,
  temporalAddress: string,
  crashAt?: string,
): WorkerProcess {
  const child = spawn(process.execPath, ['--import', 'tsx', main], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: {
      PATH: process.env['PATH'],
      HOME: process.env['HOME'],
      DATABASE_URL: world.appUrl,
      TOKEN_KEYS: world.tokenKeys,
      FORTNOX_CLIENT_ID: world.sandbox.clientId,
      FORTNOX_CLIENT_SECRET: world.sandbox.clientSecret,
      FORTNOX_BASE_URL: world.sandbox.url,
      FORTNOX_AUTH_URL: world.sandbox.url,
      TEMPORAL_ADDRESS: temporalAddress,
      TEMPORAL_TASK_QUEUE: world.client.taskQueue,
      ...(crashAt !== undefined && { BOKSLUT_CRASH_AT: crashAt }),
    },
  });
  const ended = once(child, 'exit').then(
    ([code, signal]) => (signal ?? code) as NodeJS.Signals | number | null,
  );
  const started = (async () => {
    for await (const line of createInterface({ input: child.stdout })) {
      if (!line.includes('"worker started"')) continue;
      child.stdout.resume();
      return;
    }
    throw new Error('the worker process ended before it had started');
  })();
  return { started, ended, child };
}
