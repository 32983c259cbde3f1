import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { WorkflowBundle } from '@temporalio/worker';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { attentionCodes, closesByPhase } from '../../client/close/counts.ts';
import { retryStep } from '../../client/close/messages.ts';
import { disconnectCompany } from '../../client/close/fortnox-login.ts';
import { checkoutFolder } from '../../dev/local-folder.ts';
import { bundleWorkflows } from '../../worker/create-worker.ts';
import type { yearEndClose } from '../../workflows/index.ts';
import { closeWorkflowId, loginExpiryWorkflowId } from '../../workflows/messages.ts';
import {
  adjustment,
  control,
  createWorld,
  historyOf,
  logIn,
  saveAndApprove,
  startClose,
  untilStatus,
} from './world.ts';
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
    const [query] = queries;
    expect(query).toContain('NeedsAttention is not null');
    expect(await foundBy(query!)).toContain(closeWorkflowId(engagementId));
  });

  it('find a close without a login from the moment that its login ends, whatever it waits for', async () => {
    const query = queries.find((one) => one.endsWith('LoginExpiresAt is null'));
    const worker = await world.worker();
    await worker.runUntil(async () => {
      await control(world, 'DELETE', 'faults');
      const id = await startClose(world);
      await logIn(world, id);
      await untilStatus(world, id, ({ phase }) => phase === 'adjusting');
      expect(await foundBy(query!)).not.toContain(closeWorkflowId(id));
      expect(await detailsNow(id)).toContain('- login: valid until');

      await disconnectCompany(world.client, world.caller, id);
      await untilStatus(world, id, (now) => now.login.state === 'revoked');
      await expect.poll(() => foundBy(query!)).toContain(closeWorkflowId(id));
      expect(await detailsNow(id)).toMatch(/- login: revoked, see `login-expiry\/.+`\n/);
      expect(await detailsNow(id)).toContain('- `connectionEstablished`');
    });
  });
});

describe('Request Cancellation, the button of the Temporal UI', () => {
  const handleOf = (id: string) =>
    world.client.temporal.workflow.getHandle<typeof yearEndClose>(closeWorkflowId(id));

  it('calls the close off, in the database as well', async () => {
    const worker = await world.worker();
    await worker.runUntil(async () => {
      const id = await startClose(world);
      await logIn(world, id);
      await untilStatus(world, id, ({ phase }) => phase === 'adjusting');
      await handleOf(id).cancel();
      expect(await handleOf(id).result()).toEqual({ outcome: 'cancelled' });
      expect(await historyOf(world, id)).toContain('engagement.cancelled');
    });
  });

  it('does not take the watcher from a login', async () => {
    const worker = await world.worker();
    await worker.runUntil(async () => {
      const id = await startClose(world);
      const connectionId = await logIn(world, id);
      await untilStatus(world, id, ({ phase }) => phase === 'adjusting');
      const watcher = world.client.temporal.workflow.getHandle(loginExpiryWorkflowId(connectionId));
      await watcher.cancel();
      await disconnectCompany(world.client, world.caller, id);
      expect(await watcher.result()).toEqual({ ended: 'disconnected' });
    });
  });

  it('ends nothing once a voucher may have been sent: mended, the close goes on to its end', async () => {
    const worker = await world.worker();
    await worker.runUntil(async () => {
      const id = await startClose(world);
      await logIn(world, id);
      await untilStatus(world, id, ({ phase }) => phase === 'adjusting');
      await control(world, 'POST', 'faults', [
        { match: { method: 'POST', path: '/3/vouchers' }, times: 99, fault: 'scope-missing' },
      ]);
      await saveAndApprove(world, id, [adjustment('one')]);
      await untilStatus(world, id, ({ attention }) => attention?.step === 'sendVoucher');
      await handleOf(id).cancel();
      await control(world, 'DELETE', 'faults');
      await retryStep(world.client, world.caller, id);
      expect((await handleOf(id).result()).outcome).toBe('completed');
    });
  });
});

async function foundBy(query: string): Promise<string[]> {
  const found: string[] = [];
  for await (const { workflowId } of world.client.temporal.workflow.list({ query })) found.push(workflowId);
  return found;
}

/** What the Temporal UI shows as *Current Details*, asked as it asks. */
async function detailsNow(id: string): Promise<string> {
  const { currentDetails } = await world.client.temporal.workflow
    .getHandle(closeWorkflowId(id))
    .query<{ currentDetails: string }>('__temporal_workflow_metadata');
  return currentDetails;
}
