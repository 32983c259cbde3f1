import { getConnInfo } from '@hono/node-server/conninfo';
import type { MiddlewareHandler } from 'hono';
import { Problem } from '../../accounting/problem.ts';
import type { AppContext, AppEnv } from './app-env.ts';
import { httpProblems } from './problems.ts';

export interface RateLimit {
  readonly attempts: number;
  readonly perMs: number;
}

/** Above this many addresses the oldest are forgotten: the table cannot be made to grow without end. */
const mostAddresses = 10_000;

/**
 * So many requests an address and time, in this process. It slows guessing at logins; the secrets themselves are too
 * long to guess. @throws Problem `http.too-many-requests`
 */
export function rateLimit({ attempts, perMs }: RateLimit, behindProxy: boolean): MiddlewareHandler<AppEnv> {
  const windows = new Map<string, { startedAtMs: number; count: number }>();
  return async (c, next) => {
    const address = addressOf(c, behindProxy);
    const nowMs = Date.now();
    let window = windows.get(address);
    if (!window || nowMs - window.startedAtMs >= perMs) {
      window = { startedAtMs: nowMs, count: 0 };
      windows.delete(address);
      windows.set(address, window);
    }
    window.count += 1;
    const [oldest] = windows.keys();
    if (windows.size > mostAddresses && oldest !== undefined) windows.delete(oldest);
    if (window.count > attempts) {
      c.header('Retry-After', String(Math.ceil((window.startedAtMs + perMs - nowMs) / 1000)));
      throw new Problem(httpProblems.tooManyRequests);
    }
    await next();
  };
}

/** Behind our own proxy the last entry is the one that it wrote; the others are the caller's word. */
function addressOf(c: AppContext, behindProxy: boolean): string {
  const forwarded = behindProxy ? c.req.header('x-forwarded-for')?.split(',').at(-1)?.trim() : undefined;
  if (forwarded !== undefined) return forwarded;
  // Without a connection behind it (a request handed to the application in process) there are no bindings at all.
  const bindings: AppEnv['Bindings'] | undefined = c.env;
  return bindings?.incoming ? (getConnInfo(c).remote.address ?? 'unknown') : 'in-process';
}
