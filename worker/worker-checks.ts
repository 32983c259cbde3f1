import type { NativeConnection, Worker } from '@temporalio/worker';
import type { Database } from '../db/database.ts';
import { withinMs } from '../telemetry/readiness.ts';
import type { Checks } from '../telemetry/readiness.ts';

/** What a worker stands on. `polling`: it asks for work; a worker that drains before it stops is not ready. */
export const workerChecks = (database: Database, connection: NativeConnection, worker: Worker): Checks => ({
  database: async () => database.sql`select 1`,
  temporal: () =>
    connection.withDeadline(Date.now() + withinMs, () => connection.workflowService.getSystemInfo({})),
  polling: async () => {
    const { runState, workflowPollerState, activityPollerState } = worker.getStatus();
    // Of a worker without workflows that poller is shut down from the start.
    return runState === 'RUNNING' && workflowPollerState !== 'FAILED' && activityPollerState === 'POLLING';
  },
});
