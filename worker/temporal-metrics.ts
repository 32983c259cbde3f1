import { once } from 'node:events';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import type { RuntimeOptions } from '@temporalio/worker';

export interface TemporalMetrics {
  /** For the SDK's runtime. */
  readonly telemetryOptions: NonNullable<RuntimeOptions['telemetryOptions']>;
  /** What the SDK has to tell, in Prometheus' format. */
  read(): Promise<string>;
}

/**
 * The SDK serves its metrics from its own native code, on an address of its own. They are fetched from there, on this
 * machine's loopback, so that operators have one address a process. Names by Prometheus' conventions: `_total`, `_seconds`.
 */
export async function temporalMetrics(): Promise<TemporalMetrics> {
  const bindAddress = `127.0.0.1:${await freePort()}`;
  const prometheus = {
    bindAddress,
    countersTotalSuffix: true,
    unitSuffix: true,
    useSecondsForDurations: true,
  };
  return {
    telemetryOptions: { metrics: { prometheus } },
    read: async () => (await fetch(`http://${bindAddress}/metrics`)).text(),
  };
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}
