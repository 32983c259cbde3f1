/** A moment as operators read it in the Temporal UI: `2026-03-01 08:00:00 UTC`. */
export const utc = (ms: number): string => `${new Date(ms).toISOString().slice(0, 19).replace('T', ' ')} UTC`;
