import { setTimeout as sleep } from 'node:timers/promises';
import type { ClientContext } from './context.ts';

export interface Sweep {
  /** After what is under way. */
  stop(): Promise<void>;
}

/** Does the work again and again until stopped; what fails is logged and left to the next time. */
export function startSweep(
  { log }: Pick<ClientContext, 'log'>,
  how: { readonly everyMs: number; readonly failed: string },
  work: (stopped: AbortSignal) => Promise<void>,
): Sweep {
  const stopped = new AbortController();
  const run = async (): Promise<void> => {
    while (!stopped.signal.aborted) {
      try {
        await work(stopped.signal);
      } catch (error) {
        log({ event: how.failed, reason: error instanceof Error ? error.name : 'unknown' });
      }
      await pause(how.everyMs, stopped.signal);
    }
  };
  const running = run();
  return {
    async stop() {
      stopped.abort();
      await running;
    },
  };
}

/** Leaves nothing behind on the signal: a sweep lasts as long as the process. */
async function pause(ms: number, signal: AbortSignal): Promise<void> {
  try {
    await sleep(ms, undefined, { signal });
  } catch {
    // Stopped.
  }
}
