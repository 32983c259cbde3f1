/** A server that several groups of tests stand on. */
interface Shared<T> {
  readonly started: Promise<T>;
  users: number;
}

/**
 * Starts something once for the whole run, though the set-up of every group asks for it, and ends it after the last of them.
 * The groups load their set-up files apart from each other: what they share can only lie in the process.
 *
 * @returns what was started, and the group's own part of ending it
 */
export async function startOnce<T>(
  name: string,
  start: () => Promise<T>,
  stop: (started: T) => Promise<void>,
): Promise<{ started: T; end: () => Promise<void> }> {
  const key = Symbol.for(`bokslut.test.${name}`);
  const shelf = globalThis as typeof globalThis & Record<symbol, Shared<T> | undefined>;
  const shared = (shelf[key] ??= { started: start(), users: 0 });
  shared.users += 1;
  return {
    started: await shared.started,
    end: async () => {
      shared.users -= 1;
      if (shared.users > 0) return;
      shelf[key] = undefined;
      await stop(await shared.started);
    },
  };
}
