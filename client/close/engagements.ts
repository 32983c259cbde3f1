import { WorkflowExecutionAlreadyStartedError } from '@temporalio/client';
import type { FinancialYear } from '../../accounting/books.ts';
import { Problem } from '../../accounting/problem.ts';
import type { FirmTransaction } from '../../db/database.ts';
import type { EngagementSettings } from '../../db/schema/engagement.ts';
import { createCompany, getCompany } from '../../db/stores/companies.ts';
import { findLiveConnection } from '../../db/stores/connections.ts';
import {
  createEngagement,
  findEngagement,
  getEngagement,
  startNextRun,
} from '../../db/stores/engagements.ts';
import type { Engagement } from '../../db/stores/engagements.ts';
import { recordHistory } from '../../db/stores/history.ts';
import { addLogFields } from '../../telemetry/log.ts';
import type { yearEndClose } from '../../workflows/index.ts';
import { closeWorkflowId } from '../../workflows/messages.ts';
import type { CloseInput, CloseState } from '../../workflows/messages.ts';
import { settingsOf } from './account-sets.ts';
import type { Caller, ClientContext } from './context.ts';
import { endOfRun } from './ending.ts';
import { isNoAnswer, isRunning } from './workflow.ts';

export interface NewClose {
  /** Made of the request's own key: the same request again, whose first answer was lost, finds what it made. */
  readonly id?: string;
  /** A company that the firm has, or a new one. */
  readonly company: { readonly id: string } | { readonly name: string; readonly organisationNumber: string };
  readonly year: FinancialYear;
  readonly settings: EngagementSettings;
  readonly responsibleUserId?: string;
}

/**
 * Starts a close: one engagement a company and financial year, and its workflow.
 * A row whose workflow could not be started just then gets it when the close is next looked at (`closeStatus`).
 * @throws Problem `engagements.exists`, `companies.not-found`, `settings.account-sets-invalid`
 */
export async function startEngagement(
  context: ClientContext,
  caller: Caller,
  close: NewClose,
): Promise<Engagement> {
  const { id } = close;
  const { accountSets = {}, ...others } = close.settings;
  const settings = { ...others, ...settingsOf(accountSets) };
  const engagement = await context.database.forFirm(caller.firmId, async (tx) => {
    const made = id === undefined ? undefined : await findEngagement(tx, id);
    if (made) return made;
    const company =
      'id' in close.company ? await getCompany(tx, close.company.id) : await createCompany(tx, close.company);
    const created = await createEngagement(tx, {
      ...(id !== undefined && { id }),
      companyId: company.id,
      yearFrom: close.year.from,
      yearTo: close.year.to,
      settings,
      ...(close.responsibleUserId !== undefined && { responsibleUserId: close.responsibleUserId }),
    });
    await recordHistory(tx, {
      actor: caller.actor,
      event: 'engagement.started',
      engagementId: created.id,
      details: { yearFrom: created.yearFrom, yearTo: created.yearTo, source: close.settings.source },
    });
    return created;
  });
  addLogFields({ engagementId: engagement.id });
  await startOrLeave(context, caller.firmId, engagement.id);
  return engagement;
}

/** The row says that the close was begun: that Temporal is away just now is no reason to refuse it. */
async function startOrLeave(context: ClientContext, firmId: string, engagementId: string): Promise<void> {
  try {
    await ensureStarted(context, firmId, engagementId);
  } catch (error) {
    if (!isNoAnswer(error)) throw error;
    context.log({ event: 'close.start-left', engagementId });
  }
}

/**
 * Starts the engagement's workflow unless it runs; safe to repeat.
 * @param resumed what it goes on from, in the place of one that runs
 */
export async function ensureStarted(
  context: ClientContext,
  firmId: string,
  engagementId: string,
  resumed?: { readonly carried: CloseState | undefined },
): Promise<void> {
  const fresh = await context.database.forFirm(firmId, (tx) => closeInput(context, tx, engagementId));
  const input = resumed?.carried ? { ...fresh, carried: resumed.carried } : fresh;
  try {
    await context.temporal.workflow.start<typeof yearEndClose>('yearEndClose', {
      args: [input],
      taskQueue: context.taskQueue,
      workflowId: closeWorkflowId(engagementId),
      ...(resumed && { workflowIdConflictPolicy: 'TERMINATE_EXISTING' as const }),
      // A firm with five hundred closes gets its share, and no more: its turn among the firms (activities inherit it).
      priority: { fairnessKey: firmId },
      staticSummary: `Year-end close, balance date ${input.financialYearEnd}`,
    });
  } catch (error) {
    if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
  }
}

async function closeInput(
  context: ClientContext,
  tx: FirmTransaction,
  engagementId: string,
): Promise<CloseInput> {
  const engagement = await getEngagement(tx, engagementId);
  const connection =
    engagement.settings.source === 'fortnox' ? await findLiveConnection(tx, engagement.companyId) : undefined;
  return {
    firmId: tx.firmId,
    engagementId,
    financialYearEnd: engagement.yearTo,
    source: engagement.settings.source,
    // A login that the company has from another year's close, or from this one's run before, is used again.
    ...(connection && { connectionId: connection.id }),
    durations: context.durations,
    searchAttributes: context.searchAttributes,
  };
}

/**
 * Opens a completed close again as a new run of the same engagement; what was approved and exported stays as it is.
 * @returns the number of the run
 * @throws Problem `close.reopen-not-now` while it runs
 */
export async function reopenEngagement(
  context: ClientContext,
  caller: Caller,
  engagementId: string,
): Promise<number> {
  const ended = await context.database.forFirm(caller.firmId, (tx) => endOfRun(tx, engagementId));
  // Its last words are written a moment before the workflow closes.
  if (ended === undefined || (await isRunning(context, engagementId))) {
    throw new Problem({
      code: 'close.reopen-not-now',
      what: 'Bokslutet är inte avslutat och behöver inte öppnas igen.',
      advice: 'Arbeta vidare i bokslutet som det är.',
    });
  }
  const run = await context.database.forFirm(caller.firmId, async (tx) => {
    const next = await startNextRun(tx, engagementId);
    await recordHistory(tx, {
      actor: caller.actor,
      event: 'engagement.reopened',
      engagementId,
      details: { run: next },
    });
    return next;
  });
  await ensureStarted(context, caller.firmId, engagementId);
  return run;
}
