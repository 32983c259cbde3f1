import { fileURLToPath } from 'node:url';
import { bundleWorkflowCode, Worker } from '@temporalio/worker';
import type { NativeConnection, WorkflowBundle, WorkflowBundleWithSourceMap } from '@temporalio/worker';
import type { Activities } from '../activities/contract.ts';

const workflowsPath = fileURLToPath(new URL('../workflows/index.ts', import.meta.url));

/** The workflows as one piece of code, as workers run it. Takes about a second: made once and shared by all workers of a process. */
export function bundleWorkflows(): Promise<WorkflowBundleWithSourceMap> {
  return bundleWorkflowCode({ workflowsPath, logger: quiet });
}

export interface WorkerOptions {
  readonly connection: NativeConnection;
  readonly namespace: string;
  readonly bundle: WorkflowBundle;
  readonly activities: Activities;
  readonly taskQueue: string;
}

/**
 * A worker for closes and logins. `shutdownGraceTime` is longer than the longest HTTP call, so that a worker which is
 * told to stop finishes the request that it has sent; the SDK's default is 0.
 */
export function createWorker(options: WorkerOptions): Promise<Worker> {
  return Worker.create({
    connection: options.connection,
    namespace: options.namespace,
    taskQueue: options.taskQueue,
    workflowBundle: options.bundle,
    activities: { ...options.activities },
    // A cached close is about 40 KB: two thousand of them stay well below what one worker may use.
    maxCachedWorkflows: 2_000,
    // How long a close waits for a worker that is gone before another takes it. Its history is short, so taking it is cheap.
    stickyQueueScheduleToStartTimeout: '2 seconds',
    // Activities wait on Fortnox and Postgres most of their time; the rate limit is per company.
    maxConcurrentActivityTaskExecutions: 40,
    shutdownGraceTime: '2 minutes',
    shutdownForceTime: '3 minutes',
  });
}

const nothing = (): void => undefined;
/** The bundler tells at length of what it packs. */
const quiet = { log: nothing, trace: nothing, debug: nothing, info: nothing, warn: nothing, error: nothing };
