import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { historyToJSON } from '@temporalio/common/lib/proto-utils.js';
import packageJson from '../../package.json' with { type: 'json' };
import { migrate } from '../../db/migrate.ts';
import { startPostgres } from '../../dev/postgres.ts';
import { startTemporal } from '../../dev/temporal.ts';
import { closeRenderThreads } from '../../documents/render.ts';
import { bundleWorkflows } from '../../worker/create-worker.ts';
import { searchAttributes } from '../../workflows/search-attributes.ts';
import { createWorld } from '../workflow/world.ts';
import type { TestWorld } from '../workflow/world.ts';
import { pathNames } from './path-names.ts';
import { paths } from './paths.ts';
import type { Recorded } from './paths.ts';

/*
 * Records the histories that a release leaves running in the world: `npx tsx test/replay/record.ts [PATH…]`, once a release,
 * before it goes out. They are kept for ever under test/histories/<version>: workflow code that cannot replay them would
 * break the closes that were started with it.
 */

const folder = fileURLToPath(new URL(`../histories/${packageJson.version}/`, import.meta.url));
const asked = process.argv.slice(2);

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
    for (const name of pathNames) {
      if (asked.length > 0 && !asked.includes(name)) continue;
      const { act, durations = {}, loginTermMs } = paths[name];
      const world = await createWorld({
        server: temporal.address,
        bundle,
        database,
        durations,
        ...(loginTermMs !== undefined && { loginTermMs }),
      });
      const worker = await world.worker();
      await worker.runUntil(async () => {
        for (const [what, recorded] of Object.entries(await act(world))) {
          const file = path.join(folder, `${name}-${what}.json`);
          writeFileSync(file, `${await historyOf(world, recorded)}\n`);
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

/** Without what is of no account to a replay: who ran it (process and host), what the server counted, what the UI shows. */
async function historyOf(world: TestWorld, { workflowId, runId }: Recorded): Promise<string> {
  const history = await world.client.temporal.workflow.getHandle(workflowId, runId).fetchHistory();
  return JSON.stringify(JSON.parse(historyToJSON(history)), (key, value: unknown) => {
    if (key === 'identity') return 'recorder';
    if (ofNoAccount.has(key)) return undefined;
    if (key === 'taskQueue') return { name: 'recorded', kind: 'TASK_QUEUE_KIND_NORMAL' };
    return value;
  });
}

const ofNoAccount: ReadonlySet<string> = new Set([
  'taskId',
  'requestId',
  'historySizeBytes',
  'workerVersion',
  'meteringMetadata',
  'userMetadata',
  'priority',
]);

await record();
