import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { historyToJSON } from '@temporalio/common/lib/proto-utils.js';
import { Worker } from '@temporalio/worker';
import { isoDate } from '../../../accounting/dates.ts';
import { ore } from '../../../accounting/money.ts';
import { startEngagement } from '../../../client/close/engagements.ts';
import { bundleWorkflows } from '../../../worker/create-worker.ts';
import { closeWorkflowId } from '../../../workflows/messages.ts';
import { aside, elapsedMs, median } from '../measure.ts';
import type { BenchResult } from '../sie-read.ts';
import type { FlowCompany } from './companies.ts';
import type { FlowHouse } from './house.ts';

/** From the start of a worker process to its first task, which waits for it; the bundle; the longest recorded history replayed. */
export async function startBench(house: FlowHouse, company: FlowCompany): Promise<BenchResult[]> {
  const bundle = await bundleWorkflows();
  const longest = longestHistory();
  const replays: number[] = [];
  for (let round = 0; round < 5; round += 1)
    replays.push(
      await elapsedMs(() =>
        Worker.runReplayHistory({ workflowBundle: bundle }, longest.history, 'close/replayed'),
      ),
    );
  return [
    aside('start of a worker to its first task', await startToFirstTaskMs(house, company), 'ms'),
    aside('bundle of the workflows', bundle.code.length / 1024, 'KB'),
    aside(`replay of the longest recorded history (${longest.events} events)`, median(replays), 'ms'),
  ];
}

async function startToFirstTaskMs({ client, startWorker }: FlowHouse, company: FlowCompany): Promise<number> {
  const { id } = await startEngagement(client, company.caller, {
    company: { id: company.companyId },
    year: { from: isoDate('2025-01-01'), to: isoDate('2025-12-31') },
    settings: { source: 'fortnox', materialityOre: ore(100_00) },
  });
  const handle = client.temporal.workflow.getHandle(closeWorkflowId(id));
  const startedAt = Date.now();
  const worker = await startWorker();
  try {
    for (;;) {
      const { events } = JSON.parse(historyToJSON(await handle.fetchHistory())) as {
        events: { eventType: string; eventTime: string }[];
      };
      const first = events.find(({ eventType }) => eventType === 'EVENT_TYPE_WORKFLOW_TASK_STARTED');
      if (first) return Date.parse(first.eventTime) - startedAt;
      await sleep(50);
    }
  } finally {
    await worker.kill9();
  }
}

const folder = fileURLToPath(new URL('../../histories/', import.meta.url));

function longestHistory(): { readonly history: object; readonly events: number } {
  const all = readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.json'))
    .map((name) => JSON.parse(readFileSync(`${folder}${name}`, 'utf8')) as { events: object[] });
  const [longest] = all.toSorted((a, b) => b.events.length - a.events.length);
  if (!longest) throw new Error('no history is recorded');
  return { history: longest, events: longest.events.length };
}
