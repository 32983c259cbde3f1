import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import type { WorkflowBundle } from '@temporalio/worker';
import { listFiles } from '../../db/stores/files.ts';
import { bundleWorkflows } from '../../worker/create-worker.ts';
import { closeWorkflowId } from '../../workflows/messages.ts';
import {
  adjustment,
  createWorld,
  logIn,
  saveAndApprove,
  startClose,
  untilStatus,
  vouchersIn,
} from './world.ts';
import type { TestWorld } from './world.ts';

let bundle: WorkflowBundle;
let world: TestWorld;

beforeAll(async () => {
  bundle = await bundleWorkflows();
  world = await createWorld({ server: inject('temporalAddress'), bundle, rateLimit: true });
});
afterAll(() => world.end());

describe('a close on the real parts', () => {
  it('goes from login to binder, and each voucher stands in Fortnox once', async () => {
    const worker = await world.worker();
    await worker.runUntil(async () => {
      const engagementId = await startClose(world);
      await logIn(world, engagementId);
      await untilStatus(
        world,
        engagementId,
        ({ phase, attention }) => phase === 'adjusting' || attention !== null,
      );
      await saveAndApprove(world, engagementId, [adjustment('one'), adjustment('two')]);
      const result = await world.client.temporal.workflow.getHandle(closeWorkflowId(engagementId)).result();
      expect(result).toMatchObject({ outcome: 'completed' });
      const { historyLength } = await world.client.temporal.workflow
        .getHandle(closeWorkflowId(engagementId))
        .describe();
      expect(historyLength).toBeLessThanOrEqual(250);

      const files = await world.database.forFirm(world.caller.firmId, (tx) => listFiles(tx, engagementId));
      expect(files.map(({ kind, name }) => `${kind} ${name}`).toSorted()).toEqual([
        'attachment bilaga-1510-version-1.pdf',
        'attachment bilaga-1510-version-1.xlsx',
        'attachment bilaga-2440-version-1.pdf',
        'attachment bilaga-2440-version-1.xlsx',
        'binder Årsakt 2025-01-01–2025-12-31.zip',
        'order bokforingsorder-revision-1-serie-K.pdf',
        'sie bokforingsorder-revision-1-serie-K.si',
      ]);
    });
    const texts = await vouchersIn(world, 'K');
    expect(texts.filter((text) => text.startsWith('Bokslut one'))).toHaveLength(1);
    expect(texts.filter((text) => text.startsWith('Bokslut two'))).toHaveLength(1);
  });
});
