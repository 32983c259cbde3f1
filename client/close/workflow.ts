import { isGrpcServiceError, WorkflowNotFoundError } from '@temporalio/client';
import type { WorkflowHandle } from '@temporalio/client';
import { Problem } from '../../accounting/problem.ts';
import type { ProblemDetails } from '../../accounting/problem.ts';
import { closeWorkflowId } from '../../workflows/messages.ts';
import type { ClientContext } from './context.ts';

/** A person waits for the answer: longer than a busy worker needs, shorter than patience. */
const answerWithinMs = 10_000;

/** Refuses what would be said to nobody: the close has ended. @throws Problem as `toClose`, `close.ended` */
export async function assertRunning(context: ClientContext, engagementId: string): Promise<void> {
  if (await isRunning(context, engagementId)) return;
  throw new Problem(closeEnded);
}

export const closeEnded: ProblemDetails = {
  code: 'close.ended',
  what: 'Bokslutet är avslutat.',
  advice: 'Öppna bokslutet igen om arbetet ska fortsätta.',
};

/** False also for a workflow that Temporal has forgotten, as it does some time after the end. */
export async function isRunning(context: ClientContext, engagementId: string): Promise<boolean> {
  try {
    const { status: run } = await toClose(context, engagementId, (handle) => handle.describe());
    return run.name === 'RUNNING';
  } catch (error) {
    if (error instanceof Problem && error.code === 'close.not-running') return false;
    throw error;
  }
}

/**
 * Calls the engagement's workflow.
 * @throws Problem `close.not-running` when there is no workflow of it (any more); `close.no-answer` while no worker or no
 * Temporal server answers
 */
export async function toClose<T>(
  { temporal }: ClientContext,
  engagementId: string,
  call: (handle: WorkflowHandle) => Promise<T>,
): Promise<T> {
  try {
    return await temporal.withDeadline(Date.now() + answerWithinMs, () =>
      call(temporal.workflow.getHandle(closeWorkflowId(engagementId))),
    );
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) throw notRunning(engagementId, error);
    if (isNoAnswer(error)) throw noAnswer(error);
    throw error;
  }
}

/** gRPC's CANCELLED, DEADLINE_EXCEEDED, FAILED_PRECONDITION (no worker has ever polled) and UNAVAILABLE. */
const noAnswerCodes: ReadonlySet<number> = new Set([1, 4, 9, 14]);

/** Nobody answered in time: no worker polls, or Temporal cannot be reached. */
export function isNoAnswer(error: unknown): boolean {
  const cause = error instanceof Error && isGrpcServiceError(error.cause) ? error.cause : error;
  return isGrpcServiceError(cause) && noAnswerCodes.has(cause.code);
}

const notRunning = (engagementId: string, cause: unknown): Problem =>
  new Problem(
    {
      code: 'close.not-running',
      what: `Bokslutet ${engagementId} har inget pågående arbetsflöde.`,
      advice: 'Öppna bokslutet igen om arbetet ska fortsätta.',
    },
    { cause },
  );

const noAnswer = (cause: unknown): Problem =>
  new Problem(
    {
      code: 'close.no-answer',
      what: 'Bokslutets arbetsflöde svarar inte just nu.',
      advice:
        'Inget är förlorat. Försök igen om en stund; hjälper det inte, låt driften se att en worker är igång.',
    },
    { cause },
  );
