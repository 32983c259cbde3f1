import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';

/** A server that answers what a test tells it to, for the ways to fail that a well-behaved Fortnox has not. */
export interface Stub {
  readonly url: URL;
  /** Requests that arrived whole, oldest first. */
  readonly requests: {
    readonly method: string;
    readonly url: string;
    readonly headers: IncomingMessage['headers'];
    readonly body: string;
  }[];
  answer: (response: ServerResponse, request: IncomingMessage) => void;
  stop(): Promise<void>;
}

export async function startStub(): Promise<Stub> {
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const body = Buffer.concat(chunks).toString();
      stub.requests.push({
        method: request.method ?? '',
        url: request.url ?? '',
        headers: request.headers,
        body,
      });
      stub.answer(response, request);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the stub has no port');
  const stub: Stub = {
    url: new URL(`http://127.0.0.1:${address.port}`),
    requests: [],
    answer: (response) => response.end(),
    stop: () => {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
  return stub;
}

/** An answer with this status and body; JSON unless it is a text. */
export const reply =
  (status: number, body: unknown, headers: Record<string, string> = {}): Stub['answer'] =>
  (response) => {
    response.writeHead(status, { 'content-type': 'application/json', ...headers });
    response.end(typeof body === 'string' ? body : JSON.stringify(body));
  };

/** Closes the connection before a word, or in the middle of the body. */
export const cut: Stub['answer'] = (response) => response.destroy();
export const cutInBody: Stub['answer'] = (response) => {
  response.writeHead(200, { 'content-type': 'application/json', 'content-length': '5000' });
  response.write('{"access_token":"', () => response.destroy());
};

/** Never answers, or never ends. */
export const hang: Stub['answer'] = () => undefined;
export const hangInBody: Stub['answer'] = (response) => {
  response.writeHead(200, { 'content-type': 'application/json', 'content-length': '5000' });
  response.write('{');
};
