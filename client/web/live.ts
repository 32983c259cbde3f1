import { streamSSE } from 'hono/streaming';
import type { ClientContext } from '../close/context.ts';
import type { AppContext, Who } from '../http/app-env.ts';
import { loadClose } from './load-close.ts';

/** How soon a person sees that something has happened. */
const lookEveryMs = 1_000;
/** Keeps proxies from cutting a stream that says nothing. */
const sayEveryMs = 15_000;

/** One look at a close serves all who watch it from this server. */
interface Watch {
  readonly tellers: Set<(version: string) => void>;
  version: string | undefined;
  timer: NodeJS.Timeout | undefined;
}

const watches = new Map<string, Watch>();

/**
 * Tells the page by server-sent events when something of the close has changed; the page then reads itself again. The
 * event carries only a version, so that nothing is said here that the page itself would not say.
 */
export function live(c: AppContext, who: Who): Response {
  const { client } = c.var;
  const id = c.req.param('id') ?? '';
  c.header('cache-control', 'no-store');
  c.header('x-accel-buffering', 'no');
  return streamSSE(c, async (stream) => {
    const tell = (version: string): void => void stream.writeSSE({ event: 'version', data: version });
    const leave = watch(client, who, id, tell);
    const ended = new Promise<void>((resolve) => stream.onAbort(resolve));
    const said = setInterval(() => void stream.writeSSE({ event: 'still', data: '' }), sayEveryMs);
    await ended;
    clearInterval(said);
    leave();
  });
}

function watch(client: ClientContext, who: Who, id: string, tell: (version: string) => void): () => void {
  // By firm as well: what one firm may see is never looked up for another.
  const key = `${who.caller.firmId}/${id}`;
  const found = watches.get(key) ?? { tellers: new Set(), version: undefined, timer: undefined };
  watches.set(key, found);
  found.tellers.add(tell);
  if (found.version !== undefined) tell(found.version);
  if (found.tellers.size === 1) look(client, who, id, found);
  return () => {
    found.tellers.delete(tell);
    if (found.tellers.size > 0) return;
    clearTimeout(found.timer);
    watches.delete(key);
  };
}

function look(client: ClientContext, who: Who, id: string, on: Watch): void {
  void lookOnce(client, who, id, on).finally(() => {
    if (on.tellers.size > 0) on.timer = setTimeout(() => look(client, who, id, on), lookEveryMs);
  });
}

async function lookOnce(client: ClientContext, who: Who, id: string, on: Watch): Promise<void> {
  try {
    const { version } = await loadClose(client, who.caller, id);
    if (version === on.version) return;
    on.version = version;
    for (const tell of on.tellers) tell(version);
  } catch (error) {
    client.log({ event: 'page.live-failed', reason: error instanceof Error ? error.name : 'unknown' });
  }
}
