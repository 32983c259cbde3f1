import { afterAll, beforeAll, expect, inject, it } from 'vitest';
import { bundleWorkflows } from '../../worker/create-worker.ts';
import { closeWorkflowId, loginExpiryWorkflowId } from '../../workflows/messages.ts';
import { requestImport } from '../../client/close/messages.ts';
import {
  adjustment,
  createWorld,
  historyOf,
  logIn,
  saveAndApprove,
  startClose,
  untilStatus,
  vouchersIn,
} from './world.ts';
import type { TestWorld } from './world.ts';

let world: TestWorld;

beforeAll(async () => {
  world = await createWorld({
    server: inject('temporalAddress'),
    bundle: await bundleWorkflows(),
    // A run with more events than this goes on as a new one: here after every import and every export.
    durations: { historyEvents: 30 },
  });
});
afterAll(() => world.end());

it('a close goes on as a new run with all that it remembers, and its login is watched by the same watcher', async () => {
  const worker = await world.worker();
  await worker.runUntil(async () => {
    const engagementId = await startClose(world);
    const connectionId = await logIn(world, engagementId);
    const close = world.client.temporal.workflow.getHandle(closeWorkflowId(engagementId));
    const { runId: firstRun } = await close.describe();
    const { snapshot } = await untilStatus(world, engagementId, ({ phase }) => phase === 'adjusting');

    await saveAndApprove(world, engagementId, [adjustment('one')], 'K', false);
    const after = await untilStatus(
      world,
      engagementId,
      ({ phase, export: sent }) => phase === 'adjusting' && sent?.confirmed === 1,
    );
    // A voucher has been sent: it remembers that nothing can be called off any more.
    expect(after.allowed).toEqual(['import', 'approve']);
    expect(after.snapshot).toEqual(snapshot);
    expect((await close.describe()).runId).not.toBe(firstRun);

    await requestImport(world.client, world.caller, engagementId);
    await untilStatus(
      world,
      engagementId,
      ({ phase, snapshot: now }) => phase === 'adjusting' && now?.id !== snapshot?.id,
    );
    await saveAndApprove(world, engagementId, [adjustment('one'), adjustment('two')]);
    expect(await close.result()).toMatchObject({ outcome: 'completed' });

    const watch = await world.client.temporal.workflow
      .getHandle(loginExpiryWorkflowId(connectionId))
      .describe();
    expect(watch.status.name).toBe('RUNNING');
    const sent = (await vouchersIn(world, 'K')).filter((text) => text.startsWith('Bokslut'));
    expect(sent).toHaveLength(2);
    const events = await historyOf(world, engagementId);
    expect(events.filter((event) => event === 'export.closed')).toHaveLength(2);
    expect(events.filter((event) => event === 'books.imported')).toHaveLength(2);
  });
});
