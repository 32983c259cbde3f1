import { Problem } from '../../accounting/problem.ts';
import { findLatestRevision } from '../../db/stores/adjustments.ts';
import { findLatestApproval, isStale } from '../../db/stores/approvals.ts';
import type { Approval } from '../../db/stores/approvals.ts';
import { getCompany, listCompanies } from '../../db/stores/companies.ts';
import type { Company } from '../../db/stores/companies.ts';
import { findLatestConnection } from '../../db/stores/connections.ts';
import type { Connection } from '../../db/stores/connections.ts';
import { getEngagement, listEngagements } from '../../db/stores/engagements.ts';
import type { Engagement } from '../../db/stores/engagements.ts';
import { findLatestSnapshot } from '../../db/stores/snapshots.ts';
import { listUsers } from '../../db/stores/users.ts';
import { closeWorkflowId } from '../../workflows/messages.ts';
import type { CloseStatus, Phase } from '../../workflows/messages.ts';
import { loginExpiresAtKey, needsAttentionKey, phaseKey } from '../../workflows/search-attributes.ts';
import type { Caller, ClientContext } from './context.ts';
import { summaryOf } from './imports.ts';
import type { ImportSummary } from './imports.ts';
import { closeStatus } from './status.ts';

/** One line of the firm's list of closes. */
export interface CloseLine {
  readonly engagement: Engagement;
  readonly company: Company;
  /** The name of the user who answers for it. */
  readonly responsible: string | null;
  /** Null while Temporal's list does not know the close. */
  readonly phase: Phase | null;
  /** The code of what needs a person. */
  readonly attention: string | null;
  readonly loginExpiresAt: Date | null;
}

export interface PageRequest {
  /** The `next` of the page before. */
  readonly after?: string | undefined;
  /** 50 when left out. */
  readonly limit?: number | undefined;
}

export interface ClosePage {
  readonly lines: readonly CloseLine[];
  /** Pass as `after` for the next page; absent on the last. */
  readonly next?: string;
}

/**
 * The firm's closes, newest balance date first, with where they stand as Temporal's list knows it (a second or two late).
 * @throws Problem `engagements.cursor-unknown`
 */
export async function listCloses(
  context: ClientContext,
  { firmId }: Caller,
  { after, limit = 50 }: PageRequest = {},
): Promise<ClosePage> {
  const { engagements, companies, users } = await context.database.forFirm(firmId, async (tx) => ({
    engagements: await listEngagements(tx),
    companies: new Map((await listCompanies(tx)).map((company) => [company.id, company])),
    users: new Map((await listUsers(tx)).map((user) => [user.id, user.name])),
  }));
  const start = after === undefined ? 0 : engagements.findIndex(({ id }) => id === after) + 1;
  if (after !== undefined && start === 0) throw new Problem(cursorUnknown);
  const page = engagements.slice(start, start + limit);
  const stands = await whereTheyStand(context, firmId, page);
  const last = page.at(-1);
  return {
    lines: page.map((engagement) => ({
      engagement,
      company: companies.get(engagement.companyId)!,
      responsible: users.get(engagement.responsibleUserId ?? '') ?? null,
      ...(stands.get(closeWorkflowId(engagement.id)) ?? {
        phase: null,
        attention: null,
        loginExpiresAt: null,
      }),
    })),
    ...(last && start + limit < engagements.length && { next: last.id }),
  };
}

type Standing = Pick<CloseLine, 'phase' | 'attention' | 'loginExpiresAt'>;

async function whereTheyStand(
  { temporal, searchAttributes, log }: ClientContext,
  firmId: string,
  engagements: readonly Engagement[],
): Promise<Map<string, Standing>> {
  const standings = new Map<string, Standing>();
  if (!searchAttributes || engagements.length === 0) return standings;
  const ids = new Set(engagements.map(({ id }) => closeWorkflowId(id)));
  // The firm's id has the form of a UUID: it comes from a key or session that was looked up.
  const query = `FirmId = '${firmId}' AND WorkflowType = 'yearEndClose'`;
  try {
    await temporal.withDeadline(Date.now() + 5_000, async () => {
      for await (const { workflowId, typedSearchAttributes } of temporal.workflow.list({ query })) {
        // Newest run first: an earlier one of a reopened close says nothing.
        if (!ids.has(workflowId) || standings.has(workflowId)) continue;
        standings.set(workflowId, {
          phase: (typedSearchAttributes.get(phaseKey) as Phase | undefined) ?? null,
          attention: typedSearchAttributes.get(needsAttentionKey) ?? null,
          loginExpiresAt: typedSearchAttributes.get(loginExpiresAtKey) ?? null,
        });
        if (standings.size === ids.size) break;
      }
    });
  } catch (error) {
    // The list is worth showing without the phases.
    log({ event: 'closes.standing-unknown', reason: error instanceof Error ? error.name : 'unknown' });
  }
  return standings;
}

/** What the database knows of a close. */
export interface CloseFacts {
  readonly engagement: Engagement;
  readonly company: Company;
  /** The company's newest login, ended or not; never its tokens. */
  readonly connection: ConnectionView | null;
  readonly lastImport: ImportSummary | null;
  /** 0 before the first save. */
  readonly revision: number;
  readonly approval: (Approval & { readonly stale: boolean }) | null;
}

/** Everything that one look at a close needs: its workflow's word as well. */
export interface CloseView extends CloseFacts {
  readonly status: CloseStatus;
}

export type ConnectionView = Pick<
  Connection,
  'id' | 'tenant' | 'companyName' | 'createdAt' | 'renewedAt' | 'endedAt' | 'endReason'
>;

/** @throws Problem `engagements.not-found` */
export async function closeFacts(
  { database }: ClientContext,
  { firmId }: Caller,
  engagementId: string,
): Promise<CloseFacts> {
  return database.forFirm(firmId, async (tx) => {
    const engagement = await getEngagement(tx, engagementId);
    const snapshot = await findLatestSnapshot(tx, engagementId);
    const approval = await findLatestApproval(tx, engagementId);
    return {
      engagement,
      company: await getCompany(tx, engagement.companyId),
      connection: connectionView(await findLatestConnection(tx, engagement.companyId)),
      lastImport: snapshot ? summaryOf(snapshot) : null,
      revision: (await findLatestRevision(tx, engagementId))?.revision ?? 0,
      approval: approval ? { ...approval, stale: await isStale(tx, approval) } : null,
    };
  });
}

/** @throws Problem as `closeStatus` */
export async function viewClose(
  context: ClientContext,
  caller: Caller,
  engagementId: string,
): Promise<CloseView> {
  const facts = await closeFacts(context, caller, engagementId);
  return { ...facts, status: await closeStatus(context, caller, engagementId) };
}

function connectionView(connection: Connection | undefined): ConnectionView | null {
  if (!connection) return null;
  const { id, tenant, companyName, createdAt, renewedAt, endedAt, endReason } = connection;
  return { id, tenant, companyName, createdAt, renewedAt, endedAt, endReason };
}

const cursorUnknown = {
  code: 'engagements.cursor-unknown',
  what: 'Sidan som begärdes finns inte i listan över bokslut.',
  advice: 'Hämta listan från början.',
};
