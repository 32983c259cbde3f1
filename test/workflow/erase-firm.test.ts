import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { WorkflowBundle } from '@temporalio/worker';
import { afterEach, beforeAll, beforeEach, expect, inject, it } from 'vitest';
import { reopenEngagement } from '../../client/close/engagements.ts';
import { cancelClose } from '../../client/close/messages.ts';
import { startWatch } from '../../client/close/watch.ts';
import { archive } from '../../client/retention/archive.ts';
import { eraseFirm, firmErasure } from '../../client/retention/erase-firm.ts';
import { openEraser } from '../../db/erase.ts';
import { bundleWorkflows } from '../../worker/create-worker.ts';
import { closeWorkflowId, loginExpiryWorkflowId, watchScheduleId } from '../../workflows/messages.ts';
import { createTestDatabase } from '../setup/database.ts';
import type { TestDatabase } from '../setup/database.ts';
import { adjustment, control, createWorld, logIn, saveAndApprove, startClose, untilStatus } from './world.ts';
import type { TestWorld } from './world.ts';

let bundle: WorkflowBundle;
let world: TestWorld;
let database: TestDatabase;
let folder: string;

beforeAll(async () => {
  bundle = await bundleWorkflows();
});
beforeEach(async () => {
  database = await createTestDatabase();
  world = await createWorld({ server: inject('temporalAddress'), bundle, database });
  folder = mkdtempSync(path.join(tmpdir(), 'bokslut-archive-'));
});
afterEach(async () => {
  await world.end();
  rmSync(folder, { recursive: true });
});

const revocations = async (): Promise<number> =>
  ((await control(world, 'GET', 'requests?since=0')) as { path: string }[]).filter(
    (request) => request.path === '/oauth-v1/revoke',
  ).length;

it('a firm is erased when its books are archived: its login is revoked, its workflows end, no row is left', async () => {
  const { client, caller } = world;
  const { firmId } = caller;
  const worker = await world.worker();
  const { engagementId, connectionId } = await worker.runUntil(async () => {
    const id = await startClose(world);
    const login = await logIn(world, id);
    await untilStatus(world, id, ({ phase }) => phase === 'adjusting');
    await startWatch(client, caller, id);
    // It has not ended: nothing lets it go.
    const early = await firmErasure(client, firmId, folder);
    expect(early.closes).toMatchObject([{ id, keptUntil: '2032-12-31', because: 'held' }]);
    await saveAndApprove(world, id, [adjustment('one')]);
    await client.temporal.workflow.getHandle(closeWorkflowId(id)).result();
    return { engagementId: id, connectionId: login };
  });

  const held = await firmErasure(client, firmId, folder);
  expect(held).toMatchObject({ closes: [{ because: 'held' }], logins: [connectionId] });
  const eraser = openEraser(database.adminUrl);
  try {
    await expect(eraseFirm(client, eraser, held)).rejects.toMatchObject({ code: 'retention.must-be-kept' });
    expect(await revocations()).toBe(0);

    await archive(world.database, { folder, firmId, write: true });
    const free = await firmErasure(client, firmId, folder);
    expect(free.closes).toMatchObject([{ id: engagementId, because: 'archived' }]);
    await eraseFirm(client, eraser, free);
  } finally {
    await eraser.end();
  }
  expect(await revocations()).toBe(1);
  const watch = client.temporal.workflow.getHandle(loginExpiryWorkflowId(connectionId));
  expect((await watch.describe()).status.name).toBe('TERMINATED');
  await expect(
    client.temporal.schedule.getHandle(watchScheduleId(engagementId)).describe(),
  ).rejects.toThrow();
  await expect(firmErasure(client, firmId, folder)).rejects.toMatchObject({ code: 'firms.not-found' });
  await expect(archive(world.database, { folder, firmId, write: false })).resolves.toEqual([]);
});

it('a close that was completed, reopened and called off is not called off: it is archived, or stays', async () => {
  const { client, caller } = world;
  const { firmId } = caller;
  const worker = await world.worker();
  const { engagementId, connectionId } = await worker.runUntil(async () => {
    const id = await startClose(world);
    const login = await logIn(world, id);
    await untilStatus(world, id, ({ phase }) => phase === 'adjusting');
    await saveAndApprove(world, id, [adjustment('one')]);
    const close = client.temporal.workflow.getHandle(closeWorkflowId(id));
    await close.result();
    await expect.poll(async () => (await close.describe()).status.name).toBe('COMPLETED');
    await reopenEngagement(client, caller, id);
    await untilStatus(world, id, ({ phase }) => phase === 'adjusting');
    await cancelClose(client, caller, id);
    expect(await close.result()).toEqual({ outcome: 'cancelled' });
    return { engagementId: id, connectionId: login };
  });

  const eraser = openEraser(database.adminUrl);
  try {
    // Without an archive, and with one that does not have it: nothing has been ended when it is refused.
    for (const archived of [undefined, folder]) {
      const held = await firmErasure(client, firmId, archived);
      expect(held.closes).toMatchObject([{ id: engagementId, because: 'held' }]);
      await expect(eraseFirm(client, eraser, held)).rejects.toMatchObject({ code: 'retention.must-be-kept' });
    }
    expect(await revocations()).toBe(0);
    const watch = client.temporal.workflow.getHandle(loginExpiryWorkflowId(connectionId));
    expect((await watch.describe()).status.name).toBe('RUNNING');

    expect(await archive(world.database, { folder, firmId, write: true })).toMatchObject([
      { engagementId, state: 'kept' },
    ]);
    const free = await firmErasure(client, firmId, folder);
    expect(free.closes).toMatchObject([{ because: 'archived' }]);

    // A role that may not erase is found out before the login is revoked.
    const stranger = openEraser(world.appUrl);
    await expect(eraseFirm(client, stranger, free)).rejects.toMatchObject({
      code: 'retention.not-the-owner',
    });
    await stranger.end();
    expect(await revocations()).toBe(0);
    await eraseFirm(client, eraser, free);
  } finally {
    await eraser.end();
  }
  await expect(firmErasure(client, firmId, folder)).rejects.toMatchObject({ code: 'firms.not-found' });
});
