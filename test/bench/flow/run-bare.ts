import { randomUUID } from 'node:crypto';
import type { Client } from '@temporalio/client';
import { startWaitingWorker } from './waiting-process.ts';

/** The bare workflow's side of the comparison: a worker process, and runs of so many at once. */
export interface BareRunner {
  /** Workflows per second; their ids. */
  run(count: number): Promise<{ readonly perSecond: number; readonly ids: readonly string[] }>;
  stop(): Promise<void>;
}

export async function startBare(temporal: Client, address: string): Promise<BareRunner> {
  const taskQueue = 'bare';
  const worker = await startWaitingWorker({
    program: 'bare',
    address,
    taskQueue,
    cached: 2_000,
  });
  return {
    async run(count) {
      const ids = Array.from({ length: count }, () => randomUUID());
      const startedAt = performance.now();
      const approving: Promise<void>[] = [];
      const hearNoMore = worker.on((message) => {
        if ('waits' in message)
          approving.push(temporal.workflow.getHandle(`bare/${message.waits}`).signal('go'));
      });
      const handles = await Promise.all(
        ids.map((id) =>
          temporal.workflow.start('bareClose', { args: [id], taskQueue, workflowId: `bare/${id}` }),
        ),
      );
      await Promise.all(handles.map((handle) => handle.result()));
      hearNoMore();
      await Promise.all(approving);
      return { perSecond: count / ((performance.now() - startedAt) / 1000), ids };
    },
    stop: () => worker.stop(),
  };
}
