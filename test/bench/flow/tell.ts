import type { FromWaitingWorker, ToWaitingWorker } from './waiting-process.ts';

/** From a worker process of the bench to the process that started it. */
export const tell = (message: FromWaitingWorker): void => void process.send?.(message);

/** Answers how much memory there is in use, after a garbage collection, until the parent goes. */
export function answerMemory(): void {
  process.on('message', (asked: ToWaitingWorker) => {
    if (asked !== 'memory') return;
    global.gc?.();
    const { heapUsed, rss } = process.memoryUsage();
    tell({ heapBytes: heapUsed, rssBytes: rss });
  });
  process.on('disconnect', () => process.exit(0));
}
