export const WINDOW_MS = 5000;
export const WINDOW_REQUESTS = 25;

/**
 * Fortnox's rate limit: 25 requests in any sliding 5 seconds, per client id and tenant.
 * Refused requests do not count (assumed). Time is real time: moving the sandbox's clock frees nothing.
 */
export class RateWindow {
  readonly #taken = new Map<string, number[]>();

  /** Answers 0 when the request may pass, else the milliseconds until it may. */
  take(key: string, nowMs: number): number {
    const taken = this.#taken.get(key) ?? [];
    const fresh = taken.filter((at) => at > nowMs - WINDOW_MS);
    this.#taken.set(key, fresh);
    if (fresh.length >= WINDOW_REQUESTS) return (fresh[0] ?? nowMs) + WINDOW_MS - nowMs;
    fresh.push(nowMs);
    return 0;
  }
}
