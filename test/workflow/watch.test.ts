import { ScheduleOverlapPolicy } from '@temporalio/client';
import type { WorkflowBundle } from '@temporalio/worker';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import type { Caller } from '../../client/close/context.ts';
import { disconnectCompany } from '../../client/close/fortnox-login.ts';
import { listImports } from '../../client/close/imports.ts';
import { cancelClose } from '../../client/close/messages.ts';
import { signOff } from '../../client/close/sign-offs.ts';
import { closeNotifications, startWatch, stopWatch, watchStatus } from '../../client/close/watch.ts';
import { getConnection } from '../../db/stores/connections.ts';
import { saveUser } from '../../db/stores/users.ts';
import { bundleWorkflows } from '../../worker/create-worker.ts';
import { watchScheduleId } from '../../workflows/messages.ts';
import type { CloseState } from '../../workflows/messages.ts';
import { isWelcome } from '../../workflows/watch-import.ts';
import { createWorld, historyOf, inFortnox, logIn, startClose, untilStatus } from './world.ts';
import type { TestWorld } from './world.ts';

let bundle: WorkflowBundle;
let world: TestWorld;
let anna: Caller;

beforeAll(async () => {
  bundle = await bundleWorkflows();
  world = await createWorld({ server: inject('temporalAddress'), bundle });
  const user = await world.database.forFirm(world.caller.firmId, (tx) =>
    saveUser(tx, {
      issuer: 'https://login.example',
      subject: 'anna',
      name: 'Anna',
      email: 'anna@example.com',
      role: 'preparer',
    }),
  );
  anna = { firmId: world.caller.firmId, actor: `user:${user.id}` };
});
afterAll(() => world.end());

/** Asks again and again until the answer is as wanted; the test's own time limit ends the waiting. */
async function until<T>(ask: () => Promise<T>, wanted: (answer: T) => boolean): Promise<T> {
  for (;;) {
    const answer = await ask();
    if (wanted(answer)) return answer;
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
}

/** A night passes. */
const night = (engagementId: string, overlap?: ScheduleOverlapPolicy): Promise<void> =>
  world.client.temporal.schedule.getHandle(watchScheduleId(engagementId)).trigger(overlap);

describe('a watch', () => {
  it('imports by itself, names the voucher that moved a signed figure, and neither renews the login nor outlives the close', async () => {
    const worker = await world.worker();
    await worker.runUntil(async () => {
      const engagementId = await startClose(world);
      const connectionId = await logIn(world, engagementId);
      const ready = await untilStatus(world, engagementId, ({ phase }) => phase === 'adjusting');
      await signOff(world.client, anna, engagementId, '19', { version: 1, role: 'prepared' });
      const renewedAt = async () =>
        (await world.database.forFirm(anna.firmId, (tx) => getConnection(tx, connectionId))).renewedAt;
      const renewedBefore = await renewedAt();
      const imports = () => listImports(world.client, anna, engagementId);

      expect(await watchStatus(world.client, anna, engagementId)).toMatchObject({ state: 'off' });
      const started = await startWatch(world.client, anna, engagementId);
      expect(started).toMatchObject({ state: 'on', lastAt: null });
      expect(started.nextAt?.getTime()).toBeGreaterThan(Date.now());
      expect(await startWatch(world.client, anna, engagementId)).toMatchObject({ state: 'on' });

      // A quiet night: an import, and nothing to tell.
      await night(engagementId);
      await until(imports, (list) => list.length === 2);
      expect(await closeNotifications(world.client, anna, engagementId)).toEqual([]);

      await inFortnox(world, {
        op: 'addVoucher',
        series: 'A',
        date: '2025-12-30',
        text: 'Sen hyra',
        rows: [
          { account: '5010', debit: '700' },
          { account: '1930', credit: '700' },
        ],
      });
      await night(engagementId);
      const [news] = await until(
        () => closeNotifications(world.client, anna, engagementId),
        (list) => list.length > 0,
      );
      expect(news).toMatchObject({
        kind: 'watch.figures-moved',
        details: {
          attachments: [
            {
              accountGroup: '19',
              moved: [{ figure: 'account/1930/closing' }],
              vouchers: [{ change: 'added', account: '1930', amountOre: -700_00 }],
            },
          ],
        },
      });
      expect(JSON.stringify(news)).not.toContain('Sen hyra');
      const after = await untilStatus(
        world,
        engagementId,
        ({ snapshot }) => snapshot?.id !== ready.snapshot?.id,
      );
      expect(after).toMatchObject({ phase: 'adjusting', attention: null });
      expect(await renewedAt()).toEqual(renewedBefore);

      // No login, no import: a night asks, and the close does not take it.
      await disconnectCompany(world.client, anna, engagementId);
      await untilStatus(world, engagementId, ({ login }) => login.state !== 'valid');
      await night(engagementId);
      const runs = async () =>
        (await world.client.temporal.schedule.getHandle(watchScheduleId(engagementId)).describe()).info
          .numActionsTaken;
      await until(runs, (count) => count === 3);

      // The close ends; the next night finds nobody, and the watch comes to rest.
      await cancelClose(world.client, anna, engagementId);
      await untilStatus(world, engagementId, ({ phase }) => phase === 'cancelled');
      // The server follows a run to its end only when no other may overlap it, as in a night that comes by itself.
      await night(engagementId, ScheduleOverlapPolicy.BUFFER_ALL);
      await until(
        () => watchStatus(world.client, anna, engagementId),
        ({ state }) => state === 'paused',
      );
      expect(await imports()).toHaveLength(3);

      await stopWatch(world.client, anna, engagementId);
      await stopWatch(world.client, anna, engagementId);
      expect(await watchStatus(world.client, anna, engagementId)).toMatchObject({ state: 'off' });
      const events = await historyOf(world, engagementId);
      expect(events.filter((event) => event.startsWith('watch.'))).toEqual([
        'watch.started',
        'watch.stopped',
      ]);
    });
  }, 60_000);

  it('is taken only while the close adjusts and its login lives', () => {
    const state: CloseState = {
      phase: 'adjusting',
      connectionId: 'c',
      loginExpiresAtMs: 1,
      vouchersSent: false,
      imports: [],
      approvals: [],
      seenMessages: [],
      retries: 0,
      cancelRequested: false,
    };
    const watch = { requestId: 'r', requestedBy: 'watch' } as const;
    expect(isWelcome(watch, state)).toBe(true);
    expect(isWelcome(watch, { ...state, phase: 'exporting' })).toBe(false);
    expect(isWelcome(watch, { ...state, loginEnd: 'expired' })).toBe(false);
    const { connectionId: _, loginExpiresAtMs: __, ...without } = state;
    expect(isWelcome(watch, without)).toBe(false);
    expect(isWelcome({ ...watch, requestedBy: 'person' }, without)).toBe(true);
  });
});
