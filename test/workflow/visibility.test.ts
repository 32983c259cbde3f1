import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { WorkflowBundle } from '@temporalio/worker';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { attentionCodes, closesByPhase } from '../../client/close/counts.ts';
import { checkoutFolder } from '../../dev/local-folder.ts';
import { bundleWorkflows } from '../../worker/create-worker.ts';
import { closeWorkflowId } from '../../workflows/messages.ts';
import { control, createWorld, logIn, startClose, untilStatus } from './world.ts';
import type { TestWorld } from './world.ts';

/* What operators find and count closes by, over all firms. */

let bundle: WorkflowBundle;
let world: TestWorld;
let engagementId: string;
beforeAll(async () => {
  bundle = await bundleWorkflows();
  world = await createWorld({ server: inject('temporalAddress'), bundle });
  const worker = await world.worker();
  engagementId = await worker.runUntil(async () => {
    const id = await startClose(world);
    await control(world, 'POST', 'faults', [
      { match: { path: '/3/sie/4' }, times: 99, fault: 'license-missing' },
    ]);
    await logIn(world, id);
    await untilStatus(world, id, ({ attention }) => attention !== null);
    return id;
  });
});
afterAll(() => world.end());

describe('the counts behind the gauges', () => {
  it('tell how many closes stand in each phase, also where there are none', async () => {
    await expect.poll(() => closesByPhase(world.client)).toContainEqual({ phase: 'importing', count: 1 });
    const counted = await closesByPhase(world.client);
    expect(counted.filter(({ count }) => count > 0)).toEqual([{ phase: 'importing', count: 1 }]);
    expect(counted).toHaveLength(6);
  });

  it('tell which problems wait for a person, and in how many closes', async () => {
    await expect
      .poll(() => attentionCodes(world.client))
      .toEqual([{ code: 'fortnox.license-missing', count: 1 }]);
  });
});

describe('the queries of docs/operate.md', () => {
  const page = readFileSync(path.join(checkoutFolder, 'docs/operate.md'), 'utf8');
  const table = page.slice(page.indexOf('| to see | query |')).split('\n\n')[0] ?? '';
  const queries = [...table.matchAll(/\| `([^`]+)` \|$/gm)].map(([, query]) => query!);

  it('are there', () => expect(queries.length).toBeGreaterThanOrEqual(10));

  it.each(queries)('%s: the server answers', async (query) => {
    const ours = query
      .replace('"FIRM"', `"${world.caller.firmId}"`)
      .replace('"fortnox.refused"', '"fortnox.license-missing"');
    const { count } = await world.client.temporal.workflow.count(ours);
    expect(count).toBeGreaterThanOrEqual(0);
  });

  it('find the close that waits for a person', async () => {
    const found: string[] = [];
    const [query] = queries;
    expect(query).toContain('NeedsAttention is not null');
    for await (const { workflowId } of world.client.temporal.workflow.list({ query: query! }))
      found.push(workflowId);
    expect(found).toContain(closeWorkflowId(engagementId));
  });
});
