import { ensureNotification } from '../../db/stores/notifications.ts';
import { askStatus } from '../close/ask-status.ts';
import { closeWorkflowId } from '../../workflows/messages.ts';
import { firmIdKey, needsAttentionKey } from '../../workflows/search-attributes.ts';
import type { ClientContext } from '../close/context.ts';

/**
 * Writes a notification for each close that has come to need a person, as Temporal's list knows it: whichever way it got
 * there, an error, a patience that ended or an approval gone stale.
 * @param known what was told of before, and stands; the same problem again within one sweep is no news
 */
export async function notifyAttention(
  context: ClientContext,
  known: Set<string>,
  stopped: AbortSignal,
): Promise<void> {
  const { temporal, taskQueue, database } = context;
  const query = `TaskQueue = '${taskQueue}' and ExecutionStatus = 'Running' and ${needsAttentionKey.name} is not null`;
  const standing = new Set<string>();
  for await (const { workflowId, typedSearchAttributes } of temporal.workflow.list({ query })) {
    const code = typedSearchAttributes.get(needsAttentionKey);
    const firmId = typedSearchAttributes.get(firmIdKey);
    const engagementId = workflowId.slice(closeWorkflowId('').length);
    const problem = `${workflowId} ${code}`;
    if (code === undefined || firmId === undefined) continue;
    standing.add(problem);
    if (known.has(problem)) continue;
    const { attention } = await temporal.withAbortSignal(stopped, () =>
      temporal.withDeadline(Date.now() + answerWithinMs, () =>
        askStatus(temporal.workflow.getHandle(workflowId)),
      ),
    );
    // The list is a second or two late: it may be mended by now, or be another problem, which comes next time.
    if (attention?.code !== code) continue;
    const since = new Date(attention.sinceMs).toISOString();
    await database.forFirm(firmId, (tx) =>
      ensureNotification(tx, {
        kind: 'close.attention',
        dueKey: `close.attention/${engagementId}/${code}/${since}`,
        engagementId,
        details: { code, step: attention.step, since },
      }),
    );
    known.add(problem);
  }
  for (const problem of known) if (!standing.has(problem)) known.delete(problem);
}

/** When nobody works the queue, the first question ends the round. */
const answerWithinMs = 5_000;
