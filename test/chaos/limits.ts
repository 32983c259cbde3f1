import { productionLimits } from '../../activities/limits.ts';
import type { ActivityLimits } from '../../activities/limits.ts';
import type { FortnoxLimits } from '../../fortnox/limits.ts';
import type { CustodyLimits } from '../../fortnox/token-custody.ts';
import { productionDurations } from '../../workflows/durations.ts';
import type { Durations } from '../../workflows/durations.ts';

/*
 * The product's durations and limits, shorter by the same order as in production: one request lasts no longer than the only
 * attempt to send, that no longer than the settling delay leaves Fortnox to commit a request whose answer was lost.
 */

export const durations: Durations = {
  ...productionDurations,
  stepTimeoutMs: 10_000,
  importTimeoutMs: 45_000,
  heartbeatTimeoutMs: 9_000,
  patienceMs: 90_000,
  sendTimeoutMs: 8_000,
  settlingDelayMs: 1_500,
  firstRetryMs: 100,
};

export const activityLimits: ActivityLimits = {
  ...productionLimits,
  sendPatienceMs: 1_500,
  sendPauseMs: 300,
  sendWithinMs: 3_000,
  settlingDelayMs: durations.settlingDelayMs,
};

/** Pages so small that the lists of a small company have several. */
export const fortnoxLimits: Partial<FortnoxLimits> = {
  timeoutMs: 2_500,
  sieTimeoutMs: 3_500,
  backoffMs: 150,
  pageSize: 8,
};

/** Fortnox's window and a little: longer than a caller alone in its company ever waits. */
export const longestQueueMs = 6_500;

export const loginTimeoutMs = 2_500;

export const custodyLimits: Partial<CustodyLimits> = { abandonedAfterMs: 6_000, sendWithinMs: 2_000 };
