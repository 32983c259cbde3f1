import { ApplicationFailure, getExternalWorkflowHandle, workflowInfo } from '@temporalio/workflow';
import { closeWorkflowId, importRequested } from './messages.ts';
import type { WatchInput } from './messages.ts';

/**
 * One night of a watch: asks the close for an import. The close takes it only while it adjusts and its login lives, and
 * never renews the login for it. Fails when the close has ended, so that its schedule pauses itself.
 */
export async function watchBooks({ engagementId }: WatchInput): Promise<void> {
  try {
    await getExternalWorkflowHandle(closeWorkflowId(engagementId)).signal(importRequested, {
      requestId: workflowInfo().runId,
      requestedBy: 'watch',
    });
  } catch {
    throw ApplicationFailure.nonRetryable('the close has ended', 'watch.close-ended');
  }
}
