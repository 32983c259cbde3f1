import { WorkflowExecutionAlreadyStartedError } from '@temporalio/common';
import { getExternalWorkflowHandle, ParentClosePolicy, startChild } from '@temporalio/workflow';
import { loginExpiry } from './login-expiry.ts';
import { loginExpirySummary, loginExpiryWorkflowId, loginRenewed } from './messages.ts';
import type { LoginExpiryInput } from './messages.ts';

/**
 * Starts the one `loginExpiry` of a connection. It outlives the close that starts it (abandoned), because the login
 * belongs to the connection; when it runs already, it is only told to read its row again.
 */
export async function startLoginExpiry(input: LoginExpiryInput): Promise<void> {
  try {
    await startChild(loginExpiry, {
      args: [input],
      workflowId: loginExpiryWorkflowId(input.connectionId),
      parentClosePolicy: ParentClosePolicy.ABANDON,
      staticSummary: loginExpirySummary,
    });
  } catch (error) {
    if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
    await tellLoginExpiry(input.connectionId);
  }
}

/** Tells the watcher that its connection's row has changed. False when none runs. */
export async function tellLoginExpiry(connectionId: string): Promise<boolean> {
  try {
    await getExternalWorkflowHandle(loginExpiryWorkflowId(connectionId)).signal(loginRenewed);
    return true;
  } catch {
    return false;
  }
}
