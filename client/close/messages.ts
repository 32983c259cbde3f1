import { randomUUID } from 'node:crypto';
import { Problem } from '../../accounting/problem.ts';
import { getEngagement } from '../../db/stores/engagements.ts';
import { recordHistory } from '../../db/stores/history.ts';
import { addLogFields } from '../../telemetry/log.ts';
import { cancelRequested, importRequested, retryRequested } from '../../workflows/messages.ts';
import type { Action } from '../../workflows/messages.ts';
import type { Caller, ClientContext } from './context.ts';
import { closeStatus } from './status.ts';
import { toClose } from './workflow.ts';

/** Asks for a new import; the same request id twice is one import. */
export async function requestImport(
  context: ClientContext,
  caller: Caller,
  engagementId: string,
  requestId: string = randomUUID(),
): Promise<{ readonly requestId: string }> {
  addLogFields({ importId: requestId });
  await allowed(context, caller, engagementId, 'import');
  await record(context, caller, engagementId, 'import.requested', { requestId });
  await toClose(context, engagementId, (handle) =>
    handle.signal(importRequested, { requestId, requestedBy: 'person' }),
  );
  return { requestId };
}

/** What was wrong is mended: the same step again. */
export async function retryStep(context: ClientContext, caller: Caller, engagementId: string): Promise<void> {
  const { attention } = await allowed(context, caller, engagementId, 'retry');
  await record(context, caller, engagementId, 'step.retried', {
    step: attention?.step,
    code: attention?.code,
  });
  await toClose(context, engagementId, (handle) => handle.signal(retryRequested));
}

/** Calls the close off; possible until the first voucher was sent. */
export async function cancelClose(
  context: ClientContext,
  caller: Caller,
  engagementId: string,
): Promise<void> {
  await allowed(context, caller, engagementId, 'cancel');
  await record(context, caller, engagementId, 'close.cancel-requested', {});
  await toClose(context, engagementId, (handle) => handle.signal(cancelRequested));
}

async function allowed(context: ClientContext, caller: Caller, engagementId: string, action: Action) {
  const status = await closeStatus(context, caller, engagementId);
  if (!status.allowed.includes(action)) throw new Problem(refusal(action, status.phase));
  return status;
}

function refusal(action: Action, phase: string) {
  if (action === 'cancel' && phase !== 'cancelled') {
    return {
      code: 'close.cancel-too-late',
      what: 'Bokslutet går inte att avbryta: minst en verifikation är skickad till Fortnox.',
      advice: 'Rätta med en ny bokslutsverifikation som vänder den skickade; bokföring tas aldrig bort.',
    };
  }
  return {
    code: `close.${action}-not-now`,
    what:
      action === 'retry' ? 'Inget steg väntar på ett nytt försök.' : `Det går inte att göra nu (${phase}).`,
    advice: 'Läs in sidan igen för att se vad som kan göras.',
  };
}

async function record(
  context: ClientContext,
  caller: Caller,
  engagementId: string,
  event: string,
  details: Readonly<Record<string, unknown>>,
): Promise<void> {
  await context.database.forFirm(caller.firmId, async (tx) => {
    await getEngagement(tx, engagementId);
    await recordHistory(tx, { actor: caller.actor, event, engagementId, details });
  });
}
