import { WorkflowExecutionAlreadyStartedError } from '@temporalio/common';
import type { Signal } from '../../db/stores/outbox.ts';
import {
  connectionOfLoginExpiry,
  loginExpirySummary,
  loginExpiryWorkflowId,
} from '../../workflows/messages.ts';
import type { loginExpiry } from '../../workflows/login-expiry.ts';
import type { ClientContext } from './context.ts';

/** Starts the one watcher of a login, when none runs. */
export async function startLoginWatch(
  context: ClientContext,
  firmId: string,
  connectionId: string,
): Promise<void> {
  try {
    await context.temporal.workflow.start<typeof loginExpiry>(
      'loginExpiry',
      watchOf(context, firmId, connectionId),
    );
  } catch (error) {
    if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
  }
}

/**
 * Tells a login's watcher, and starts one to be told when none runs: a login can be replaced while its close still verifies it, or
 * never be confirmed, and nobody else would revoke it. False when the signal is not for a login.
 */
export async function tellLoginWatch(
  context: ClientContext,
  firmId: string,
  { workflowId, signal, args }: Signal,
): Promise<boolean> {
  const connectionId = connectionOfLoginExpiry(workflowId);
  if (connectionId === undefined) return false;
  await context.temporal.workflow.signalWithStart<typeof loginExpiry, unknown[]>('loginExpiry', {
    ...watchOf(context, firmId, connectionId),
    signal,
    signalArgs: [...args],
  });
  return true;
}

function watchOf({ taskQueue, durations }: ClientContext, firmId: string, connectionId: string) {
  return {
    args: [{ firmId, connectionId, durations }] as Parameters<typeof loginExpiry>,
    taskQueue,
    workflowId: loginExpiryWorkflowId(connectionId),
    staticSummary: loginExpirySummary,
  };
}
