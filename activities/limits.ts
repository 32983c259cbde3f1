import { loginTermMs } from '../db/stores/connections.ts';

/** How long and how much, for what activities do by themselves; the workflow's own durations travel in its input. */
export interface ActivityLimits {
  /** A login is good for so long after the last import or export (the product's own clock; Fortnox's is 45 days). */
  readonly loginTermMs: number;
  /** A voucher that Fortnox certainly did not take (too many requests, no connection) is tried again for so long. Below the workflow's only attempt. */
  readonly sendPatienceMs: number;
  readonly sendPauseMs: number;
  /** So long after `sending` was written down may the request still leave; what waits for longer is kept back. */
  readonly sendWithinMs: number;
  /** As the workflow's own: longer than Fortnox can still commit a request whose answer was lost. */
  readonly settlingDelayMs: number;
}

export const productionLimits: ActivityLimits = {
  loginTermMs,
  sendPatienceMs: 45_000,
  sendPauseMs: 3_000,
  sendWithinMs: 30_000,
  settlingDelayMs: 2 * 60_000,
};
