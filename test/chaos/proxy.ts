import { connect, createServer } from 'node:net';
import type { Socket } from 'node:net';

/** A network between two programs that can stand still: nothing is lost and nothing arrives, as when a switch hangs. */
export interface Proxy {
  readonly port: number;
  /** Where it leads from now on; connections that exist stay where they are. */
  leadTo(port: number): void;
  freeze(): void;
  thaw(): void;
  stop(): Promise<void>;
}

export async function startProxy(target: number): Promise<Proxy> {
  const sockets = new Set<Socket>();
  let leadsTo = target;
  let frozen = false;

  /** Passes bytes on in one direction, no faster than the other side takes them. */
  const pass = (from: Socket, to: Socket): void => {
    sockets.add(from);
    from.on('data', (bytes) => {
      if (to.write(bytes)) return;
      from.pause();
      to.once('drain', () => !frozen && from.resume());
    });
    from.on('end', () => to.end());
    from.on('error', () => to.destroy());
    from.on('close', () => {
      sockets.delete(from);
      to.destroy();
    });
    if (frozen) from.pause();
  };

  const server = createServer((client) => {
    const upstream = connect({ host: '127.0.0.1', port: leadsTo });
    client.setNoDelay(true);
    upstream.setNoDelay(true);
    pass(client, upstream);
    pass(upstream, client);
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen({ host: '127.0.0.1', port: 0 }, resolve);
  });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the proxy has no port');
  return {
    port: address.port,
    leadTo: (port) => void (leadsTo = port),
    freeze: () => {
      frozen = true;
      for (const socket of sockets) socket.pause();
    },
    thaw: () => {
      frozen = false;
      for (const socket of sockets) socket.resume();
    },
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
  };
}
