import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { historyToJSON } from '@temporalio/common/lib/proto-utils.js';
import packageJson from '../../package.json' with { type: 'json' };
import { cancelClose, retryStep } from '../../client/close/messages.ts';
import { migrate } from '../../db/migrate.ts';
import { startPostgres } from '../../dev/postgres.ts';
import { startTemporal } from '../../dev/temporal.ts';
import { closeRenderThreads } from '../../documents/render.ts';
import { bundleWorkflows } from '../../worker/create-worker.ts';
import { closeWorkflowId, loginExpiryWorkflowId } from '../../workflows/messages.ts';
import { searchAttributes } from '../../workflows/search-attributes.ts';
import {
  adjustment,
  control,
  createWorld,
  inFortnox,
  logIn,
  saveAndApprove,
  startClose,
  untilStatus,
} from '../workflow/world.ts';
import type { TestWorld } from '../workflow/world.ts';

/*
 * Records the histories that a release leaves running in the world: `npx tsx test/replay/record.ts`, once a release, before
 * it goes out. They are kept for ever under test/histories/<version>: workflow code that cannot replay them would break
 * the closes that were started with it.
 */

const folder = fileURLToPath(new URL(`../histories/${packageJson.version}/`, import.meta.url));

/** What the accountant and Fortnox do in each path; the worker runs meanwhile. Answers the workflows to keep, by name. */
const paths: Record<string, (world: TestWorld) => Promise<Record<string, string>>> = {
  async normal(world) {
    const engagementId = await startClose(world);
    await logIn(world, engagementId);
    await untilStatus(world, engagementId, ({ phase }) => phase === 'adjusting');
    await saveAndApprove(world, engagementId, [adjustment('one'), adjustment('two')]);
    await resultOf(world, engagementId);
    return { close: closeWorkflowId(engagementId) };
  },

  async attention(world) {
    const engagementId = await startClose(world);
    await logIn(world, engagementId);
    await untilStatus(world, engagementId, ({ phase }) => phase === 'adjusting');
    await inFortnox(world, { op: 'setAccount', number: '3740', active: false });
    await control(world, 'POST', 'faults', {
      match: { method: 'POST', path: '/3/vouchers' },
      times: 1,
      fault: 'cut-after-commit',
    });
    await saveAndApprove(world, engagementId, [adjustment('one')]);
    await untilStatus(world, engagementId, ({ attention }) => attention !== null);
    await inFortnox(world, { op: 'setAccount', number: '3740', active: true });
    await retryStep(world.client, world.caller, engagementId);
    await resultOf(world, engagementId);
    return { close: closeWorkflowId(engagementId) };
  },

  async expiry(world) {
    const engagementId = await startClose(world);
    const connectionId = await logIn(world, engagementId);
    await untilStatus(
      world,
      engagementId,
      ({ phase, login }) => phase === 'adjusting' && login.state === 'expired',
    );
    const watch = loginExpiryWorkflowId(connectionId);
    await world.client.temporal.workflow.getHandle(watch).result();
    await saveAndApprove(world, engagementId, [adjustment('one')]);
    await untilStatus(world, engagementId, ({ phase }) => phase === 'exporting');
    await logIn(world, engagementId);
    await resultOf(world, engagementId);
    return { close: closeWorkflowId(engagementId), login: watch };
  },

  async cancel(world) {
    const engagementId = await startClose(world);
    await logIn(world, engagementId);
    await untilStatus(world, engagementId, ({ phase }) => phase === 'adjusting');
    await cancelClose(world.client, world.caller, engagementId);
    await resultOf(world, engagementId);
    return { close: closeWorkflowId(engagementId) };
  },
};

const resultOf = (world: TestWorld, engagementId: string): Promise<unknown> =>
  world.client.temporal.workflow.getHandle(closeWorkflowId(engagementId)).result();

async function record(): Promise<void> {
  const postgres = await startPostgres();
  const temporal = await startTemporal({ headless: true, searchAttributes });
  try {
    const appPassword = 'recording';
    await migrate(postgres.adminUrl, { appPassword });
    const appUrl = new URL(postgres.adminUrl);
    appUrl.username = 'bokslut_app';
    appUrl.password = appPassword;
    const database = { adminUrl: postgres.adminUrl, appUrl: appUrl.href, drop: async () => undefined };
    const bundle = await bundleWorkflows();
    mkdirSync(folder, { recursive: true });
    for (const [name, act] of Object.entries(paths)) {
      // A "day" of a tenth of a second: the 30 days of a login pass while the close waits in adjusting.
      const hurried = name === 'expiry';
      const world = await createWorld({
        server: temporal.address,
        bundle,
        database,
        ...(hurried && { durations: { dayMs: 200 }, loginTermMs: 30 * 200 }),
      });
      const worker = await world.worker();
      await worker.runUntil(async () => {
        for (const [workflow, workflowId] of Object.entries(await act(world))) {
          const handle = world.client.temporal.workflow.getHandle(workflowId);
          const file = path.join(folder, `${name}-${workflow}.json`);
          writeFileSync(file, `${withoutHost(historyToJSON(await handle.fetchHistory()))}\n`);
          console.log(path.relative(process.cwd(), file));
        }
      });
      await world.end();
    }
  } finally {
    await closeRenderThreads();
    await temporal.stop();
    await postgres.stop();
  }
}

/** Who ran it (process and host) is of no account to a replay. */
const withoutHost = (history: string): string =>
  JSON.stringify(JSON.parse(history), (key, value: unknown) => (key === 'identity' ? 'recorder' : value));

await record();
