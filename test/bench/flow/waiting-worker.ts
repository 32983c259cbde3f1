import { DefaultLogger, NativeConnection, Runtime, Worker } from '@temporalio/worker';
import type { Activities, LoginTerm } from '../../../activities/contract.ts';
import { bundleWorkflows } from '../../../worker/create-worker.ts';
import { queueOf } from '../../../workflows/task-queues.ts';
import { answerMemory, tell } from './tell.ts';

/**
 * The product's workflows with activities that do nothing, so that thousands of closes come to wait within minutes: address, task queue,
 * cached workflows, and `one-thread` to have the workflows' heap in this thread, where it can be measured.
 */
const [address = '', taskQueue = '', cached = '', threads] = process.argv.slice(2);
Runtime.install({ logger: new DefaultLogger('ERROR') });

const term = (): LoginTerm => ({ state: 'valid', expiresAtMs: Date.now() + 30 * 24 * 3_600_000 });
const hash = 'a'.repeat(64);
const id = '00000000-0000-4000-8000-000000000000';

const activities: Activities = {
  verifyConnection: async () => term(),
  importBooks: async () => ({
    snapshotId: id,
    snapshotHash: hash,
    vouchers: 250,
    invoices: 80,
    findings: 2,
    rows: 800,
    changed: 250,
    fortnoxRequests: 25,
    plannedRequests: 25,
    login: term(),
  }),
  generateAttachments: async ({ engagementId }) => {
    tell({ waits: engagementId });
    return { attachments: 2, withDifference: 0 };
  },
  reportMoves: async () => ({ moved: 0 }),
  openExport: async ({ engagementId }) => {
    tell({ exports: engagementId });
    return { outcome: 'opened', orderId: id, final: true, remaining: [1, 2], total: 2 };
  },
  sendVoucher: async () => 'confirmed',
  findVoucher: async () => 'confirmed',
  giveUpExport: async () => undefined,
  linkAttachments: async () => ({ linked: 2 }),
  closeExport: async () => ({ login: term() }),
  assembleBinder: async () => ({ fileId: id, sha256: hash }),
  endEngagement: async () => undefined,
  readLogin: async () => term(),
  remindLogin: async () => undefined,
  endLogin: async () => ({ engagementIds: [] }),
};

const connection = await NativeConnection.connect({ address });
const companions = await Promise.all(
  (['imports', 'documents'] as const).map((kind) =>
    Worker.create({ connection, taskQueue: queueOf(taskQueue, kind), activities: { ...activities } }),
  ),
);
const worker = await Worker.create({
  connection,
  taskQueue,
  workflowBundle: await bundleWorkflows(),
  maxCachedWorkflows: Number(cached),
  maxConcurrentActivityTaskExecutions: 40,
  activities: { ...activities },
  debugMode: threads === 'one-thread',
});
answerMemory();
tell({ works: true });
await Promise.all([worker, ...companions].map((one) => one.run()));
