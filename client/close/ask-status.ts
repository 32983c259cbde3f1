import { setTimeout as sleep } from 'node:timers/promises';
import { QueryNotRegisteredError } from '@temporalio/client';
import type { WorkflowHandle } from '@temporalio/client';
import { status } from '../../workflows/messages.ts';
import type { CloseStatus } from '../../workflows/messages.ts';
import { unreadHistory } from '../../workflows/unread-history.ts';

const againAfterMs = 100;

/** Asks a close where it stands; again, until the caller's deadline, when the question came before the close's own workflow task. */
export async function askStatus(handle: Pick<WorkflowHandle, 'query'>): Promise<CloseStatus> {
  for (;;) {
    try {
      return await handle.query(status);
    } catch (error) {
      // So the SDK calls every query that failed.
      if (!(error instanceof QueryNotRegisteredError && error.message.includes(unreadHistory))) throw error;
      await sleep(againAfterMs);
    }
  }
}
