import type { Client } from '@temporalio/client';
import { historyToJSON } from '@temporalio/common/lib/proto-utils.js';

/** What a run has asked of Temporal, by kind of event, and how much of it there is. */
export interface HistorySize {
  readonly events: number;
  /** As the server counts it. */
  readonly bytes: number;
  /** What the server writes to its database for it, as Temporal reckons load. */
  readonly transitions: number;
  readonly kinds: Readonly<Record<string, number>>;
}

export async function historySize(client: Client, workflowId: string): Promise<HistorySize> {
  const handle = client.workflow.getHandle(workflowId);
  const { historySize: bytes = 0, raw } = await handle.describe();
  const history = JSON.parse(historyToJSON(await handle.fetchHistory())) as {
    events: { eventType: string }[];
  };
  const kinds: Record<string, number> = {};
  for (const { eventType } of history.events) kinds[eventType] = (kinds[eventType] ?? 0) + 1;
  const transitions = Number(raw.workflowExecutionInfo?.stateTransitionCount ?? 0);
  return { events: history.events.length, bytes, transitions, kinds };
}

/** What a bare workflow must have as many of as a close. */
const compared = [
  'ACTIVITY_TASK_SCHEDULED',
  'TIMER_STARTED',
  'START_CHILD_WORKFLOW_EXECUTION_INITIATED',
  'SIGNAL_EXTERNAL_WORKFLOW_EXECUTION_INITIATED',
  'WORKFLOW_EXECUTION_SIGNALED',
].map((kind) => `EVENT_TYPE_${kind}`);

/** @throws Error naming what one has more of than the other */
export function assertAlike(close: HistorySize, bare: HistorySize): void {
  const unlike = compared.filter((kind) => (close.kinds[kind] ?? 0) !== (bare.kinds[kind] ?? 0));
  if (unlike.length === 0) return;
  const told = unlike.map((kind) => `${kind}: ${close.kinds[kind] ?? 0} and ${bare.kinds[kind] ?? 0}`);
  throw new Error(`a close and the bare workflow differ in ${told.join(', ')}`);
}
