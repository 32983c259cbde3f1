/** How long and how often, in one place; tests hand in smaller ones. */
export interface FortnoxLimits {
  /** One request with its whole body. */
  readonly timeoutMs: number;
  /** The SIE file: 27 years were seen to take ten seconds. */
  readonly sieTimeoutMs: number;
  /** Tries of one GET in all; a POST has one. */
  readonly attempts: number;
  /** Wait before the second try; doubles, with jitter. */
  readonly backoffMs: number;
  /** A `Retry-After` longer than this is left to the caller, who can wait without holding a worker. */
  readonly longestWaitMs: number;
  /** Records a page; Fortnox allows at most 500. */
  readonly pageSize: number;
  /** Readings of a list that changes while it is read, before the caller is told to come back later. */
  readonly listReadings: number;
}

export const fortnoxLimits: FortnoxLimits = {
  timeoutMs: 30_000,
  sieTimeoutMs: 120_000,
  attempts: 4,
  backoffMs: 500,
  longestWaitMs: 15_000,
  pageSize: 500,
  listReadings: 3,
};
