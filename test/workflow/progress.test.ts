import { afterAll, beforeAll, expect, inject, it } from 'vitest';
import { closeProgress } from '../../client/close/progress.ts';
import type { StepProgress } from '../../client/close/progress.ts';
import { bundleWorkflows } from '../../worker/create-worker.ts';
import { control, createWorld, logIn, startClose, untilStatus } from './world.ts';
import type { TestWorld } from './world.ts';

let world: TestWorld;

beforeAll(async () => {
  world = await createWorld({ server: inject('temporalAddress'), bundle: await bundleWorkflows() });
});
afterAll(() => world.end());

it('a long import tells how far it is, and again when it has come further', { timeout: 60_000 }, async () => {
  // One of each of three years.
  const slow = { match: { path: '/3/sie/4' }, fault: 'slow', delayMs: 2_500, times: 3 };
  await control(world, 'POST', 'faults', slow);
  const worker = await world.worker();
  await worker.runUntil(async () => {
    const engagementId = await startClose(world);
    await logIn(world, engagementId);
    const told: StepProgress[] = [];
    while (told.length < 2) {
      const [step] = await closeProgress(world.client, world.caller, engagementId);
      const isNew = step?.part !== told.at(-1)?.part || step?.done !== told.at(-1)?.done;
      if (step?.part !== undefined && isNew) told.push(step);
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    expect(told[0]).toMatchObject({ step: 'importBooks', attempt: 1, part: 'SIE files', done: 1, total: 3 });
    expect(told[1]).toMatchObject({
      step: 'importBooks',
      attempt: 1,
      requests: expect.any(Number) as number,
    });
    await untilStatus(world, engagementId, ({ phase }) => phase === 'adjusting');
  });
});
