import type { Writable } from 'node:stream';
import type postgres from 'postgres';

/**
 * Begins a COPY … FROM STDIN. An error that Postgres finds at its very end the driver tells to the question alone, which
 * has its answer by then, and the stream would wait for ever (porsager/postgres#1173): here the stream is told too.
 */
export async function copyIn(question: postgres.PendingQuery<postgres.Row[]>): Promise<Writable> {
  let stream: Writable | undefined;
  // The driver's own, which its types do not show.
  const { reject } = question as unknown as { readonly reject: (error: Error) => void };
  const tell = (error: Error): void => {
    reject(error);
    stream?.destroy(error);
  };
  stream = await Object.assign(question, { reject: tell }).writable();
  return stream;
}
