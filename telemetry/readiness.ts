import { inTime } from './in-time.ts';

/** What a process stands on, by name: each asks once, and fails or answers false when it is not there. */
export type Checks = Readonly<Record<string, () => Promise<unknown>>>;

export type Readiness = Readonly<Record<string, boolean>> & { readonly ready: boolean };

export const withinMs = 3_000;

/** Asks all at once; what has not answered within 3 seconds counts as away. */
export async function answers(checks: Checks): Promise<Readiness> {
  const each = await Promise.all(
    Object.entries(checks).map(async ([name, ask]) => [name, await isThere(ask)] as const),
  );
  return { ...Object.fromEntries(each), ready: each.every(([, there]) => there) };
}

const isThere = (ask: () => Promise<unknown>): Promise<boolean> =>
  inTime(ask(), withinMs).then(
    (answer) => answer !== false,
    () => false,
  );
