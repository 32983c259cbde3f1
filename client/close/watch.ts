import { ScheduleAlreadyRunning, ScheduleNotFoundError, ScheduleOverlapPolicy } from '@temporalio/client';
import type { ScheduleHandle, ScheduleSpec } from '@temporalio/client';
import { Problem } from '../../accounting/problem.ts';
import { getEngagement } from '../../db/stores/engagements.ts';
import { recordHistory } from '../../db/stores/history.ts';
import { listNotifications } from '../../db/stores/notifications.ts';
import type { Notification } from '../../db/stores/notifications.ts';
import type { watchBooks } from '../../workflows/index.ts';
import { watchScheduleId } from '../../workflows/messages.ts';
import type { Caller, ClientContext } from './context.ts';
import { assertRunning } from './workflow.ts';

/** A close's nightly import. */
export interface Watch {
  /** `paused`: a night found no close to ask, so that it stopped itself. */
  readonly state: 'off' | 'on' | 'paused';
  readonly nextAt: Date | null;
  readonly lastAt: Date | null;
}

/** When the accountants sleep; spread out, so that a firm's closes do not all ask Fortnox at once. */
const nightly: ScheduleSpec = {
  calendars: [{ hour: 2, minute: 0 }],
  timezone: 'Europe/Stockholm',
  jitter: '2 hours',
};

/**
 * Has the books imported each night while the login lives, and tells when a signed or approved figure has moved. It never
 * renews the login: 30 days after the last import or export that a person asked for, it comes to rest by itself.
 * Starting it again changes nothing.
 * @throws Problem `watch.no-fortnox`, `close.ended`
 */
export async function startWatch(
  context: ClientContext,
  caller: Caller,
  engagementId: string,
): Promise<Watch> {
  const engagement = await context.database.forFirm(caller.firmId, (tx) => getEngagement(tx, engagementId));
  if (engagement.settings.source !== 'fortnox') throw new Problem(noFortnox);
  await assertRunning(context, engagementId);
  const id = watchScheduleId(engagementId);
  try {
    await context.temporal.schedule.create<typeof watchBooks>({
      scheduleId: id,
      spec: nightly,
      action: {
        type: 'startWorkflow',
        workflowType: 'watchBooks',
        workflowId: id,
        args: [{ engagementId }],
        taskQueue: context.taskQueue,
        staticSummary: 'Watch: asks the close for a nightly import',
      },
      // A missed night is not made up for: the next one sees the same.
      policies: { overlap: ScheduleOverlapPolicy.SKIP, catchupWindow: '1 hour', pauseOnFailure: true },
    });
    await record(context, caller, engagementId, 'watch.started');
  } catch (error) {
    if (!(error instanceof ScheduleAlreadyRunning)) throw error;
    await context.temporal.schedule.getHandle(id).unpause();
  }
  return watchStatus(context, caller, engagementId);
}

/** Stops it; stopping one that is off changes nothing. */
export async function stopWatch(context: ClientContext, caller: Caller, engagementId: string): Promise<void> {
  await context.database.forFirm(caller.firmId, (tx) => getEngagement(tx, engagementId));
  const handle = context.temporal.schedule.getHandle(watchScheduleId(engagementId));
  if (await foundOrNone(handle, (found) => found.delete().then(() => true)))
    await record(context, caller, engagementId, 'watch.stopped');
}

export async function watchStatus(
  context: ClientContext,
  caller: Caller,
  engagementId: string,
): Promise<Watch> {
  await context.database.forFirm(caller.firmId, (tx) => getEngagement(tx, engagementId));
  const handle = context.temporal.schedule.getHandle(watchScheduleId(engagementId));
  const described = await foundOrNone(handle, (found) => found.describe());
  if (!described) return { state: 'off', nextAt: null, lastAt: null };
  const { info, state } = described;
  return {
    state: state.paused ? 'paused' : 'on',
    nextAt: state.paused ? null : (info.nextActionTimes[0] ?? null),
    lastAt: info.recentActions.at(-1)?.takenAt ?? null,
  };
}

/** What the close has told of, newest first: moved figures (`watch.figures-moved`) among it. */
export async function closeNotifications(
  { database }: ClientContext,
  { firmId }: Caller,
  engagementId: string,
): Promise<Omit<Notification, 'firmId'>[]> {
  return database.forFirm(firmId, async (tx) => {
    await getEngagement(tx, engagementId);
    const found = await listNotifications(tx, engagementId);
    return found.map(({ firmId: _, ...notification }) => notification);
  });
}

async function foundOrNone<T>(
  handle: ScheduleHandle,
  ask: (handle: ScheduleHandle) => Promise<T>,
): Promise<T | undefined> {
  try {
    return await ask(handle);
  } catch (error) {
    if (error instanceof ScheduleNotFoundError) return undefined;
    throw error;
  }
}

const record = (
  { database }: ClientContext,
  { firmId, actor }: Caller,
  engagementId: string,
  event: string,
): Promise<void> =>
  database.forFirm(firmId, (tx) => recordHistory(tx, { actor, event, engagementId, details: {} }));

const noFortnox = {
  code: 'watch.no-fortnox',
  what: 'Bokslutets bokföring läses ur en SIE-fil, som inte ändras av sig själv.',
  advice: 'Ladda upp en ny fil när bokföringen har ändrats.',
};
