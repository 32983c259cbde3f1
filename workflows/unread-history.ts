import type { WorkflowInterceptorsFactory } from '@temporalio/workflow';

/** What a refused query says; `client/close/ask-status.ts` knows it and asks again. */
export const unreadHistory = 'asked of a history that no workflow task has read to its end';

/**
 * Refuses to answer a query from events that no workflow task has taken up yet, which also throws the workflow out of the cache.
 *
 * A query that reaches a worker without the workflow in its cache (the one before was killed) brings the whole history with it, and the
 * SDK runs the workflow to its very end, though the last events still wait for their workflow task. When a signal comes in between,
 * that task tells this run of the signal alone, while every later replay hears of the signal first and of the events after it: other
 * commands in another order, and the close would stand still for good (`NonDeterministicError`). Such a run shows itself by going
 * further in the history while the time, which each workflow task sets, stays the same.
 */
export const interceptors: WorkflowInterceptorsFactory = () => {
  const read = { length: 0, time: '', isAhead: false };
  return {
    internals: [
      {
        activate(input, next) {
          const { jobs, historyLength, timestamp } = input.activation;
          const isQuery = jobs?.some(({ queryWorkflow }) => queryWorkflow) ?? false;
          if (isQuery && read.isAhead) throw new Error(unreadHistory);
          if (!isQuery) {
            const time = `${String(timestamp?.seconds)}.${String(timestamp?.nanos)}`;
            const length = historyLength ?? 0;
            read.isAhead = read.length > 0 && length > read.length && time === read.time;
            read.length = length;
            read.time = time;
          }
          next(input);
        },
      },
    ],
  };
};
