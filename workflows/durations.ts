const second = 1_000;
const minute = 60 * second;
const hour = 60 * minute;
const day = 24 * hour;

/** Every duration and limit of a close, as data in the workflow's input, so that tests run the same code in seconds. */
export interface Durations {
  /** Reminders before the login runs out, longest first. */
  readonly reminderDays: readonly number[];
  readonly dayMs: number;
  /** One attempt at a step that reads at Fortnox or works in the database. */
  readonly stepTimeoutMs: number;
  /** One attempt at an import; it heartbeats. */
  readonly importTimeoutMs: number;
  readonly heartbeatTimeoutMs: number;
  /** All attempts of a step together, before a person is asked. */
  readonly patienceMs: number;
  /** The only attempt at a POST; above the client's own time-out. */
  readonly sendTimeoutMs: number;
  /** Longer than Fortnox can still commit a POST whose answer was lost. Assumed: no bound is documented. */
  readonly settlingDelayMs: number;
  readonly firstRetryMs: number;
  /** A run with more events than this goes on as a new run. Temporal suggests it itself at 4,096. */
  readonly historyEvents: number;
}

export const productionDurations: Durations = {
  reminderDays: [7, 1],
  dayMs: day,
  stepTimeoutMs: 2 * minute,
  importTimeoutMs: hour,
  heartbeatTimeoutMs: minute,
  patienceMs: 30 * minute,
  sendTimeoutMs: 90 * second,
  settlingDelayMs: 2 * minute,
  firstRetryMs: 2 * second,
  historyEvents: 2_000,
};
