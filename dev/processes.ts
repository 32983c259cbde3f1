import { setTimeout as sleep } from 'node:timers/promises';
import { isRunning } from '../client/cli/process-identity.ts';
import type { ProcessIdentity } from '../client/cli/process-identity.ts';

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
