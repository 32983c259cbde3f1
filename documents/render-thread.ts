import { parentPort } from 'node:worker_threads';
import { renderers } from './renderers.ts';
import type { RenderKind } from './renderers.ts';

/** The thread's side of render.ts: one job at a time, in order. */

/** The data's type follows from the kind; it was checked where the job was posted. */
export interface RenderJob {
  readonly kind: RenderKind;
  readonly data: never;
}

/** An Error passes to the other thread with its message and stack, but without its class. */
export type RenderReply = { readonly rendered: never } | { readonly failed: unknown };

async function answer({ kind, data }: RenderJob): Promise<{ rendered: unknown } | { failed: unknown }> {
  try {
    const render: (data: never) => Promise<unknown> = renderers[kind];
    return { rendered: await render(data) };
  } catch (failed) {
    return { failed };
  }
}

parentPort?.on('message', (job: RenderJob) => {
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread, not a window
  void answer(job).then((reply) => parentPort?.postMessage(reply));
});
