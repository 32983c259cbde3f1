import { queueKinds, queueOf } from '../../workflows/task-queues.ts';
import type { ClientContext } from './context.ts';

/** Temporal's `TaskQueueType`. */
const ofWorkflows = 1;
const ofActivities = 2;

/**
 * How many workers take each kind of work, as Temporal saw them ask for it in the last five minutes. Of `steps` by who takes the
 * workflows: all places for steps may be taken for a while, those for workflows are free within moments.
 */
export function workersByQueue({ temporal, taskQueue }: ClientContext) {
  return Promise.all(
    queueKinds.map(async (queue) => {
      const { pollers } = await temporal.workflowService.describeTaskQueue({
        namespace: temporal.options.namespace,
        taskQueue: { name: queueOf(taskQueue, queue) },
        // oxlint-disable-next-line typescript/no-unsafe-enum-assignment -- its names are in a package of the SDK's own
        taskQueueType: queue === 'steps' ? ofWorkflows : ofActivities,
      });
      return { queue, count: pollers.length };
    }),
  );
}
