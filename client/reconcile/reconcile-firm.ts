import { WorkflowNotFoundError } from '@temporalio/client';
import { listApprovals } from '../../db/stores/approvals.ts';
import { findLiveConnection, listConnections } from '../../db/stores/connections.ts';
import { getEngagement, listEngagements } from '../../db/stores/engagements.ts';
import type { Engagement } from '../../db/stores/engagements.ts';
import { findOpenOrder, listOrders, listVouchersOfEngagement } from '../../db/stores/exports.ts';
import { endingOf, listHistoryOf, recordHistory } from '../../db/stores/history.ts';
import { undeliveredTo, wasDelivered } from '../../db/stores/outbox.ts';
import { findLatestSnapshot, listSnapshots } from '../../db/stores/snapshots.ts';
import { closeWorkflowId, loginExpiryWorkflowId, watchScheduleId } from '../../workflows/messages.ts';
import { ensureStarted } from '../close/engagements.ts';
import type { ClientContext } from '../close/context.ts';
import { startLoginWatch } from '../close/login-watch.ts';
import { startWatch, watchStatus } from '../close/watch.ts';
import type { Finding } from './findings.ts';
import { knowledgeOf, voucherName } from './knowledge.ts';
import type { Knowledge } from './knowledge.ts';
import { sendableOf, toLookFor } from './look-for.ts';
import { stateOfRows } from './state-of-rows.ts';

/** Why a workflow is ended: it stands in Temporal's history. */
const reason = 'bokslut reconcile: the database was restored';

/** Where the firm's rows and its workflows disagree. Looks alone; each finding carries its own mending. */
export async function reconcileFirm(context: ClientContext, firmId: string): Promise<Finding[]> {
  const { engagements, connections } = await context.database.forFirm(firmId, async (tx) => ({
    engagements: await listEngagements(tx),
    connections: await listConnections(tx),
  }));
  const findings: Finding[] = [];
  for (const engagement of engagements) findings.push(...(await reconcileClose(context, firmId, engagement)));
  for (const { id, endedAt, revokePendingAt, revokedAt } of connections) {
    const isToBeRevoked = revokePendingAt !== null && revokedAt === null;
    if (endedAt !== null && !isToBeRevoked) continue;
    if (await runs(context, loginExpiryWorkflowId(id))) continue;
    findings.push({
      firmId,
      about: loginExpiryWorkflowId(id),
      action: 'watch',
      why: isToBeRevoked
        ? 'The login has ended, and nothing revokes it at Fortnox.'
        : 'The login lives, and nothing ends it after its 30 days.',
      mend: () => startLoginWatch(context, firmId, id),
    });
  }
  return findings;
}

/** Workflows whose engagement or login the database does not have: it was made after the moment that was restored. */
export async function reconcileStrangers(
  context: ClientContext,
  firmIds: ReadonlySet<string>,
  ofAllFirms: boolean,
): Promise<Finding[]> {
  const rows = new Set<string>();
  for (const firmId of firmIds) {
    await context.database.forFirm(firmId, async (tx) => {
      for (const { id } of await listEngagements(tx)) rows.add(closeWorkflowId(id));
      for (const { id } of await listConnections(tx)) rows.add(loginExpiryWorkflowId(id));
    });
  }
  const findings: Finding[] = [];
  const query = `WorkflowType IN ("yearEndClose", "loginExpiry") AND ExecutionStatus = "Running"`;
  for await (const { workflowId, type } of context.temporal.workflow.list({ query })) {
    if (rows.has(workflowId)) continue;
    const handle = context.temporal.workflow.getHandle(workflowId);
    const knowledge = await unlessGone(() => knowledgeOf(handle));
    if (!knowledge) continue;
    const { firmId, confirmed } = knowledge;
    if (firmId === undefined || (!ofAllFirms && !firmIds.has(firmId))) continue;
    const sent = confirmed.size > 0 ? ` ${confirmed.size} of its vouchers stand in Fortnox.` : '';
    const login =
      type === 'loginExpiry'
        ? ' Have the company log in anew; the lost login ends at Fortnox by itself.'
        : '';
    findings.push({
      firmId,
      about: workflowId,
      action: 'end',
      why: `The database does not have it.${sent}${login}`,
      mend: () => handle.terminate(reason),
    });
  }
  return findings;
}

async function reconcileClose(
  context: ClientContext,
  firmId: string,
  engagement: Engagement,
): Promise<Finding[]> {
  const { id, run } = engagement;
  const about = closeWorkflowId(id);
  const handle = context.temporal.workflow.getHandle(about);
  const isRunning = await runs(context, about);
  const ended = await context.database.forFirm(firmId, (tx) => endingOf(tx, id, run));
  if (ended) {
    if (!isRunning) return [];
    const why = `The close is ${ended}, and its workflow still runs.`;
    return [{ firmId, about, action: 'end', why, mend: () => handle.terminate(reason) }];
  }

  const sendable = await context.database.forFirm(firmId, (tx) => sendableOf(tx, id));
  const restart = (): Promise<void> => resume(context, firmId, id);
  const disagreement = isRunning
    ? await disagreementOf(context, engagement, await knowledgeOf(handle))
    : undefined;
  const findings: Finding[] = [];
  // First, so that nothing is sent by what is started next.
  if (sendable.length > 0 && (!isRunning || disagreement)) {
    const why = `${sendable.length} vouchers of its open order are to be sent; each may stand in Fortnox and is looked for by its mark first.`;
    findings.push(toLookFor(context, firmId, id, sendable, why));
  }
  if (!isRunning) {
    const why = 'The close has not ended, and no workflow of it runs.';
    findings.push({ firmId, about, action: 'start', why, mend: restart });
  } else if (disagreement) {
    findings.push({ firmId, about, action: 'replace', why: disagreement, mend: restart });
  }
  if (await lacksItsWatch(context, firmId, id)) {
    findings.push({
      firmId,
      about: watchScheduleId(id),
      action: 'watch',
      why: 'The nightly watch is on, and its schedule is gone.',
      mend: () => startWatch(context, { firmId, actor: 'system' }, id),
    });
  }
  return findings;
}

async function lacksItsWatch(context: ClientContext, firmId: string, id: string): Promise<boolean> {
  const [last] = await context.database.forFirm(firmId, async (tx) =>
    (await listHistoryOf(tx, id, ['watch.started', 'watch.stopped'])).toReversed(),
  );
  if (last?.event !== 'watch.started') return false;
  return (await watchStatus(context, { firmId, actor: 'system' }, id)).state === 'off';
}

/** Where the workflow and the rows know of different things; undefined when they agree. */
async function disagreementOf(
  context: ClientContext,
  { firmId, id, companyId }: Engagement,
  knowledge: Knowledge,
): Promise<string | undefined> {
  return context.database.forFirm(firmId, async (tx) => {
    const snapshots = new Set((await listSnapshots(tx, id)).map((snapshot) => snapshot.id));
    const approvals = await listApprovals(tx, id);
    const orders = new Set((await listOrders(tx, id)).map((order) => order.id));
    const logins = new Set((await listConnections(tx)).map((login) => login.id));
    const confirmed = (await listVouchersOfEngagement(tx, id)).filter(({ status }) => status === 'confirmed');

    const ahead = [
      lacks(snapshots, knowledge.snapshotIds, 'an import'),
      lacks(new Set(approvals.map((approval) => approval.id)), knowledge.approvalIds, 'an approval'),
      lacks(orders, knowledge.orderIds, 'an export'),
      lacks(logins, knowledge.connectionIds, 'a login'),
      lacks(new Set(confirmed.map(voucherName)), knowledge.confirmed, 'a voucher in Fortnox'),
    ].filter((what) => what !== undefined);
    if (ahead.length > 0) return `Its workflow knows ${ahead.join(', ')} that the database does not have.`;

    const open = await findOpenOrder(tx, id);
    if (open && !knowledge.approvalsAhead.has(open.approvalId))
      return 'An export is open in the database, and its workflow has done with it, or does not know it.';

    const about = closeWorkflowId(id);
    const onTheWay = await undeliveredTo(tx, about);
    const newest = {
      snapshot: await findLatestSnapshot(tx, id),
      approval: approvals.at(-1),
      login: await findLiveConnection(tx, companyId),
    };
    // One that nobody has confirmed, no close was told of.
    const wasTold = (connectionId: string): Promise<boolean> =>
      wasDelivered(tx, { workflowId: about, signal: 'connectionEstablished', args: [{ connectionId }] });
    const behind = [
      newest.snapshot && !knowledge.snapshotIds.has(newest.snapshot.id) ? 'an import' : undefined,
      newest.approval && !knows(knowledge, newest.approval.id) && onTheWay === 0 ? 'an approval' : undefined,
      newest.login && !knowledge.connectionIds.has(newest.login.id) && (await wasTold(newest.login.id))
        ? 'a login'
        : undefined,
    ].filter((what) => what !== undefined);
    if (behind.length > 0) return `The database has ${behind.join(', ')} that its workflow does not know.`;
    return undefined;
  });
}

const knows = ({ approvalIds, seenIds }: Knowledge, approvalId: string): boolean =>
  approvalIds.has(approvalId) || seenIds.has(approvalId);

const lacks = (has: ReadonlySet<string>, known: ReadonlySet<string>, what: string): string | undefined =>
  [...known].some((id) => !has.has(id)) ? what : undefined;

/** Starts the close's workflow from its rows, in the place of one that runs. */
async function resume(context: ClientContext, firmId: string, engagementId: string): Promise<void> {
  const carried = await context.database.forFirm(firmId, async (tx) => {
    const { run } = await getEngagement(tx, engagementId);
    await recordHistory(tx, { actor: 'system', event: 'close.resumed', engagementId, details: { run } });
    return stateOfRows(tx, engagementId);
  });
  await ensureStarted(context, firmId, engagementId, { carried });
}

async function runs({ temporal }: ClientContext, workflowId: string): Promise<boolean> {
  const described = await unlessGone(() => temporal.workflow.getHandle(workflowId).describe());
  return described?.status.name === 'RUNNING';
}

async function unlessGone<T>(ask: () => Promise<T>): Promise<T | undefined> {
  try {
    return await ask();
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) return undefined;
    throw error;
  }
}
