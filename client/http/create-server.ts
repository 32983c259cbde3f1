import { once } from 'node:events';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createAdaptorServer } from '@hono/node-server';
import type { ClientContext } from '../close/context.ts';
import { startSignalSweep } from '../close/signals.ts';
import { startNotifying } from '../notify/dispatcher.ts';
import { createApp } from './create-app.ts';
import type { AppOptions } from './create-app.ts';

export interface ServerOptions extends AppOptions {
  /** 0: any that is free. */
  readonly port: number;
  /** 127.0.0.1 when left out: reached from this machine alone. */
  readonly hostname?: string;
}

export interface HttpServer {
  /** Where it listens, which behind a proxy is not `publicUrl`. */
  readonly url: string;
  /** Answers what has come, then ends; what takes longer than a second is cut. */
  close(): Promise<void>;
}

/** For what is being answered; a live page's stream never ends by itself. */
const graceMs = 1_000;

/** Serves the API, the callback and the page, and sweeps for signals that are owed to closes and for notifications. */
export async function createServer(context: ClientContext, options: ServerOptions): Promise<HttpServer> {
  const { port, hostname = '127.0.0.1', ...appOptions } = options;
  const app = createApp(context, appOptions);
  const server = createAdaptorServer({ fetch: app.fetch }) as Server;
  server.listen(port, hostname);
  await once(server, 'listening');
  const sweeps = [startSignalSweep(context), startNotifying(context)];
  const { port: listening } = server.address() as AddressInfo;
  return {
    url: `http://${hostname.includes(':') ? `[${hostname}]` : hostname}:${listening}`,
    async close() {
      await Promise.all(sweeps.map((sweep) => sweep.stop()));
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      server.closeIdleConnections();
      const cut = setTimeout(() => server.closeAllConnections(), graceMs);
      await closed;
      clearTimeout(cut);
    },
  };
}
