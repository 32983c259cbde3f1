import type { WorkflowHandle } from '@temporalio/client';
import { Worker } from '@temporalio/worker';
import type { WorkflowBundle } from '@temporalio/worker';
import { afterEach, beforeAll, beforeEach, expect, inject, it } from 'vitest';
import { closeStatus } from '../../client/close/status.ts';
import { closeWorkflowId, connectionEstablished } from '../../workflows/messages.ts';
import { bundleWorkflows } from '../../worker/create-worker.ts';
import {
  adjustment,
  createWorld,
  inFortnox,
  logIn,
  saveAndApprove,
  startClose,
  untilStatus,
} from './world.ts';
import type { TestWorld } from './world.ts';
import { startWorkerProcess } from './worker-process.ts';

/*
 * What comes while the worker is gone that has a close in its cache. For two seconds Temporal keeps its workflow tasks for it: all that
 * happens meanwhile reaches the next worker together.
 */

const attemptMs = 3_000;

let bundle: WorkflowBundle;
let world: TestWorld;

beforeAll(async () => {
  bundle = await bundleWorkflows();
});
beforeEach(async () => {
  world = await createWorld({
    server: inject('temporalAddress'),
    bundle,
    durations: { sendTimeoutMs: attemptMs, stepTimeoutMs: attemptMs },
  });
});
afterEach(() => world.end());

/** A close in the middle of its export, whose worker has just been killed. */
async function withoutWorker(crashAt: string) {
  const first = startWorkerProcess(world, inject('temporalAddress'), crashAt);
  await first.started;
  const engagementId = await startClose(world);
  const connectionId = await logIn(world, engagementId);
  await untilStatus(world, engagementId, ({ phase }) => phase === 'adjusting');
  await saveAndApprove(world, engagementId, [adjustment('one')]);
  expect(await first.ended).toBe('SIGKILL');
  const handle = world.client.temporal.workflow.getHandle(closeWorkflowId(engagementId));
  return { engagementId, connectionId, handle };
}

/** How long ago the attempt began that the worker left behind. */
async function attemptAge(handle: WorkflowHandle): Promise<number> {
  const { raw } = await handle.describe();
  const [attempt] = raw.pendingActivities ?? [];
  expect(attempt).toMatchObject({ attempt: 1 });
  const { seconds, nanos } = attempt?.lastStartedTime ?? {};
  return Date.now() - (Number(seconds) * 1_000 + (nanos ?? 0) / 1e6);
}

it('a question does not part the close from its history', { timeout: 90_000 }, async () => {
  const { engagementId, connectionId, handle } = await withoutWorker('export.before-post');
  const worker = await world.worker();
  await worker.runUntil(async () => {
    // It waits for the worker that is gone for two seconds too. Asked in the last of the attempt's time it reaches the next worker before
    // the workflow task does, with a history that goes further than the last one.
    const age = (): Promise<number> => attemptAge(handle);
    await expect.poll(age, { timeout: attemptMs, interval: 20 }).toBeGreaterThan(attemptMs - 1_300);
    expect(await attemptAge(handle)).toBeLessThan(attemptMs);
    const { phase } = await closeStatus(world.client, world.caller, engagementId);
    expect(phase).toBe('exporting');
    await handle.signal(connectionEstablished, { connectionId });
    expect(await handle.result()).toMatchObject({ outcome: 'completed' });
  });
  const replayed = Worker.runReplayHistory(
    { workflowBundle: bundle },
    await handle.fetchHistory(),
    handle.workflowId,
  );
  await expect(replayed).resolves.toBeUndefined();
});

it(
  'a login that comes with the news of the old one’s end is not taken for dead',
  { timeout: 90_000 },
  async () => {
    const { engagementId, handle } = await withoutWorker('export.before-open');
    await inFortnox(world, { op: 'revokeConnection' });
    const worker = await world.worker();
    await worker.runUntil(async () => {
      const failed = async (): Promise<boolean> =>
        ((await handle.fetchHistory()).events ?? []).some((event) => event.activityTaskFailedEventAttributes);
      await expect.poll(failed, { timeout: 30_000, interval: 20 }).toBe(true);
      await logIn(world, engagementId);
      expect(await handle.result()).toMatchObject({ outcome: 'completed' });
    });
  },
);
