import type { Assumptions } from './assumptions.ts';
import type { Books } from './books.ts';
import type { Clock } from './clock.ts';
import type { Fault } from './faults.ts';
import type { OAuthState } from './oauth/tokens.ts';
import type { RateWindow } from './rate-window.ts';
import type { LoggedRequest } from './request-log.ts';

/** Everything that one running sandbox knows. One process, one thread: every request is handled in one piece. */
export interface World {
  /** "http://127.0.0.1:4711", known once the server listens. */
  url: string;
  readonly clientId: string;
  readonly clientSecret: string;
  readonly companies: Map<number, Books>;
  readonly oauth: OAuthState;
  readonly clock: Clock;
  readonly assumptions: Assumptions;
  readonly faults: Fault[];
  readonly requests: LoggedRequest[];
  /** null when the rate limit is switched off (benchmarks). */
  readonly rateWindow: RateWindow | null;
  /** Requests that a fault commits later; moving the clock runs them sooner. */
  readonly pending: { dueMs: number; run: () => void }[];
}
