/** The sandbox's clock: real time plus what was added through the control surface. */
export interface Clock {
  nowMs(): number;
  advance(ms: number): void;
  /** How far it has been moved, for the state file. */
  advancedMs(): number;
}

export function createClock(advancedMs = 0): Clock {
  let added = advancedMs;
  return {
    nowMs: () => Date.now() + added,
    advance: (ms) => {
      added += ms;
    },
    advancedMs: () => added,
  };
}

/** "2026-03-15" of a moment, in UTC: the sandbox has one time zone. */
function isoDate(ms: number): string {
  return new Date(ms).toISOString().slice(0, 10);
}

/** The day `days` after `date`, both YYYY-MM-DD. */
export function addDays(date: string, days: number): string {
  return isoDate(Date.parse(`${date}T00:00:00Z`) + days * 86_400_000);
}
