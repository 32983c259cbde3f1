import { once } from 'node:events';
import { createServer } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';
import { Client, Connection } from '@temporalio/client';
import postgres from 'postgres';
import { describe, expect, it } from 'vitest';
import { systemGauges } from '../../client/http/system-gauges.ts';
import type { ClientContext } from '../../client/close/context.ts';
import { registry } from '../../telemetry/metrics.ts';
import { serveOperations } from '../../telemetry/operations-server.ts';
import type { OperationsOptions } from '../../telemetry/operations-server.ts';

/** Asks a server with these options for the paths, in order. */
async function ask(options: Omit<OperationsOptions, 'address'>, ...paths: string[]) {
  const server = await serveOperations({ address: '127.0.0.1:0', ...options });
  try {
    const answers = [];
    for (const path of paths) {
      const response = await fetch(`${server.url}${path}`);
      answers.push({
        status: response.status,
        type: response.headers.get('content-type'),
        text: await response.text(),
      });
    }
    return answers;
  } finally {
    await server.close();
  }
}
const there = async (): Promise<void> => undefined;

describe('readiness', () => {
  it('holds while everything answers', async () => {
    const [ready] = await ask({ checks: { database: there, temporal: there } }, '/readyz');
    expect([ready?.status, JSON.parse(ready?.text ?? '')]).toEqual([200, { database: true, temporal: true }]);
  });

  it('does not hold when one fails, says no, or is silent; the others are told all the same', async () => {
    const checks = {
      database: () => Promise.reject(new Error('password=hemligt')),
      temporal: there,
      polling: async () => false,
      silent: () => new Promise(() => undefined),
    };
    const [ready, health] = await ask({ checks }, '/readyz', '/healthz');
    expect([ready?.status, JSON.parse(ready?.text ?? '')]).toEqual([
      503,
      { database: false, temporal: true, polling: false, silent: false },
    ]);
    expect(ready?.text).not.toContain('hemligt');
    expect(health?.status).toBe(200);
  });
});

/** What takes connections and answers nothing, as a Postgres or a Temporal that hangs. */
async function startHanging() {
  const sockets: Socket[] = [];
  const server = createServer((socket) => sockets.push(socket.on('error', () => undefined)));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    address: `127.0.0.1:${port}`,
    stop: () => {
      sockets.forEach((socket) => socket.destroy());
      server.close();
    },
  };
}

describe('metrics', () => {
  it('of the process come well within a scrape’s 10 seconds while Postgres and Temporal hang, and say so', async () => {
    const hanging = await startHanging();
    const sql = postgres(`postgres://bokslut_app@${hanging.address}/bokslut`);
    const connection = Connection.lazy({ address: hanging.address });
    const context = {
      temporal: new Client({ connection }),
      database: { sql },
      taskQueue: 'bokslut',
    } as unknown as ClientContext;
    try {
      const startedAtMs = performance.now();
      const refresh = systemGauges(context);
      const answers = await ask({ checks: {}, refresh }, '/metrics', '/metrics');
      expect(performance.now() - startedAtMs).toBeLessThan(7_000);
      for (const { status, text } of answers) {
        expect(status).toBe(200);
        expect(text).toContain('process_cpu_seconds_total');
        expect(text).toContain('bokslut_gauge_failures_total{source="temporal"} 1');
        expect(text).toContain('bokslut_gauge_failures_total{source="postgres"} 1');
        expect(text).not.toMatch(/^bokslut_closes\{/m);
      }
    } finally {
      hanging.stop();
      await Promise.all([sql.end({ timeout: 0 }), connection.close()]);
    }
  }, 15_000);

  it('are the program’s own and those that others in the process add, after the gauges are filled', async () => {
    const order: string[] = [];
    const [metrics] = await ask(
      {
        checks: {},
        refresh: async () => void order.push('refresh'),
        otherMetrics: async () => `# TYPE other_total counter\nother_total ${order.push('others')}\n`,
      },
      '/metrics',
    );
    expect(order).toEqual(['refresh', 'others']);
    expect(metrics?.type).toContain('text/plain; version=0.0.4');
    expect(metrics?.text).toContain('# TYPE bokslut_fortnox_requests_total counter');
    expect(metrics?.text).toContain('\nother_total 2\n');
  });

  it('fail as a whole, without a word of why, when they cannot be had', async () => {
    const otherMetrics = () => Promise.reject(new Error('inside'));
    const [metrics, unknown] = await ask({ checks: {}, otherMetrics }, '/metrics', '/elsewhere');
    expect([metrics?.status, metrics?.text]).toEqual([500, '{"ok":false}']);
    expect(unknown?.status).toBe(404);
  });

  it('are named by Prometheus’ conventions, with a help each', async () => {
    for (const { name, help, type } of await registry.getMetricsAsJSON()) {
      expect(help.length).toBeGreaterThan(5);
      if (!name.startsWith('bokslut_')) continue;
      expect(name).toMatch(/^bokslut_[a-z_]+$/);
      expect([name, name.endsWith('_total')]).toEqual([name, String(type) === 'counter']);
    }
  });
});
