import { setTimeout as sleep } from 'node:timers/promises';
import { defaultPayloadConverter } from '@temporalio/common';
import { z } from 'zod';
import { Problem } from '../../accounting/problem.ts';
import type { ClientContext } from '../../client/close/context.ts';
import { closeWorkflowId, status } from '../../workflows/messages.ts';
import type { Phase } from '../../workflows/messages.ts';
import { needsAttentionKey, phaseKey } from '../../workflows/search-attributes.ts';

const heartbeat = z.object({ step: z.string(), done: z.number(), total: z.number() });
type Payload = Parameters<typeof defaultPayloadConverter.fromPayload>[0];

const everyMs = 100;

/**
 * Waits until a close has left a set of phases, showing what it does meanwhile. Asks Temporal and no worker, so that it
 * also answers while there is none.
 *
 * @throws Problem what needs a person, when the close waits for one
 */
export async function leaves(
  { temporal }: ClientContext,
  engagementId: string,
  phases: readonly Phase[],
  show: (line: string) => void = () => undefined,
): Promise<Phase> {
  const handle = temporal.workflow.getHandle(closeWorkflowId(engagementId));
  for (;;) {
    const { typedSearchAttributes, raw, status: run } = await handle.describe();
    if (typedSearchAttributes.get(needsAttentionKey) !== undefined) {
      const { attention } = await handle.query(status);
      if (attention) throw new Problem(attention);
    }
    const phase = typedSearchAttributes.get(phaseKey) as Phase | undefined;
    if (phase !== undefined && !phases.includes(phase)) return phase;
    if (run.name !== 'RUNNING') throw new Error(`The close has ended: ${run.name}.`);
    for (const { activityType, heartbeatDetails, attempt, lastFailure } of raw.pendingActivities ?? []) {
      const failed = lastFailure?.applicationFailureInfo?.type ?? lastFailure?.message;
      const again = failed ? `, attempt ${attempt} after ${failed}` : '';
      show(`${activityType?.name ?? ''} ${progressOf(heartbeatDetails?.payloads?.[0])}${again}`);
    }
    await sleep(everyMs);
  }
}

function progressOf(payload: Payload | undefined): string {
  const told = payload && heartbeat.safeParse(defaultPayloadConverter.fromPayload(payload)).data;
  if (!told) return '';
  const { step, done, total } = told;
  if (total > 0) return `${step} ${done} of ${total}`;
  return done > 0 ? `${step} ${done}` : step;
}
