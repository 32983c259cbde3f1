import { setTimeout as sleep } from 'node:timers/promises';
import { Problem } from '../../accounting/problem.ts';
import type { Database } from '../database.ts';
import { sha256 } from '../hash.ts';

/**
 * Fortnox allows 25 requests in any 5 seconds for one client and tenant. The budget is one row per client and tenant,
 * shared by all workers: it keeps when the last 25 requests leave, and the next may leave a window after the 25th
 * before it. A caller gets its time in the order of asking, with one question to the database, and sleeps until then.
 *
 * Between the time given and Fortnox's clock a request can be late, and two requests unequally so. Hence the margin in
 * the window: a request that leaves within `timelyMs` of its time is safe, with the rest of the margin for the way to
 * Fortnox; a later one (a stalled process) gives its time up and asks again. It costs 9 % of what Fortnox allows.
 */
const perWindow = 25;
const windowMs = 5_000;
const marginMs = 500;
const timelyMs = 400;

export type BudgetKey = string & { readonly __brand: 'BudgetKey' };

/** The budget's name: nobody can read client or tenant from it. */
export const budgetKey = (clientId: string, tenant: string): BudgetKey =>
  sha256(JSON.stringify([clientId, tenant])) as BudgetKey;

/**
 * Waits until a request may leave. Send it at once when this returns.
 * @throws Problem `fortnox.busy` when the wait would be longer than `longestWaitMs`; the signal's reason when aborted
 */
export async function acquireRequest(
  database: Database,
  key: BudgetKey,
  options: { readonly longestWaitMs: number; readonly signal?: AbortSignal },
): Promise<void> {
  const giveUpAt = performance.now() + options.longestWaitMs;
  for (;;) {
    options.signal?.throwIfAborted();
    const askedAt = performance.now();
    const waitMs = await reserve(database, key, Math.max(0, Math.floor(giveUpAt - askedAt)));
    if (waitMs === null) throw busy();
    if (waitMs > 0) {
      await sleep(Math.ceil(waitMs), undefined, options.signal && { signal: options.signal });
      if (await isBlocked(database, key)) continue;
    }
    if (performance.now() - askedAt <= waitMs + timelyMs) return;
  }
}

/** Fortnox answered 429: nobody sends before `untilMs` (milliseconds since 1970). */
export async function penalise(database: Database, key: BudgetKey, untilMs: number): Promise<void> {
  await database.sql`
    insert into request_budget as b (key, grants, blocked_until)
    values (${bytes(key)}, '{}', to_timestamp(${untilMs / 1000}))
    on conflict (key) do update set blocked_until = greatest(b.blocked_until, excluded.blocked_until)`;
}

/** Milliseconds until the time that was set aside, or null when that lies too far away and none was. */
async function reserve(database: Database, key: BudgetKey, longestWaitMs: number): Promise<number | null> {
  const [row] = await database.sql<{ wait: number | null }[]>`
    select reserve_request(${bytes(key)}, ${perWindow}, ${windowMs + marginMs}, ${longestWaitMs}) as wait`;
  return row!.wait;
}

async function isBlocked(database: Database, key: BudgetKey): Promise<boolean> {
  const [row] = await database.sql<{ blocked: boolean | null }[]>`
    select blocked_until > clock_timestamp() as blocked from request_budget where key = ${bytes(key)}`;
  return row?.blocked ?? false;
}

const bytes = (key: BudgetKey): Buffer => Buffer.from(key, 'hex');

const busy = (): Problem =>
  new Problem({
    code: 'fortnox.busy',
    what: 'Fortnox tar emot ett begränsat antal anrop, och kön för företaget är för lång just nu.',
    advice: 'Programmet försöker igen av sig självt; du behöver inte göra något.',
  });
