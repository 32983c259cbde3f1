import { streamSSE } from 'hono/streaming';
import type { ClientContext } from '../close/context.ts';
import { overviewVersion } from '../close/search-closes.ts';
import type { AppContext, Who } from '../http/app-env.ts';
import { loadClose } from './load-close.ts';

/** How soon a person sees that something has happened: to one close, and in the list of them all. */
const closeEveryMs = 1_000;
const overviewEveryMs = 3_000;
/** Keeps proxies from cutting a stream that says nothing. */
const sayEveryMs = 15_000;

/** One look serves all who watch the same from this server. */
interface Watch {
  readonly tellers: Set<(version: string) => void>;
  readonly everyMs: number;
  readonly version: () => Promise<string>;
  seen: string | undefined;
  timer: NodeJS.Timeout | undefined;
}

const watches = new Map<string, Watch>();

/** Tells the close's pages when something of it has changed. */
export function liveClose(c: AppContext, who: Who): Response {
  const { client } = c.var;
  const id = c.req.param('id') ?? '';
  const version = async (): Promise<string> => (await loadClose(client, who.caller, id)).version;
  return live(c, `${who.caller.firmId}/${id}`, closeEveryMs, version);
}

/** Tells the list of closes when one of them has come further. */
export const liveOverview = (c: AppContext, who: Who): Response =>
  live(c, who.caller.firmId, overviewEveryMs, () => overviewVersion(c.var.client, who.caller));

/**
 * Tells the page by server-sent events when something has changed; the page then reads itself again. The event carries only a
 * version, so that nothing is said here that the page itself would not say.
 * @param key with the firm in it: what one firm may see is never looked up for another
 */
function live(c: AppContext, key: string, everyMs: number, version: () => Promise<string>): Response {
  const { client } = c.var;
  c.header('cache-control', 'no-store');
  c.header('x-accel-buffering', 'no');
  return streamSSE(c, async (stream) => {
    const tell = (seen: string): void => void stream.writeSSE({ event: 'version', data: seen });
    const leave = join(client, key, { everyMs, version }, tell);
    const ended = new Promise<void>((resolve) => stream.onAbort(resolve));
    const said = setInterval(() => void stream.writeSSE({ event: 'still', data: '' }), sayEveryMs);
    await ended;
    clearInterval(said);
    leave();
  });
}

function join(
  client: ClientContext,
  key: string,
  look: Pick<Watch, 'everyMs' | 'version'>,
  tell: (version: string) => void,
): () => void {
  const watch = watches.get(key) ?? { ...look, tellers: new Set(), seen: undefined, timer: undefined };
  watches.set(key, watch);
  watch.tellers.add(tell);
  if (watch.seen !== undefined) tell(watch.seen);
  if (watch.tellers.size === 1) lookOn(client, watch);
  return () => {
    watch.tellers.delete(tell);
    if (watch.tellers.size > 0) return;
    clearTimeout(watch.timer);
    watches.delete(key);
  };
}

function lookOn(client: ClientContext, watch: Watch): void {
  void lookOnce(client, watch).finally(() => {
    if (watch.tellers.size > 0) watch.timer = setTimeout(() => lookOn(client, watch), watch.everyMs);
  });
}

async function lookOnce(client: ClientContext, watch: Watch): Promise<void> {
  try {
    const version = await watch.version();
    if (version === watch.seen) return;
    watch.seen = version;
    for (const tell of watch.tellers) tell(version);
  } catch (error) {
    client.log({ event: 'page.live-failed', reason: error instanceof Error ? error.name : 'unknown' });
  }
}
