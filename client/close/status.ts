import { Problem } from '../../accounting/problem.ts';
import { status } from '../../workflows/messages.ts';
import type { CloseStatus } from '../../workflows/messages.ts';
import type { Caller, ClientContext } from './context.ts';
import { endOfRun } from './ending.ts';
import { ensureStarted } from './engagements.ts';
import { toClose } from './workflow.ts';

/**
 * Where a close stands, from its workflow. One that ended so long ago that Temporal has forgotten it is known by its
 * history; one whose workflow was never started, because Temporal was away just then, is started now.
 * @throws Problem `engagements.not-found`; `close.no-answer` while no worker or no Temporal server answers
 */
export async function closeStatus(
  context: ClientContext,
  caller: Caller,
  engagementId: string,
): Promise<CloseStatus> {
  const ended = await context.database.forFirm(caller.firmId, (tx) => endOfRun(tx, engagementId));
  const ask = (): Promise<CloseStatus> => toClose(context, engagementId, (handle) => handle.query(status));
  try {
    return await ask();
  } catch (error) {
    if (!(error instanceof Problem) || error.code !== 'close.not-running') throw error;
    if (ended) return over(ended);
    await ensureStarted(context, caller.firmId, engagementId);
    return ask();
  }
}

const doing = { completed: 'Completed.', cancelled: 'Cancelled before anything was sent.' };

const over = (phase: 'completed' | 'cancelled'): CloseStatus => ({
  phase,
  doing: doing[phase],
  login: { state: 'none' },
  attention: null,
  snapshot: null,
  export: null,
  allowed: [],
});
