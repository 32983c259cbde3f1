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
import { endingOf, lastEntryId } from '../../db/stores/history.ts';
import { findLatestSnapshot } from '../../db/stores/snapshots.ts';
import { listUsers } from '../../db/stores/users.ts';
import { closeWorkflowId } from '../../workflows/messages.ts';
import type { CloseStatus } from '../../workflows/messages.ts';
import type { Caller, ClientContext } from './context.ts';
import { summaryOf } from './imports.ts';
import type { ImportSummary } from './imports.ts';
import { firmStandings } from './standings.ts';
import type { Standing } from './standings.ts';
import { describeClose, statusOfKnown } from './status.ts';

/** One line of the firm's list of closes. */
export interface CloseLine extends Standing {
  readonly engagement: Engagement;
  readonly company: Company;
  /** The name of the user who answers for it. */
  readonly responsible: string | null;
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
  caller: Caller,
  { after, limit = 50 }: PageRequest = {},
): Promise<ClosePage> {
  const all = await allCloses(context, caller);
  const start = after === undefined ? 0 : all.findIndex(({ engagement }) => engagement.id === after) + 1;
  if (after !== undefined && start === 0) throw new Problem(cursorUnknown);
  const lines = all.slice(start, start + limit);
  const last = lines.at(-1);
  return { lines, ...(last && start + limit < all.length && { next: last.engagement.id }) };
}

/** Every close of the firm, newest balance date first. @param staleMs as `firmStandings` */
export async function allCloses(
  context: ClientContext,
  { firmId }: Caller,
  fresh: { readonly staleMs?: number } = {},
): Promise<CloseLine[]> {
  const [[engagements, companies, users], standings] = await Promise.all([
    context.database.forFirm(firmId, (tx) =>
      Promise.all([listEngagements(tx), listCompanies(tx), listUsers(tx)]),
    ),
    firmStandings(context, firmId, fresh),
  ]);
  const companyOf = new Map(companies.map((company) => [company.id, company]));
  const nameOf = new Map(users.map(({ id, name }) => [id, name]));
  return engagements.map((engagement) => ({
    engagement,
    company: companyOf.get(engagement.companyId)!,
    responsible: nameOf.get(engagement.responsibleUserId ?? '') ?? null,
    ...(standings.get(closeWorkflowId(engagement.id)) ?? unknownStanding),
  }));
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
  /** The newest line of the history: another number when anybody has done anything to the close. */
  readonly lastEntry: number;
  /** How the present run ended; undefined while it has not. */
  readonly ended: 'completed' | 'cancelled' | undefined;
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
    // Asked for all at once, they go over the connection as one.
    const [engagement, snapshot, approval, revision] = await Promise.all([
      getEngagement(tx, engagementId),
      findLatestSnapshot(tx, engagementId),
      findLatestApproval(tx, engagementId),
      findLatestRevision(tx, engagementId),
    ]);
    const [company, connection, ended, stale, lastEntry] = await Promise.all([
      getCompany(tx, engagement.companyId),
      findLatestConnection(tx, engagement.companyId),
      endingOf(tx, engagementId, engagement.run),
      approval ? isStale(tx, approval) : false,
      lastEntryId(tx, engagementId),
    ]);
    return {
      engagement,
      company,
      connection: connectionView(connection),
      lastImport: snapshot ? summaryOf(snapshot) : null,
      revision: revision?.revision ?? 0,
      approval: approval ? { ...approval, stale } : null,
      ended,
      lastEntry,
    };
  });
}

/** @throws Problem as `closeStatus`, `engagements.not-found` */
export async function viewClose(
  context: ClientContext,
  caller: Caller,
  engagementId: string,
): Promise<CloseView> {
  const facts = await closeFacts(context, caller, engagementId);
  return {
    ...facts,
    status: await statusOfKnown(
      context,
      caller,
      engagementId,
      facts.ended,
      describeClose(context, engagementId),
    ),
  };
}

function connectionView(connection: Connection | undefined): ConnectionView | null {
  if (!connection) return null;
  const { id, tenant, companyName, createdAt, renewedAt, endedAt, endReason } = connection;
  return { id, tenant, companyName, createdAt, renewedAt, endedAt, endReason };
}

const unknownStanding: Standing = { phase: null, attention: null, loginExpiresAt: null };

const cursorUnknown = {
  code: 'engagements.cursor-unknown',
  what: 'Sidan som begärdes finns inte i listan över bokslut.',
  advice: 'Hämta listan från början.',
};
