import { z } from 'zod';
import type { WorkflowHandle } from '@temporalio/client';
import { payloadsOf } from './payloads.ts';

type Events = NonNullable<Awaited<ReturnType<WorkflowHandle['fetchHistory']>>['events']>;

const input = z.object({
  carried: z.object({ approvals: z.array(z.string()), seenMessages: z.array(z.string()) }).optional(),
});
const told = z.object({ approvalId: z.string() });
const stale = z.object({ outcome: z.literal('stale') });

/**
 * The approvals whose export a workflow has under way or still ahead of it, by the history of its present run: with every other
 * it has done, in this run or in one before, since no run goes on as a new one amid an export.
 */
export function approvalsAhead(events: Events): ReadonlySet<string> {
  const waiting = new Set<string>();
  const seen = new Set<string>();
  let underWay: string | undefined;
  const steps = new Map<string, string>();

  for (const event of events) {
    const started = input.safeParse(payloadsOf(event.workflowExecutionStartedEventAttributes?.input)[0]);
    for (const id of started.data?.carried?.seenMessages ?? []) seen.add(id);
    for (const id of started.data?.carried?.approvals ?? []) waiting.add(id);

    const signal = event.workflowExecutionSignaledEventAttributes;
    const approved = told.safeParse(payloadsOf(signal?.input)[0]).data?.approvalId;
    if (approved !== undefined && !seen.has(approved)) {
      seen.add(approved);
      waiting.add(approved);
    }

    const scheduled = event.activityTaskScheduledEventAttributes;
    const step = scheduled?.activityType?.name ?? '';
    steps.set(String(event.eventId), step);
    if (step === 'openExport') {
      underWay = told.safeParse(payloadsOf(scheduled?.input)[0]).data?.approvalId;
      waiting.delete(underWay ?? '');
    }
    // Books are never read amid an export: it was left before its order was opened.
    if (step === 'importBooks') underWay = undefined;

    const completed = event.activityTaskCompletedEventAttributes;
    const done = steps.get(String(completed?.scheduledEventId));
    const wasStale = done === 'openExport' && stale.safeParse(payloadsOf(completed?.result)[0]).success;
    if (done === 'closeExport' || done === 'giveUpExport' || wasStale) underWay = undefined;
  }
  return new Set([...waiting, ...(underWay === undefined ? [] : [underWay])]);
}
