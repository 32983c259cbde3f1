import { WorkflowNotFoundError } from '@temporalio/client';
import { deliverSignal, undeliveredSignals } from '../../db/stores/outbox.ts';
import type { PendingSignal, Signal } from '../../db/stores/outbox.ts';
import type { ClientContext } from './context.ts';
import { tellLoginWatch } from './login-watch.ts';
import { startSweep } from './sweep.ts';
import type { Sweep } from './sweep.ts';

/**
 * Signals that the database owes a workflow are delivered at least once: right after the commit, and by a sweep for
 * those whose first delivery failed. Receivers know a repeated one by what it carries.
 */
export async function deliver(context: ClientContext, pending: PendingSignal): Promise<void> {
  await deliverSignal(context.database, pending, (signal) => send(context, pending.firmId, signal));
}

async function send(context: ClientContext, firmId: string, owed: Signal): Promise<void> {
  if (await tellLoginWatch(context, firmId, owed)) return;
  const { temporal, log } = context;
  const { workflowId, signal, args } = owed;
  try {
    await temporal.workflow.getHandle(workflowId).signal(signal, ...args);
  } catch (error) {
    // The close has ended: there is nobody to tell, now or later.
    if (!(error instanceof WorkflowNotFoundError)) throw error;
    log({ event: 'signal.no-receiver', workflowId, signal });
  }
}

/** Delivers right after a commit; a failure is left to the sweep, since the row says what is owed. */
export async function deliverSoon(
  context: ClientContext,
  firmId: string,
  signalId: string | undefined,
): Promise<void> {
  if (signalId === undefined) return;
  try {
    await deliver(context, { firmId, id: signalId });
  } catch (error) {
    context.log({ event: 'signal.left-to-sweep', reason: error instanceof Error ? error.name : 'unknown' });
  }
}

const sweepEveryMs = 5_000;

/** Sweeps for undelivered signals of all firms until stopped. Several servers may sweep at once. */
export function startSignalSweep(context: ClientContext): Sweep {
  return startSweep(context, { everyMs: sweepEveryMs, failed: 'signal.sweep-failed' }, async () => {
    const pending = await undeliveredSignals(context.database, { olderThanMs: sweepEveryMs, limit: 100 });
    for (const one of pending) await deliver(context, one);
  });
}
