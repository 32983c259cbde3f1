import { Context } from '@temporalio/activity';
import { TestWorkflowEnvironment } from '@temporalio/testing';
import type { WorkflowBundle } from '@temporalio/worker';
import { afterEach, beforeAll, beforeEach, describe, expect, inject, it } from 'vitest';
import { findLiveConnection, getConnection, renew } from '../../db/stores/connections.ts';
import { pageOfNotifications } from '../../db/stores/notifications.ts';
import { undeliveredSignals } from '../../db/stores/outbox.ts';
import { beginLogin, finishLogin } from '../../client/close/fortnox-login.ts';
import { deliver } from '../../client/close/signals.ts';
import { getEngagement } from '../../db/stores/engagements.ts';
import { bundleWorkflows } from '../../worker/create-worker.ts';
import { closeWorkflowId, importRequested, loginExpiryWorkflowId } from '../../workflows/messages.ts';
import type { CloseStatus } from '../../workflows/messages.ts';
import {
  adjustment,
  consent,
  control,
  createWorld,
  historyOf,
  logIn,
  saveAndApprove,
  startClose,
  untilStatus,
} from './world.ts';
import type { TestWorld } from './world.ts';

const day = 24 * 60 * 60 * 1_000;

let bundle: WorkflowBundle;
let server: TestWorkflowEnvironment;
let world: TestWorld;

beforeAll(async () => {
  bundle = await bundleWorkflows();
});
beforeEach(async () => {
  server = await TestWorkflowEnvironment.createTimeSkipping({
    server: { executable: { type: 'existing-path', path: inject('timeSkippingServerPath') } },
  });
  world = await createWorld({
    server,
    bundle,
    // The server's clock, which the test moves, is the activities' clock too.
    context: { now: () => Context.current().info.currentAttemptScheduledTimestampMs },
  });
});
afterEach(async () => {
  await world.end();
  await server.teardown();
});

const adjusting = ({ phase, login }: CloseStatus): boolean =>
  phase === 'adjusting' && login.state === 'valid';

/** Logs in now by the server's clock: the login's 30 days begin then. */
async function logInNow(engagementId: string): Promise<string> {
  return logIn(world, engagementId, async () => {
    const at = new Date(await server.currentTimeMs());
    await world.database.forFirm(world.caller.firmId, async (tx) => {
      const { companyId } = await getEngagement(tx, engagementId);
      const connection = await findLiveConnection(tx, companyId);
      if (connection) await renew(tx, connection.id, at);
    });
  });
}

async function reminders(): Promise<unknown[]> {
  const written = await world.database.forFirm(world.caller.firmId, (tx) =>
    pageOfNotifications(tx, { limit: 100 }),
  );
  const given = written.filter(({ kind }) => kind === 'login.expires').toReversed();
  return given.map(({ kind, details }) => [kind, (details as { daysLeft: number }).daysLeft]);
}

const revocations = async (): Promise<number> =>
  ((await control(world, 'GET', 'requests?since=0')) as { path: string }[]).filter(
    ({ path }) => path === '/oauth-v1/revoke',
  ).length;

const connection = (id: string) => world.database.forFirm(world.caller.firmId, (tx) => getConnection(tx, id));

/** As the server's sweep does. */
async function deliverAll(): Promise<void> {
  for (const owed of await undeliveredSignals(world.database, { olderThanMs: 0, limit: 100 }))
    await deliver(world.client, owed);
}

const term = (status: CloseStatus): number => (status.login.state === 'valid' ? status.login.expiresAtMs : 0);

describe('a login is good for 30 days from the last import or export', () => {
  it('reminds 7 days and 1 day before, ends, and a login again lets the close go on where it stood', async () => {
    const worker = await world.worker();
    await worker.runUntil(async () => {
      const engagementId = await startClose(world);
      const connectionId = await logInNow(engagementId);
      await untilStatus(world, engagementId, adjusting);
      await server.sleep(22 * day);
      expect(await reminders()).toEqual([]);
      await server.sleep(1.5 * day);
      expect(await reminders()).toEqual([['login.expires', 7]]);
      await server.sleep(6 * day);
      expect(await reminders()).toEqual([
        ['login.expires', 7],
        ['login.expires', 1],
      ]);
      expect(await revocations()).toBe(0);

      await server.sleep(1 * day);
      const expired = await untilStatus(world, engagementId, ({ login }) => login.state === 'expired');
      expect(expired).toMatchObject({
        phase: 'adjusting',
        attention: null,
        allowed: ['connect', 'import', 'approve', 'cancel'],
      });
      const row = await world.database.forFirm(world.caller.firmId, (tx) => getConnection(tx, connectionId));
      expect(row).toMatchObject({ endReason: 'expired', sealedTokens: null });
      expect(row.revokedAt).not.toBeNull();
      expect(await revocations()).toBe(1);
      expect(await historyOf(world, engagementId)).not.toContain('login.disconnected');

      await saveAndApprove(world, engagementId, [adjustment('one')]);
      await untilStatus(
        world,
        engagementId,
        ({ phase, login }) => phase === 'exporting' && login.state === 'expired',
      );
      const again = await logInNow(engagementId);
      expect(again).not.toBe(connectionId);
      const result = await world.client.temporal.workflow.getHandle(closeWorkflowId(engagementId)).result();
      expect(result).toMatchObject({ outcome: 'completed' });
    });
  });

  it('an import that a person asks for begins the 30 days again; one by the watch does not', async () => {
    const worker = await world.worker();
    await worker.runUntil(async () => {
      const engagementId = await startClose(world);
      const connectionId = await logInNow(engagementId);
      const close = world.client.temporal.workflow.getHandle(closeWorkflowId(engagementId));
      const before = await untilStatus(world, engagementId, adjusting);
      const first = term(before);

      await server.sleep(10 * day);
      await close.signal(importRequested, { requestId: 'by the watch', requestedBy: 'watch' });
      const after = await untilStatus(
        world,
        engagementId,
        (status) => adjusting(status) && status.snapshot?.id !== before.snapshot?.id,
      );
      expect(term(after)).toBe(first);

      await server.sleep(10 * day);
      await close.signal(importRequested, { requestId: 'by a person', requestedBy: 'person' });
      const moved = term(
        await untilStatus(world, engagementId, (status) => adjusting(status) && term(status) > first),
      );
      expect(Math.round((moved - first) / day)).toBe(20);

      await server.sleep(25 * day);
      expect((await close.query<CloseStatus>('status')).login.state).toBe('valid');
      expect(await reminders()).toEqual([['login.expires', 7]]);
      await server.sleep(6 * day);
      await untilStatus(world, engagementId, ({ login }) => login.state === 'expired');
      const watch = world.client.temporal.workflow.getHandle(loginExpiryWorkflowId(connectionId));
      expect(await watch.result()).toEqual({ ended: 'expired' });
    });
  });

  it('a revocation is tried until Fortnox has confirmed it, and the login is unusable meanwhile', async () => {
    const worker = await world.worker();
    await worker.runUntil(async () => {
      const engagementId = await startClose(world);
      const connectionId = await logInNow(engagementId);
      await untilStatus(world, engagementId, adjusting);
      await control(world, 'POST', 'faults', {
        match: { path: '/oauth-v1/revoke' },
        times: 5,
        fault: 'status-503',
      });
      await server.sleep(31 * day);
      const watch = world.client.temporal.workflow.getHandle(loginExpiryWorkflowId(connectionId));
      expect(await watch.result()).toEqual({ ended: 'expired' });
      expect(await revocations()).toBe(6);
    });
  });

  it('one that was replaced before its close had verified it is revoked', async () => {
    const engagementId = await startClose(world);
    // Nobody works yet: the close hears of both at once and verifies the newer alone.
    const replaced = await logInNow(engagementId);
    await logInNow(engagementId);
    await deliverAll();
    const worker = await world.worker();
    await worker.runUntil(async () => {
      await untilStatus(world, engagementId, adjusting);
      const watch = world.client.temporal.workflow.getHandle(loginExpiryWorkflowId(replaced));
      expect(await watch.result()).toEqual({ ended: 'disconnected' });
    });
    expect(await revocations()).toBe(1);
    expect((await connection(replaced)).sealedTokens).toBeNull();
  });

  it('one that nobody has confirmed ends after its 30 days too', async () => {
    const engagementId = await startClose(world);
    const url = await beginLogin(world.client, world.caller, engagementId);
    const { connectionId } = await finishLogin(world.client, await consent(world, url));
    await deliverAll();
    const worker = await world.worker();
    await worker.runUntil(async () => {
      await server.sleep(31 * day);
      const watch = world.client.temporal.workflow.getHandle(loginExpiryWorkflowId(connectionId));
      expect(await watch.result()).toEqual({ ended: 'expired' });
    });
    expect(await revocations()).toBe(1);
  });
});
