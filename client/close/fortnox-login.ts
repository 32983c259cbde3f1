import { randomUUID } from 'node:crypto';
import { Problem } from '../../accounting/problem.ts';
import type { FirmTransaction } from '../../db/database.ts';
import { sha256 } from '../../db/hash.ts';
import { getCompany } from '../../db/stores/companies.ts';
import {
  createConnection,
  endConnection,
  findLiveConnection,
  getConnection,
} from '../../db/stores/connections.ts';
import type { Connection } from '../../db/stores/connections.ts';
import { getEngagement, listEngagements } from '../../db/stores/engagements.ts';
import type { Engagement } from '../../db/stores/engagements.ts';
import { recordHistory } from '../../db/stores/history.ts';
import { createLoginAttempt, useLoginAttempt } from '../../db/stores/login-attempts.ts';
import { enqueueSignal } from '../../db/stores/outbox.ts';
import { firmOfTicket } from '../../db/ticket.ts';
import type { Tokens } from '../../fortnox/login.ts';
import { observeFortnoxRequest } from '../../telemetry/fortnox-requests.ts';
import type { RequestLog } from '../../fortnox/http.ts';
import { openWithTokens } from '../../fortnox/open.ts';
import { closeWorkflowId, loginExpiryWorkflowId } from '../../workflows/messages.ts';
import type { Caller, ClientContext } from './context.ts';
import { callbackProblem, loginProblems } from './login-problems.ts';
import { deliverSoon } from './signals.ts';

/** A `state` is good for ten minutes, as long as Fortnox's code. */
const loginLifetimeMs = 10 * 60_000;

export const callbackUrl = ({ publicUrl }: ClientContext): string =>
  new URL('fortnox/callback', publicUrl).href;

/** Where the person's browser goes to log in at Fortnox. `sessionCookie` binds the way back to the same browser. */
export async function beginLogin(
  context: ClientContext,
  caller: Caller,
  engagementId: string,
  sessionCookie?: string,
): Promise<URL> {
  const state = await context.database.forFirm(caller.firmId, async (tx) => {
    const engagement = await getEngagement(tx, engagementId);
    if (engagement.settings.source !== 'fortnox') throw new Problem(loginProblems.sieSource);
    return createLoginAttempt(tx, {
      engagementId,
      startedBy: caller.actor,
      lifetimeMs: loginLifetimeMs,
      ...(sessionCookie !== undefined && { sessionCookie }),
    });
  });
  return context.login.authorizationUrl({ state, redirectUri: callbackUrl(context) });
}

/** What Fortnox's redirect carries, as it came. */
export interface CallbackQuery {
  readonly state?: string | undefined;
  readonly code?: string | undefined;
  readonly error?: string | undefined;
}

/** What a person confirms before anything is imported: several Fortnox databases can share an organisation number. */
export interface LoginToConfirm {
  readonly firmId: string;
  readonly engagementId: string;
  readonly connectionId: string;
  readonly companyName: string;
  readonly organisationNumber: string;
  readonly tenant: string;
  readonly yearFrom: string;
  readonly yearTo: string;
}

/**
 * The way back from Fortnox: uses `state` up, trades the code, looks which company it is, and stores the login. A wrong
 * company's tokens are revoked and never stored.
 * @throws Problem `login.*`, each its own answer
 */
export async function finishLogin(
  context: ClientContext,
  query: CallbackQuery,
  sessionCookie?: string,
): Promise<LoginToConfirm> {
  const firmId = query.state === undefined ? undefined : firmOfTicket(query.state);
  if (query.state === undefined) throw new Problem(loginProblems.noState);
  if (firmId === undefined) throw new Problem(loginProblems.unknownState);
  const { state } = query;
  const attempt = await context.database.forFirm(firmId, (tx) => useLoginAttempt(tx, state));
  if (attempt.sessionHash !== null && attempt.sessionHash !== sha256(sessionCookie ?? '')) {
    throw new Problem(loginProblems.otherSession);
  }
  if (query.error !== undefined) throw callbackProblem(query.error);
  if (!query.code) throw new Problem(loginProblems.noCode);

  const traded = await context.login.exchangeCode(query.code, callbackUrl(context));
  if (traded.outcome !== 'ok') {
    context.log({ event: 'login.exchange-failed', outcome: traded.outcome, reason: traded.reason });
    throw new Problem(loginProblems.exchangeFailed);
  }
  try {
    return await storeLogin(
      context,
      { firmId, engagementId: attempt.engagementId, actor: attempt.startedBy },
      traded.tokens,
    );
  } catch (error) {
    // Nobody will ever use these tokens: they must not live on at Fortnox.
    await context.login.revoke(traded.tokens.refreshToken);
    throw error;
  }
}

async function storeLogin(
  context: ClientContext,
  { firmId, engagementId, actor }: Caller & { readonly engagementId: string },
  tokens: Tokens,
): Promise<LoginToConfirm> {
  const fortnox = openWithTokens(
    { ...context.fortnox, database: context.database, log: logRequest(context) },
    tokens,
  );
  const found = await fortnox.companyInformation();
  const years = await fortnox.financialYears();
  const connectionId = randomUUID();

  return context.database.forFirm(firmId, async (tx) => {
    const engagement = await getEngagement(tx, engagementId);
    const company = await getCompany(tx, engagement.companyId);
    if (digits(found.organisationNumber) !== digits(company.organisationNumber)) {
      throw new Problem(loginProblems.wrongCompany(company.organisationNumber, found.organisationNumber));
    }
    const { yearFrom, yearTo } = engagement;
    if (!years.records.some(({ from, to }) => from === yearFrom && to === yearTo)) {
      throw new Problem(loginProblems.yearMissing(engagement, years.records));
    }
    await replaceLive(tx, company.id);
    await createConnection(tx, {
      id: connectionId,
      companyId: company.id,
      tenant: found.databaseNumber,
      companyName: found.name,
      renewedAt: new Date(),
      createdBy: actor,
      ...context.custody.seal(connectionId, tokens),
    });
    // By the sweep, so that the close that goes on with it comes first; for a login that is never confirmed nobody else would.
    await enqueueSignal(tx, {
      workflowId: loginExpiryWorkflowId(connectionId),
      signal: 'loginRenewed',
      args: [],
    });
    await recordHistory(tx, {
      actor,
      event: 'login.stored',
      engagementId,
      details: { connectionId, tenant: found.databaseNumber },
    });
    return {
      firmId,
      engagementId,
      connectionId,
      companyName: found.name,
      organisationNumber: found.organisationNumber,
      tenant: found.databaseNumber,
      yearFrom,
      yearTo,
    };
  });
}

/** A new login takes the place of the company's old one, which is revoked at Fortnox by its watcher. */
async function replaceLive(tx: FirmTransaction, companyId: string): Promise<void> {
  const live = await findLiveConnection(tx, companyId);
  if (!live) return;
  await endConnection(tx, live.id, { reason: 'disconnected', at: new Date(), revoke: true });
  await enqueueSignal(tx, {
    workflowId: loginExpiryWorkflowId(live.id),
    signal: 'loginEndRequested',
    args: [{ reason: 'disconnected' }],
  });
}

/**
 * The person has seen company and year and says that they are right: every close of the company that has no good login
 * goes on where it stood.
 */
export async function confirmLogin(
  context: ClientContext,
  caller: Caller,
  engagementId: string,
  connectionId: string,
): Promise<void> {
  const signals = await context.database.forFirm(caller.firmId, async (tx) => {
    const engagement = await getEngagement(tx, engagementId);
    const connection = await connectionOf(tx, engagement, connectionId);
    await recordHistory(tx, {
      actor: caller.actor,
      event: 'login.confirmed',
      engagementId,
      details: { connectionId },
      onceKey: `login.confirmed/${connectionId}/${engagementId}`,
    });
    const ids: string[] = [];
    for (const one of await listEngagements(tx)) {
      if (one.companyId !== connection.companyId || one.settings.source !== 'fortnox') continue;
      const signal = {
        workflowId: closeWorkflowId(one.id),
        signal: 'connectionEstablished',
        args: [{ connectionId }],
      };
      ids.push(await enqueueSignal(tx, signal));
    }
    return ids;
  });
  for (const id of signals) await deliverSoon(context, caller.firmId, id);
}

/** Ends the company's login at once; its watcher revokes it at Fortnox until that is certain, also when Fortnox is down. */
export async function disconnect(
  context: ClientContext,
  caller: Caller,
  connectionId: string,
): Promise<void> {
  const signalId = await context.database.forFirm(caller.firmId, async (tx) => {
    const connection = await endConnection(tx, connectionId, {
      reason: 'disconnected',
      at: new Date(),
      revoke: true,
    });
    await recordHistory(tx, { actor: caller.actor, event: 'login.disconnected', details: { connectionId } });
    return enqueueSignal(tx, {
      workflowId: loginExpiryWorkflowId(connection.id),
      signal: 'loginEndRequested',
      args: [{ reason: 'disconnected' }],
    });
  });
  await deliverSoon(context, caller.firmId, signalId);
}

/** Ends the login of the engagement's company. @throws Problem `login.none` when it has none */
export async function disconnectCompany(
  context: ClientContext,
  caller: Caller,
  engagementId: string,
): Promise<void> {
  const live = await context.database.forFirm(caller.firmId, async (tx) =>
    findLiveConnection(tx, (await getEngagement(tx, engagementId)).companyId),
  );
  if (!live) throw new Problem(loginProblems.none);
  await disconnect(context, caller, live.id);
}

async function connectionOf(
  tx: FirmTransaction,
  engagement: Engagement,
  connectionId: string,
): Promise<Connection> {
  const connection = await getConnection(tx, connectionId);
  if (connection.companyId === engagement.companyId && connection.endedAt === null) return connection;
  throw new Problem(loginProblems.notTheEngagements);
}

const digits = (text: string): string => text.replaceAll(/\D/g, '').slice(-10);

const logRequest = (context: ClientContext) => (line: RequestLog) => {
  context.log({ ...line });
  observeFortnoxRequest(line);
};
