import { dueDeliveries } from '../../db/stores/deliveries.ts';
import { unsentNotifications } from '../../db/stores/notifications.ts';
import type { ClientContext } from '../close/context.ts';
import { startSweep } from '../close/sweep.ts';
import type { Sweep } from '../close/sweep.ts';
import { deliver } from './deliver.ts';
import { notifyAttention } from './attention.ts';
import type { Notifying } from './context.ts';
import { planDeliveries } from './plan.ts';

const mostAtATime = 100;
/** So that one receiver who does not answer holds up nobody else, and the database keeps connections for others. */
const mostAtOnce = 5;

/** Hands notifications to their channels until stopped. Several servers may do so at once. */
export function startNotifying(context: ClientContext): Sweep {
  const { sweepEveryMs, attentionEveryMs } = context.notify.limits;
  const sweeps = [
    startSweep(context, { everyMs: sweepEveryMs, failed: 'notify.sweep-failed' }, (stopped) =>
      dispatch(context, stopped),
    ),
  ];
  if (context.searchAttributes) {
    const known = new Set<string>();
    sweeps.push(
      startSweep(context, { everyMs: attentionEveryMs, failed: 'notify.attention-failed' }, (stopped) =>
        notifyAttention(context, known, stopped),
      ),
    );
  }
  return {
    async stop() {
      await Promise.all(sweeps.map((sweep) => sweep.stop()));
    },
  };
}

/** Once over all that waits, of all firms. What fails unexpectedly is logged and comes again. */
export async function dispatch(context: Notifying, stopped: AbortSignal): Promise<void> {
  const { database, notify } = context;
  const channels = { mail: notify.mailer !== undefined };
  await inParallel(context, stopped, await unsentNotifications(database, mostAtATime), ({ firmId, id }) =>
    database.forFirm(firmId, (tx) => planDeliveries(tx, id, channels)),
  );
  await inParallel(context, stopped, await dueDeliveries(database, mostAtATime), (due) =>
    deliver(context, due, stopped),
  );
}

async function inParallel<T extends { readonly id: string }>(
  { log }: Notifying,
  stopped: AbortSignal,
  items: readonly T[],
  work: (item: T) => Promise<void>,
): Promise<void> {
  const waiting = [...items];
  const run = async (): Promise<void> => {
    for (let item = waiting.shift(); item && !stopped.aborted; item = waiting.shift()) {
      try {
        await work(item);
      } catch (error) {
        const reason = error instanceof Error ? error.name : 'unknown';
        log({ event: 'notify.item-failed', id: item.id, reason });
      }
    }
  };
  await Promise.all(Array.from({ length: mostAtOnce }, run));
}
