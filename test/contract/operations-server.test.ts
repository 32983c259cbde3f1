import { describe, expect, it } from 'vitest';
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

describe('metrics', () => {
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
