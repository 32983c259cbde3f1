import { Context } from '@temporalio/activity';
import { ApplicationFailure, CancelledFailure } from '@temporalio/common';
import { errorTrace } from '../accounting/error-trace.ts';
import { Problem } from '../accounting/problem.ts';
import type { ProblemDetails } from '../accounting/problem.ts';
import { FortnoxError } from '../fortnox/error.ts';
import type { Log } from './context.ts';

const internal: ProblemDetails = {
  code: 'step.failed',
  what: 'Steget misslyckades av ett internt fel.',
  advice: 'Försök igen. Om felet kommer tillbaka behöver driften se loggen.',
};

/**
 * The one place where an error leaves an activity. What goes into Temporal's history is the problem's own words; of an
 * error that is no problem the log is told its kind and where it was thrown: its message can hold anything.
 *
 * | thrown | becomes |
 * |---|---|
 * | FortnoxError `retry` | retried, after Fortnox's own pause when it named one |
 * | FortnoxError, other kinds; Problem | not retried: a person must mend it (`login.*`: log in again) |
 * | cancellation, ApplicationFailure | passed on |
 * | anything else | logged without its message; retried as `step.failed` |
 */
export function toFailure(error: unknown, log: Log): Error {
  if (error instanceof CancelledFailure || error instanceof ApplicationFailure) return error;
  if (error instanceof FortnoxError && error.kind === 'retry') {
    return failure(error.details, {
      nonRetryable: false,
      ...(error.retryAfterMs !== undefined && { nextRetryDelay: error.retryAfterMs }),
    });
  }
  if (error instanceof Problem) return failure(error.details, { nonRetryable: true });
  log.error(
    { error: errorTrace(error), ...activityInfo() },
    'an activity failed by an error that is no problem',
  );
  return failure(internal, { nonRetryable: false });
}

/** A problem that goes away by itself: tried again, and put before a person only when patience ends. */
export const passing = (details: ProblemDetails): ApplicationFailure =>
  failure(details, { nonRetryable: false });

function failure(
  details: ProblemDetails,
  how: { nonRetryable: boolean; nextRetryDelay?: number },
): ApplicationFailure {
  const made = ApplicationFailure.create({
    type: details.code,
    message: details.code,
    details: [details],
    ...how,
  });
  made.stack = '';
  return made;
}

function activityInfo(): { activity?: string; workflowId?: string; attempt?: number } {
  try {
    const { activityType, workflowExecution, attempt } = Context.current().info;
    return {
      activity: activityType,
      attempt,
      ...(workflowExecution && { workflowId: workflowExecution.workflowId }),
    };
  } catch {
    return {};
  }
}
