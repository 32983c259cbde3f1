import { once } from 'node:events';
import { createConnection } from 'node:net';
import type { Socket } from 'node:net';

const connectTimeoutMs = 30_000;

/** What the driver tells of where to connect: hosts with their ports, or the path of a socket of the machine. */
interface Place {
  readonly host: readonly string[];
  readonly port: readonly number[];
  readonly path?: string | false;
}

/**
 * The connection to Postgres, to the first of the hosts that answers, with Nagle's algorithm off. The driver (postgres.js
 * 3.4) leaves it on: what is written while an earlier write is not acknowledged then waits for the server's delayed
 * acknowledgement, 40 ms on Linux, at every step of a COPY.
 */
export async function connectPromptly({ host, port, path }: Place): Promise<Socket> {
  const places = path ? [{ path }] : host.map((name, index) => ({ host: name, port: port[index]! }));
  let failure: unknown;
  for (const place of places) {
    const socket = createConnection({ ...place, noDelay: true });
    try {
      await once(socket, 'connect', { signal: AbortSignal.timeout(connectTimeoutMs) });
      return socket;
    } catch (error) {
      socket.destroy();
      failure = error;
    }
  }
  throw failure;
}
