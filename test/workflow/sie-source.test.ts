import { isoDate } from '../../accounting/dates.ts';
import { ore } from '../../accounting/money.ts';
import type { WorkflowBundle } from '@temporalio/worker';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { retryStep } from '../../client/close/messages.ts';
import { startEngagement } from '../../client/close/engagements.ts';
import { getFile, storeFile } from '../../db/stores/files.ts';
import { listSnapshots } from '../../db/stores/snapshots.ts';
import { verifyBinder } from '../../documents/verify-binder.ts';
import { bundleWorkflows } from '../../worker/create-worker.ts';
import { closeWorkflowId } from '../../workflows/messages.ts';
import type { CloseResult } from '../../workflows/messages.ts';
import { smallSie } from '../setup/small-sie.ts';
import { adjustment, createWorld, saveAndApprove, untilStatus } from './world.ts';
import type { TestWorld } from './world.ts';

let bundle: WorkflowBundle;
let world: TestWorld;

beforeAll(async () => {
  bundle = await bundleWorkflows();
  world = await createWorld({ server: inject('temporalAddress'), bundle });
});
afterAll(() => world.end());

const upload = (engagementId: string, text: string): Promise<unknown> =>
  world.database.forFirm(world.caller.firmId, (tx) =>
    storeFile(tx, {
      engagementId,
      kind: 'sie-source',
      name: 'bolaget.se',
      mediaType: 'application/x-sie',
      bytes: Buffer.from(text),
      storedBy: 'system',
    }),
  );

describe('a close whose books are an uploaded SIE file', () => {
  it('refuses what is no whole SIE file and stores nothing of it; with a good one it ends with a binder and no export', async () => {
    const worker = await world.worker();
    await worker.runUntil(async () => {
      const { id } = await startEngagement(world.client, world.caller, {
        company: { name: 'Provbolaget AB', organisationNumber: '999999-0013' },
        year: { from: isoDate('2025-01-01'), to: isoDate('2025-12-31') },
        settings: { source: 'sie', materialityOre: ore(0) },
      });
      await upload(id, '<!doctype html><title>Logga in</title>');
      await world.client.temporal.workflow
        .getHandle(closeWorkflowId(id))
        .signal('importRequested', { requestId: 'first', requestedBy: 'person' });

      const html = await untilStatus(world, id, ({ attention }) => attention !== null);
      expect(html.attention).toMatchObject({ code: 'import.sie-refused', step: 'importBooks' });
      // Neither the file's name nor what stands in it goes into the workflow's history.
      await upload(id, smallSie.replace('-50.00', 'Kunden'));
      await retryStep(world.client, world.caller, id);
      const odd = await untilStatus(
        world,
        id,
        ({ attention }) => attention !== null && attention.sinceMs !== html.attention?.sinceMs,
      );
      expect(odd.attention?.code).toBe('import.sie-refused');
      expect(JSON.stringify([html, odd])).not.toMatch(/Kunden|\.se\b/);
      await upload(id, smallSie.slice(0, smallSie.indexOf('#TRANS 3740')));
      await retryStep(world.client, world.caller, id);
      const cut = await untilStatus(
        world,
        id,
        ({ attention }) => attention !== null && attention.sinceMs !== odd.attention?.sinceMs,
      );
      expect(cut.attention?.code).toBe('import.sie-refused');
      await upload(id, smallSie.replace('20250101 20251231', '20240101 20241231'));
      await retryStep(world.client, world.caller, id);
      const other = await untilStatus(
        world,
        id,
        ({ attention }) => attention !== null && attention.sinceMs !== cut.attention?.sinceMs,
      );
      expect(other.attention?.code).toBe('import.sie-other-year');
      expect(await world.database.forFirm(world.caller.firmId, (tx) => listSnapshots(tx, id))).toEqual([]);

      await upload(id, smallSie);
      await retryStep(world.client, world.caller, id);
      await untilStatus(world, id, ({ phase }) => phase === 'adjusting');
      await saveAndApprove(world, id, [adjustment('one')], 'A');
      const { outcome, binderId } = (await world.client.temporal.workflow
        .getHandle(closeWorkflowId(id))
        .result()) as CloseResult;
      expect(outcome).toBe('completed');
      const binder = await world.database.forFirm(world.caller.firmId, (tx) => getFile(tx, binderId ?? ''));
      expect(verifyBinder(binder.bytes)).toMatchObject({ ok: true, faults: [] });
    });
  });
});
