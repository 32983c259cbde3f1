import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import type { RenderData, Rendered, RenderKind } from './renderers.ts';
import type { RenderReply } from './render-thread.ts';

/**
 * Renders on threads of their own: laying out 10,000 rows takes seconds without a pause, and the event loop that it
 * would hold runs workflows. Threads start when they are needed, live on for the next job, and never keep the
 * process alive when they are idle.
 */

interface Job {
  readonly kind: RenderKind;
  readonly data: unknown;
  readonly resolve: (rendered: never) => void;
  readonly reject: (reason: unknown) => void;
}

interface Thread {
  readonly worker: Worker;
  job: Job | undefined;
}

/** One thread leaves the other cores to workflows; more only help when many closes end at once. */
const mostThreads = Math.max(1, Math.min(4, availableParallelism() - 1));

const threads = new Set<Thread>();
const waiting: Job[] = [];

/** The document of a kind as bytes (a binder with its manifest's hash), rendered on another thread. Rejects with what the renderer threw. */
export async function renderInThread<Kind extends RenderKind>(
  kind: Kind,
  data: RenderData<Kind>,
): Promise<Rendered<Kind>> {
  return new Promise<Rendered<Kind>>((resolve, reject) => {
    waiting.push({ kind, data, resolve, reject });
    dispatch();
  });
}

/** Ends the threads, for a graceful shutdown; jobs under way are rejected, waiting ones as well. */
export async function closeRenderThreads(): Promise<void> {
  for (const job of waiting.splice(0)) job.reject(new Error('rendering was closed'));
  await Promise.all([...threads].map(({ worker }) => worker.terminate()));
}

function dispatch(): void {
  while (waiting.length > 0) {
    const idle = [...threads].find((thread) => thread.job === undefined);
    const thread = idle ?? (threads.size < mostThreads ? start() : undefined);
    if (thread === undefined) return;
    const job = waiting.shift();
    if (job === undefined) return;
    const { kind, data } = job;
    try {
      // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread, not a window
      thread.worker.postMessage({ kind, data });
    } catch (error) {
      job.reject(error);
      continue;
    }
    thread.job = job;
    thread.worker.ref();
  }
}

function start(): Thread {
  const worker = new Worker(new URL('./render-thread-start.mjs', import.meta.url), { execArgv: [] });
  const thread: Thread = { worker, job: undefined };
  threads.add(thread);
  const settle = (finish: (job: Job) => void): void => {
    const { job } = thread;
    thread.job = undefined;
    worker.unref();
    if (job !== undefined) finish(job);
  };
  worker.on('message', (reply: RenderReply) => {
    settle((job) => ('failed' in reply ? job.reject(reply.failed) : job.resolve(reply.rendered)));
    dispatch();
  });
  let cause: unknown;
  worker.on('error', (error) => (cause = error));
  // A thread that died (out of memory, say) takes its one job with it and no other.
  worker.on('exit', (code) => {
    threads.delete(thread);
    settle((job) => job.reject(new Error(`render thread ended with code ${code}`, { cause })));
    dispatch();
  });
  return thread;
}
