import type { WorkflowExecutionDescription } from '@temporalio/client';
import { defaultPayloadConverter } from '@temporalio/common';
import { getEngagement } from '../../db/stores/engagements.ts';
import type { Caller, ClientContext } from './context.ts';
import { describeClose } from './status.ts';

/** A step that is at work, and how far it is by its own word. */
export interface StepProgress {
  /** The activity's name, `importBooks`. */
  readonly step: string;
  /** From 1; higher when it is being tried again. */
  readonly attempt: number;
  /** What it is at, and how many things of how many it has done; total 0 when that is not known. */
  readonly part?: string;
  readonly done: number;
  readonly total: number;
  /** Requests that it plans to make at Fortnox, as far as it knows by now. */
  readonly requests?: number;
}

/** The steps that are at work now. Asks Temporal and no worker, so that it also answers while there is none. */
export async function closeProgress(
  context: ClientContext,
  caller: Caller,
  engagementId: string,
): Promise<StepProgress[]> {
  await context.database.forFirm(caller.firmId, (tx) => getEngagement(tx, engagementId));
  return progressOf(await describeClose(context, engagementId));
}

/** The same from a description that is there already. */
export function progressOf({ raw }: Pick<WorkflowExecutionDescription, 'raw'>): StepProgress[] {
  return (raw.pendingActivities ?? []).map(({ activityType, attempt, heartbeatDetails }) => {
    const [payload] = heartbeatDetails?.payloads ?? [];
    const told = payload ? asHeartbeat(defaultPayloadConverter.fromPayload(payload)) : undefined;
    return {
      step: activityType?.name ?? '',
      attempt: attempt ?? 1,
      ...(told?.step !== undefined && { part: told.step }),
      done: told?.done ?? 0,
      total: told?.total ?? 0,
      ...(told?.requests !== undefined && { requests: told.requests }),
    };
  });
}

const asHeartbeat = (
  value: unknown,
): { step?: string; done?: number; total?: number; requests?: number } | undefined =>
  typeof value === 'object' && value !== null ? value : undefined;
