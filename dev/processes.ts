import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

/** A process that cannot be mistaken for a later one that got the same number. */
export interface ProcessIdentity {
  readonly pid: number;
  /** When it started, in the operating system's own notation: compared, never read. */
  readonly startedAt: string;
}

/**
 * Who runs under this process number now; undefined when nobody does.
 * Numbers are given again (always soon inside containers), so a number alone in a file proves nothing.
 */
export function identify(pid: number): ProcessIdentity | undefined {
  const startedAt = process.platform === 'linux' ? startedAtOnLinux(pid) : startedAtByPs(pid);
  return startedAt === undefined ? undefined : { pid, startedAt };
}

/** Whether that very process still runs. */
export function isRunning(identity: ProcessIdentity): boolean {
  return identify(identity.pid)?.startedAt === identity.startedAt;
}

/**
 * Ends a process: asks by SIGINT, and kills it when it has not ended within the grace.
 * Used for processes that are not our children; ours are ended by `Child.stop`.
 */
export async function endProcess(identity: ProcessIdentity, graceMs = 10_000): Promise<void> {
  for (const attempt of ['SIGINT', 'SIGKILL'] as const) {
    const until = Date.now() + graceMs;
    signalWhenThere(identity, attempt);
    while (isRunning(identity) && Date.now() < until) await sleep(20);
  }
  if (isRunning(identity)) throw new Error(`The process ${identity.pid} does not end, not even by SIGKILL.`);
}

function signalWhenThere(identity: ProcessIdentity, signal: NodeJS.Signals): void {
  try {
    if (isRunning(identity)) process.kill(identity.pid, signal);
  } catch (error) {
    // It ended between the look and the signal.
    if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error;
  }
}

function startedAtOnLinux(pid: number): string | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // After the name, which may hold blanks and parentheses: the state is field 3, the start time field 22.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    const [state, startedAt] = [fields[0], fields[19]];
    return state === 'Z' || state === 'X' ? undefined : startedAt;
  } catch {
    return undefined;
  }
}

function startedAtByPs(pid: number): string | undefined {
  const answer = spawnSync('ps', ['-o', 'lstart=', '-p', String(pid)], { encoding: 'utf8' });
  return answer.stdout?.trim() || undefined;
}
