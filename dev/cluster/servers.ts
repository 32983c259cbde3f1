import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';

export interface Answer {
  readonly status: number;
  /** Parsed JSON. */
  readonly body: unknown;
}

/** The HTTP servers as a product reaches them: what one does not answer is asked of the next. */
export interface Servers {
  /** Answers whatever a server says, except that it is broken itself (5xx), which is asked again. */
  call(
    key: string,
    method: string,
    path: string,
    body?: object,
    headers?: Record<string, string>,
  ): Promise<Answer>;
}

const patienceMs = 300_000;
const pauseMs = 250;

export function createServers(urls: readonly string[]): Servers {
  let next = 0;
  return {
    async call(key, method, path, body, headers = {}) {
      const giveUpAt = performance.now() + patienceMs;
      // The same request again is the same request, also for the server that did not see the first.
      const idempotencyKey = method === 'POST' ? { 'idempotency-key': randomUUID() } : {};
      for (;;) {
        const url = urls[(next += 1) % urls.length]!;
        let last: string;
        try {
          const answer = await fetch(`${url}${path}`, {
            method,
            headers: {
              authorization: `Bearer ${key}`,
              accept: 'application/json',
              ...(body && { 'content-type': 'application/json' }),
              ...idempotencyKey,
              ...headers,
            },
            ...(body && { body: JSON.stringify(body) }),
            signal: AbortSignal.timeout(30_000),
          });
          const text = await answer.text();
          if (answer.status < 500) {
            return { status: answer.status, body: text === '' ? {} : JSON.parse(text) };
          }
          last = `${answer.status} ${text.slice(0, 300)}`;
        } catch (error) {
          last = String(error);
        }
        if (performance.now() > giveUpAt) throw new Error(`no server answers ${method} ${path}: ${last}`);
        await sleep(pauseMs);
      }
    },
  };
}
