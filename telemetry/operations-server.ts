import { once } from 'node:events';
import { createServer } from 'node:http';
import type { ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { registry } from './metrics.ts';
import { answers } from './readiness.ts';
import type { Checks } from './readiness.ts';

export interface OperationsOptions {
  /** `host:port`; port 0: any that is free. */
  readonly address: string;
  /** What readiness asks, by name. */
  readonly checks: Checks;
  /** Runs before each answer with metrics: fills the gauges. */
  readonly refresh?: () => Promise<void>;
  /** Metrics of others in this process, in the same format. */
  readonly otherMetrics?: () => Promise<string>;
}

export interface OperationsServer {
  readonly url: string;
  close(): Promise<void>;
}

/**
 * For the operators' programs alone, on an address of its own that the public does not reach: `/metrics` for Prometheus,
 * `/healthz` (the process answers), `/readyz` (what it stands on answers too; else 503).
 */
export async function serveOperations(options: OperationsOptions): Promise<OperationsServer> {
  const { checks, refresh, otherMetrics } = options;
  const separator = options.address.lastIndexOf(':');
  const host = options.address.slice(0, separator).replace(/^\[(.*)\]$/, '$1');

  async function answer(path: string | undefined, response: ServerResponse): Promise<void> {
    if (path === '/metrics') {
      await refresh?.();
      const text = (await registry.metrics()) + ((await otherMetrics?.()) ?? '');
      return send(response, 200, text, registry.contentType);
    }
    if (path === '/healthz') return send(response, 200, { ok: true });
    if (path === '/readyz') {
      const { ready, ...each } = await answers(checks);
      return send(response, ready ? 200 : 503, each);
    }
    return send(response, 404, { paths: ['/metrics', '/healthz', '/readyz'] });
  }

  const server = createServer((request, response) => {
    answer(request.url?.split('?')[0], response).catch(() => send(response, 500, { ok: false }));
  });
  server.listen(Number(options.address.slice(separator + 1)), host);
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://${host.includes(':') ? `[${host}]` : host}:${port}`,
    async close() {
      server.close();
      server.closeAllConnections();
    },
  };
}

function send(
  response: ServerResponse,
  status: number,
  body: object | string,
  type = 'application/json',
): void {
  response.writeHead(status, { 'content-type': type, 'cache-control': 'no-store' });
  response.end(typeof body === 'string' ? body : JSON.stringify(body));
}
