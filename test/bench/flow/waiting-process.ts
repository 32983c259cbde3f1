import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

export type ToWaitingWorker = 'memory';
export type FromWaitingWorker =
  | { readonly works: true }
  /** A close that has come to wait for its approval. */
  | { readonly waits: string }
  /** A close that has taken its approval up. */
  | { readonly exports: string }
  | Memory;

export interface Memory {
  readonly heapBytes: number;
  readonly rssBytes: number;
}

/** A process of `waiting-worker.ts`, or of `bare-worker.ts`. */
export interface WaitingWorker {
  /** Answers how to stop hearing. */
  on(hear: (message: FromWaitingWorker) => void): () => void;
  /** After a garbage collection of its main thread. */
  memory(): Promise<Memory>;
  stop(): Promise<void>;
}

const programs = {
  waiting: new URL('waiting-worker.ts', import.meta.url),
  bare: new URL('bare-worker.ts', import.meta.url),
};

export async function startWaitingWorker(options: {
  readonly program?: keyof typeof programs;
  readonly address: string;
  readonly taskQueue: string;
  readonly cached: number;
  readonly oneThread?: boolean;
}): Promise<WaitingWorker> {
  const { program = 'waiting', address, taskQueue, cached, oneThread = false } = options;
  const child = fork(
    fileURLToPath(programs[program]),
    [address, taskQueue, String(cached), ...(oneThread ? ['one-thread'] : [])],
    { execArgv: ['--expose-gc', '--import', 'tsx'] },
  );
  await once(child, 'message');
  return {
    on: (hear) => {
      const listen = (message: unknown): void => hear(message as FromWaitingWorker);
      child.on('message', listen);
      return () => child.off('message', listen);
    },
    memory: async () => {
      const answered = new Promise<Memory>((resolve) => {
        const hear = (message: unknown): void => {
          if (typeof message !== 'object' || message === null || !('heapBytes' in message)) return;
          child.off('message', hear);
          resolve(message as Memory);
        };
        child.on('message', hear);
      });
      child.send('memory' satisfies ToWaitingWorker);
      return answered;
    },
    async stop() {
      const ended = once(child, 'exit');
      child.disconnect();
      await ended;
    },
  };
}
