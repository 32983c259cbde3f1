/** Tells that a named point is reached. */
export type CrashPoint = (point: string) => void;

/**
 * Kills the process, as a power cut would, when the named point is reached: for tests and the demo, which show that
 * another worker goes on where this one died. Undefined when no point is named.
 */
export function crashPointAt(named: string | undefined): CrashPoint | undefined {
  if (named === undefined) return undefined;
  return (point) => {
    if (point === named) process.kill(process.pid, 'SIGKILL');
  };
}
