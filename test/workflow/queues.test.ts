import { Context } from '@temporalio/activity';
import type { WorkflowBundle } from '@temporalio/worker';
import { NativeConnection } from '@temporalio/worker';
import { afterAll, beforeAll, expect, inject, it } from 'vitest';
import { workersByQueue } from '../../client/close/workers.ts';
import { bundleWorkflows } from '../../worker/create-worker.ts';
import { deploymentOf } from '../../worker/versioning.ts';
import { workerChecks } from '../../worker/worker-checks.ts';
import { closeWorkflowId, loginExpiryWorkflowId } from '../../workflows/messages.ts';
import { createWorld, logIn, startClose, untilStatus } from './world.ts';
import type { TestWorld } from './world.ts';

/* Kinds of work have queues of their own, and workers that take them alone. */

let bundle: WorkflowBundle;
let world: TestWorld;
beforeAll(async () => {
  bundle = await bundleWorkflows();
  world = await createWorld({ server: inject('temporalAddress'), bundle });
});
afterAll(() => world.end());

const describe = (workflowId: string) => world.client.temporal.workflow.getHandle(workflowId).describe();

/** What the close has asked for and nobody has begun. */
async function waiting(engagementId: string): Promise<(string | null | undefined)[]> {
  const { pendingActivities = [] } = (await describe(closeWorkflowId(engagementId))).raw;
  return (pendingActivities ?? []).map(({ activityType }) => activityType?.name);
}

it.each(['off', 'pinned'] as const)(
  'a kind of work that no worker takes shows itself before work waits there, versions %s',
  async (versioning) => {
    const own = await createWorld({ server: inject('temporalAddress'), bundle });
    const deployment = deploymentOf(versioning, own.client.taskQueue, bundle);
    const worker = await own.worker({}, { queues: ['steps', 'imports'], deployment });
    await worker.runUntil(async () => {
      await expect
        .poll(() => workersByQueue(own.client), { timeout: 20_000 })
        .toEqual([
          { queue: 'steps', count: 1 },
          { queue: 'imports', count: 1 },
          { queue: 'documents', count: 0 },
        ]);
    });
    await own.end();
  },
);

it('a close waits for nothing but a worker of the kind that it needs, and answers meanwhile', async () => {
  const connection = await NativeConnection.connect({ address: inject('temporalAddress') });
  const steps = await world.worker({}, { queues: ['steps'] });
  await steps.runUntil(async () => {
    const id = await startClose(world);
    await logIn(world, id);
    await expect.poll(() => waiting(id), { timeout: 20_000 }).toEqual(['importBooks']);

    const imports = await world.worker({}, { queues: ['imports'] });
    await imports.runUntil(async () => {
      await expect.poll(() => waiting(id), { timeout: 20_000 }).toEqual(['generateAttachments']);
    });
    await untilStatus(world, id, ({ phase }) => phase === 'generatingAttachments');

    const documents = await world.worker({}, { queues: ['documents'] });
    const { polling } = workerChecks(world.database, connection, documents);
    expect(await polling!()).toBe(false);
    await documents.runUntil(async () => {
      await untilStatus(world, id, ({ phase }) => phase === 'adjusting');
      expect(await polling!()).toBe(true);
    });
    expect(await polling!()).toBe(false);
  });
  await connection.close();
});

it('a close, its steps and its login take the turns of their firm', async () => {
  const { firmId } = world.caller;
  const keys = new Set<string | undefined>();
  const worker = await world.worker({
    crashPoint: () => void keys.add(Context.current().info.priority?.fairnessKey),
  });
  await worker.runUntil(async () => {
    const id = await startClose(world);
    const connectionId = await logIn(world, id);
    await untilStatus(world, id, ({ phase }) => phase === 'adjusting');
    for (const workflowId of [closeWorkflowId(id), loginExpiryWorkflowId(connectionId)])
      expect((await describe(workflowId)).priority?.fairnessKey).toBe(firmId);
  });
  // As the step itself is told by the server that handed it out.
  expect(keys).toEqual(new Set([firmId]));
});
