import { fileURLToPath } from 'node:url';
import { bundleWorkflowCode, Worker } from '@temporalio/worker';
import type {
  NativeConnection,
  WorkerDeploymentOptions,
  WorkerPlugin,
  WorkflowBundle,
  WorkflowBundleWithSourceMap,
} from '@temporalio/worker';
import type { Activities } from '../activities/contract.ts';
import type { Tracing } from '../telemetry/tracing.ts';
import { queueKinds, queueOf } from '../workflows/task-queues.ts';
import type { QueueKind } from '../workflows/task-queues.ts';
import { observeActivity } from './observe-activity.ts';

const workflowsPath = fileURLToPath(new URL('../workflows/index.ts', import.meta.url));
const unreadHistoryPath = fileURLToPath(new URL('../workflows/unread-history.ts', import.meta.url));
const requestTracePath = fileURLToPath(new URL('../workflows/request-trace.ts', import.meta.url));

/** The workflows as one piece of code, as workers run it. Takes about a second: made once and shared by all workers of a process. */
export function bundleWorkflows(tracing?: Tracing): Promise<WorkflowBundleWithSourceMap> {
  return bundleWorkflowCode({
    workflowsPath,
    workflowInterceptorModules: [unreadHistoryPath, ...(tracing ? [requestTracePath] : [])],
    // Loaded once for all workflows instead of once for each, which was two fifths of a cached close's memory.
    preloadModules: [workflowsPath],
    logger: quiet,
    plugins: pluginsOf(tracing),
  });
}

export interface WorkerOptions {
  readonly connection: NativeConnection;
  readonly namespace: string;
  readonly bundle: WorkflowBundle;
  readonly activities: Activities;
  readonly taskQueue: string;
  /** The kinds of work that this process takes; all of them by default. */
  readonly queues?: readonly QueueKind[] | undefined;
  /** Where traces are sent; the bundle must have been made with it. */
  readonly tracing?: Tracing | undefined;
  /** The worker's build among those of its deployment; see versioning.ts. */
  readonly deployment?: WorkerDeploymentOptions | undefined;
}

/** How many pieces of work of a kind run at once in one process. What is more waits at Temporal, where firms take turns. */
const places: Readonly<Record<QueueKind, number>> = {
  // They wait on Fortnox and Postgres most of their time; the rate limit is per company.
  steps: 40,
  // A year's books in memory each.
  imports: 6,
  // Rendered on a few threads (documents/render.ts).
  documents: 4,
};

/**
 * A worker for closes and logins: one of Temporal's for each kind of work, which live and end together; the first of them is
 * answered. `shutdownGraceTime` is longer than the longest HTTP call, so that a worker which is told to stop finishes the
 * request that it has sent; the SDK's default is 0.
 */
export async function createWorker(options: WorkerOptions): Promise<Worker> {
  const [first = 'steps', ...others] = options.queues ?? queueKinds;
  const companions = await Promise.all(others.map((kind) => createOne(options, kind, [])));
  return createOne(options, first, [livingWith(companions)]);
}

function createOne(options: WorkerOptions, kind: QueueKind, plugins: WorkerPlugin[]): Promise<Worker> {
  return Worker.create({
    connection: options.connection,
    namespace: options.namespace,
    taskQueue: queueOf(options.taskQueue, kind),
    ...(kind === 'steps' && { workflowBundle: options.bundle }),
    // All of them on every queue: a close that an earlier release began may have its steps waiting on another one.
    activities: { ...options.activities },
    ...(options.deployment && { workerDeploymentOptions: options.deployment }),
    plugins: [...pluginsOf(options.tracing), ...plugins],
    interceptors: { activity: [observeActivity] },
    // A cached close is about 60 KB: two thousand of them stay well below what one worker may use.
    maxCachedWorkflows: 2_000,
    // How long a close waits for a worker that is gone before another takes it. Its history is short, so taking it is cheap.
    stickyQueueScheduleToStartTimeout: '2 seconds',
    // They take turns on one thread: more would only wait here instead of at Temporal.
    maxConcurrentWorkflowTaskExecutions: 10,
    maxConcurrentActivityTaskExecutions: places[kind],
    // How old the progress that a person reads can be; the SDK would keep it back for four fifths of the heartbeat's time-out.
    maxHeartbeatThrottleInterval: '3 seconds',
    shutdownGraceTime: '2 minutes',
    shutdownForceTime: '3 minutes',
  });
}

/** Runs the companions for as long as the worker itself; when one of them ends or fails, all end. */
function livingWith(companions: readonly Worker[]): WorkerPlugin {
  return {
    name: 'companions',
    async runWorker(worker, next) {
      const end = (): void => {
        for (const one of [worker, ...companions]) if (one.getState() === 'RUNNING') one.shutdown();
      };
      const runs = [next(worker), ...companions.map((one) => one.run())];
      await Promise.all(runs.map((run) => run.finally(end)));
    },
  };
}

const pluginsOf = (tracing: Tracing | undefined) => (tracing ? [tracing.plugin] : []);

const nothing = (): void => undefined;
/** The bundler tells at length of what it packs. */
const quiet = { log: nothing, trace: nothing, debug: nothing, info: nothing, warn: nothing, error: nothing };
