import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Client } from '@temporalio/client';
import { productionDurations } from '../../../workflows/durations.ts';
import type { loginExpiry, yearEndClose } from '../../../workflows/index.ts';
import { closeWorkflowId, loginExpiryWorkflowId } from '../../../workflows/messages.ts';
import { aside, figure, median } from '../measure.ts';
import type { BenchResult } from '../sie-read.ts';
import { startWaitingWorker } from './waiting-process.ts';
import type { WaitingWorker } from './waiting-process.ts';

const firmId = randomUUID();
const mostHeapKb = 60;
const withinMs = 1_000;
const perSecond = 4;
/** Workflows whose heap is measured: what the worker itself comes to hold meanwhile, a megabyte now and then, is to be little beside them. */
const measured = 300;

/** What a close costs while it waits: its heap when it is cached, and thousands of them on one worker with a bounded cache. */
export async function waitingBench(
  client: Client,
  address: string,
  size: { readonly waiting: number; readonly cached: number; readonly seconds: number },
  tell: (line: string) => void,
): Promise<BenchResult[]> {
  const heap = await heapOfCached(client, address);
  const results = [
    figure('heap of a cached close', heap.closeKb, 'KB', 'lower', mostHeapKb),
    aside('heap of a cached login', heap.loginKb, 'KB'),
    aside('heap of a cached bare workflow, with its login', await heapOfBare(client, address), 'KB'),
  ];
  const taskQueue = 'waiting';
  const worker = await startWaitingWorker({ address, taskQueue, cached: size.cached });
  try {
    const crowd = await gather(client, taskQueue, worker, size.waiting, async (waiting) => {
      const { rssBytes } = await worker.memory();
      tell(`  ${waiting} wait: ${(rssBytes / 1e6).toFixed(0)} MB`);
      return rssBytes;
    });
    const approved = await approve(client, worker, crowd.ids, size.seconds);
    // From when the cache is full: what comes after must find its place in the same room.
    const first = crowd.rssBytes[Math.ceil((size.cached / size.waiting) * crowd.rssBytes.length)] ?? 0;
    const last = median(approved.rssBytes);
    const sorted = approved.answeredMs.toSorted((a, b) => a - b);
    const at = (share: number): number => sorted[Math.floor((sorted.length - 1) * share)] ?? 0;
    return [
      ...results,
      figure(
        `memory with ${size.waiting} waiting / with a full cache of ${size.cached}`,
        last / first,
        '×',
        'lower',
        1.15,
      ),
      aside(`memory of a worker with ${size.waiting} waiting`, last / 1e6, 'MB'),
      figure(`an approval among ${size.waiting} waiting is taken up, p99`, at(0.99), 'ms', 'lower', withinMs),
      aside('  the same, median', at(0.5), 'ms'),
      aside(`closes brought to wait`, crowd.perSecond, 'closes/s'),
    ];
  } finally {
    await worker.stop();
  }
}

async function heapOfCached(
  client: Client,
  address: string,
): Promise<{ readonly closeKb: number; readonly loginKb: number }> {
  const taskQueue = 'heap';
  const count = measured;
  const worker = await startWaitingWorker({ address, taskQueue, cached: 10_000, oneThread: true });
  try {
    // The first ones bring in what all share.
    await gather(client, taskQueue, worker, 20);
    const before = await worker.memory();
    const connectionIds = Array.from({ length: count }, () => randomUUID());
    for (const connectionId of connectionIds) {
      const handle = await client.workflow.start<typeof loginExpiry>('loginExpiry', {
        args: [{ firmId, connectionId, durations: productionDurations }],
        workflowId: loginExpiryWorkflowId(connectionId),
        taskQueue,
      });
      await untilTimer(handle);
    }
    const logins = await worker.memory();
    await gather(client, taskQueue, worker, count, undefined, connectionIds);
    const closes = await worker.memory();
    const kb = (more: number): number => more / count / 1024;
    return {
      loginKb: kb(logins.heapBytes - before.heapBytes),
      closeKb: kb(closes.heapBytes - logins.heapBytes),
    };
  } finally {
    await worker.stop();
  }
}

/** What the SDK keeps for any workflow that asks as much of it and remembers nothing. */
async function heapOfBare(client: Client, address: string): Promise<number> {
  const taskQueue = 'bare-heap';
  const worker = await startWaitingWorker({
    program: 'bare',
    address,
    taskQueue,
    cached: 10_000,
    oneThread: true,
  });
  try {
    const seen = { waiting: 0 };
    worker.on((message) => void ('waits' in message && (seen.waiting += 1)));
    const start = async (count: number): Promise<void> => {
      const wanted = seen.waiting + count;
      for (let each = 0; each < count; each += 1) {
        const id = randomUUID();
        await client.workflow.start('bareClose', { args: [id], taskQueue, workflowId: `bare/${id}` });
      }
      while (seen.waiting < wanted) await sleep(20);
    };
    await start(20);
    const before = await worker.memory();
    await start(measured);
    return ((await worker.memory()).heapBytes - before.heapBytes) / measured / 1024;
  } finally {
    await worker.stop();
  }
}

/** A login that sleeps has set its timer. */
async function untilTimer(handle: {
  describe(): Promise<{ readonly historyLength: number }>;
}): Promise<void> {
  const settled = 8;
  while ((await handle.describe()).historyLength < settled) await sleep(10);
}

const atOnce = 50;

/** Starts closes, some at once, until so many wait for their approval; looks at the memory ten times on the way. */
async function gather(
  client: Client,
  taskQueue: string,
  worker: WaitingWorker,
  count: number,
  look?: (waiting: number) => Promise<number>,
  connectionIds: readonly string[] = [],
): Promise<{
  readonly ids: readonly string[];
  readonly rssBytes: readonly number[];
  readonly perSecond: number;
}> {
  const ids: string[] = [];
  const rssBytes: number[] = [];
  const seen = { waiting: 0 };
  worker.on((message) => {
    if ('waits' in message) seen.waiting += 1;
  });
  const startedAt = performance.now();
  while (seen.waiting < count) {
    const room = Math.min(count - ids.length, atOnce - (ids.length - seen.waiting));
    await Promise.all(
      Array.from({ length: room }, async (_, index) => {
        const engagementId = randomUUID();
        const connectionId = connectionIds[ids.length + index] ?? randomUUID();
        ids.push(engagementId);
        await client.workflow.start<typeof yearEndClose>('yearEndClose', {
          args: [
            {
              firmId,
              engagementId,
              connectionId,
              financialYearEnd: '2025-12-31',
              source: 'fortnox',
              durations: productionDurations,
              searchAttributes: true,
            },
          ],
          workflowId: closeWorkflowId(engagementId),
          taskQueue,
        });
      }),
    );
    if (room === 0) await sleep(20);
    if (look && seen.waiting >= ((rssBytes.length + 1) * count) / 10) rssBytes.push(await look(seen.waiting));
  }
  return { ids, rssBytes, perSecond: count / ((performance.now() - startedAt) / 1000) };
}

/** Approves closes at random at a steady rate: from the signal's sending until the close begins its export. */
async function approve(
  client: Client,
  worker: WaitingWorker,
  ids: readonly string[],
  seconds: number,
): Promise<{ readonly answeredMs: readonly number[]; readonly rssBytes: readonly number[] }> {
  const sentAt = new Map<string, number>();
  const answeredMs: number[] = [];
  worker.on((message) => {
    if (!('exports' in message)) return;
    answeredMs.push(performance.now() - (sentAt.get(message.exports) ?? 0));
  });
  const count = Math.min(ids.length, seconds * perSecond);
  const rssBytes: number[] = [];
  // Evenly over all, so that most of them are not in the cache.
  const chosen = Array.from({ length: count }, (_, index) => ids[Math.floor((index * ids.length) / count)]!);
  for (const [index, engagementId] of chosen.entries()) {
    sentAt.set(engagementId, performance.now());
    await client.workflow
      .getHandle(closeWorkflowId(engagementId))
      .signal('adjustmentsApproved', { approvalId: randomUUID() });
    if (index % (5 * perSecond) === 0) rssBytes.push((await worker.memory()).rssBytes);
    const due = (sentAt.get(chosen[0]!) ?? 0) + ((index + 1) * 1_000) / perSecond;
    await sleep(Math.max(0, due - performance.now()));
  }
  while (answeredMs.length < count) await sleep(20);
  return { answeredMs, rssBytes };
}
