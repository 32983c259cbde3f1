import { connect, createServer } from 'node:net';

/**
 * A TCP port on 127.0.0.1 that nobody listens on now.
 *
 * @param preferred tried first, so that addresses stay the same between runs when they can
 */
export async function freePort(preferred?: number): Promise<number> {
  if (preferred !== undefined) {
    try {
      return await listenOnce(preferred);
    } catch {
      // taken by somebody else: any other port does as well
    }
  }
  return listenOnce(0);
}

/** Whether somebody listens on the port of 127.0.0.1. */
export function isOpen(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host: '127.0.0.1', port });
    socket.once('error', () => resolve(false));
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
  });
}

function listenOnce(port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen({ host: '127.0.0.1', port, exclusive: true }, () => {
      const address = server.address();
      server.close(() => {
        if (address !== null && typeof address === 'object') resolve(address.port);
        else reject(new Error('This machine gives no port on 127.0.0.1.'));
      });
    });
  });
}
