import type { Client, WorkflowExecutionDescription } from '@temporalio/client';
import { Problem } from '../../accounting/problem.ts';
import { closeWorkflowId } from '../../workflows/messages.ts';
import type { CloseStatus } from '../../workflows/messages.ts';
import { askStatus } from './ask-status.ts';
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
  const described = describeClose(context, engagementId);
  return statusOfKnown(context, caller, engagementId, ended, described);
}

/** The workflow as Temporal's server knows it, without asking a worker. @throws Problem as `toClose` */
export const describeClose = (
  context: ClientContext,
  engagementId: string,
): Promise<WorkflowExecutionDescription> => toClose(context, engagementId, (handle) => handle.describe());

/** `closeStatus` of a close that is known to be the caller's, with what its history says of its end. */
export async function statusOfKnown(
  context: ClientContext,
  caller: Caller,
  engagementId: string,
  ended: 'completed' | 'cancelled' | undefined,
  described: Promise<WorkflowExecutionDescription>,
): Promise<CloseStatus> {
  try {
    return await statusAt(context, engagementId, await described);
  } catch (error) {
    if (!(error instanceof Problem) || error.code !== 'close.not-running') throw error;
    if (ended) return over(ended);
    await ensureStarted(context, caller.firmId, engagementId);
    return statusAt(context, engagementId, await describeClose(context, engagementId));
  }
}

interface Kept {
  readonly runId: string;
  readonly historyLength: number;
  readonly status: CloseStatus;
}

const shelves = new WeakMap<Client, Map<string, Kept>>();
const mostKept = 5_000;

/**
 * The status is made from the workflow's history alone: while no event has been added, the answer that a worker gave before
 * holds, and no worker is asked. The length was read before the question, so that what is kept is never older than it says.
 */
async function statusAt(
  context: ClientContext,
  engagementId: string,
  { runId, historyLength }: WorkflowExecutionDescription,
): Promise<CloseStatus> {
  const shelf = shelves.get(context.temporal) ?? new Map<string, Kept>();
  shelves.set(context.temporal, shelf);
  const id = closeWorkflowId(engagementId);
  const kept = shelf.get(id);
  if (kept?.runId === runId && kept.historyLength === historyLength) return kept.status;
  const answer = await toClose(context, engagementId, askStatus);
  shelf.delete(id);
  shelf.set(id, { runId, historyLength, status: answer });
  const [oldest] = shelf.keys();
  if (shelf.size > mostKept && oldest !== undefined) shelf.delete(oldest);
  return answer;
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
