import { setTimeout as sleep } from 'node:timers/promises';
import { Problem } from '../accounting/problem.ts';
import type { Database, FirmTransaction } from '../db/database.ts';
import {
  clearRefresh,
  endConnection,
  getConnection,
  lockConnection,
  markRefreshStarted,
  markRefreshUnknown,
  markRevoked,
  storeTokens,
} from '../db/stores/connections.ts';
import type { Connection, SealedTokens } from '../db/stores/connections.ts';
import type { FortnoxError } from './error.ts';
import type { Credentials } from './http.ts';
import { clientRefused, loginEnded, refreshNotMade, refreshUnknown } from './login-problems.ts';
import type { FortnoxLogin, RevokeResult, TokenResult, Tokens } from './login.ts';
import type { Sealer } from './seal.ts';
import { openTokens, resealTokens, sealTokens } from './sealed-tokens.ts';
import type { TokenPair } from './sealed-tokens.ts';
import type { Secret } from './secret.ts';

/**
 * Who keeps the logins. A refresh token works once, and whoever loses the answer to its use loses the login; so of all workers on
 * all machines one refreshes at a time, and what is about to happen is written down before it happens.
 *
 * States of a connection, each seen in its row, and what moves it:
 *
 *     fresh       the access token lasts more than two minutes
 *     stale       it does not, or Fortnox refused it
 *     refreshing  `refreshStartedAt` is set: committed before the request leaves. Others wait and look again.
 *     unknown     `refreshOutcomeUnknown`: the refresh token may be used up and the answer lost
 *     ended       `endedAt`, with a reason; a person must log in again
 *
 *     stale | unknown → refreshing       row lock, look again under it, mark, commit
 *     refreshing → fresh                 answer `ok`: the new pair is stored before anybody uses it
 *     refreshing → stale | unknown       `notUsed`, `misconfigured`: as it was before; later
 *     refreshing → unknown               `unknown`; or the mark is older than any request lasts: its process died
 *     refreshing → ended                 `refused`. Out of stale: revoked in Fortnox (`login.revoked`), or its 45 days were over
 *                                        (`login.expired`). Out of unknown: the lost answer held the new pair (`login.lost`)
 *
 * So a token that may be dead is tried once to find out, and one known dead never. The mark's age is measured by Postgres's clock
 * alone; a process that was frozen between mark and request sends nothing; one that finds its mark taken over changes nothing.
 */
export interface TokenCustody {
  /** Access tokens of one connection, kept in memory as long as they last. Throw FortnoxError as `login-problems.ts` lists. */
  credentials(firmId: string, connectionId: string): Credentials;
  /** The tokens of a new login as they are stored; `connectionId` is made first, since they are sealed for it. */
  seal(connectionId: string, tokens: Tokens): SealedTokens;
  /** Ends an ended connection at Fortnox too and deletes its tokens; `retry` until it is certain. */
  revoke(firmId: string, connectionId: string): Promise<'revoked' | 'retry'>;
  /**
   * Seals the tokens with the current key (`keys rotate`). `current`: they are already, or are gone; `busy`: a refresh is in
   * flight, whose answer will be sealed anew anyway: look again after it.
   */
  reseal(firmId: string, connectionId: string): Promise<'resealed' | 'current' | 'busy'>;
}

export interface CustodyLog {
  readonly event: 'login.refresh' | 'login.revoke' | 'login.refresh-taken-over';
  readonly connectionId: string;
  readonly outcome: string;
  /** A code, never a body. */
  readonly reason?: string;
}

export interface CustodyLimits {
  /** An access token with less left is stale. */
  readonly staleBeforeMs: number;
  /** A mark older than this was left by a process that died: more than the login's timeout and `sendWithinMs`. */
  readonly abandonedAfterMs: number;
  /** A request that has not left so long after its mark does not leave any more. */
  readonly sendWithinMs: number;
  /** Between two looks at a refresh that another process makes. */
  readonly pollMs: number;
}

const defaultLimits: CustodyLimits = {
  staleBeforeMs: 120_000,
  abandonedAfterMs: 45_000,
  sendWithinMs: 5_000,
  pollMs: 100,
};

/** Fortnox's hard clock, from the last refresh (45 days since 2025). */
const refreshTokenLifetimeMs = 45 * 86_400_000;

export interface CustodyOptions {
  readonly database: Database;
  readonly login: FortnoxLogin;
  readonly sealer: Sealer;
  readonly log: (line: CustodyLog) => void;
  readonly limits?: Partial<CustodyLimits>;
}

type IsStale = (tokens: TokenPair) => boolean;

type Turn =
  | { readonly is: 'fresh'; readonly tokens: TokenPair }
  | { readonly is: 'wait' }
  | { readonly is: 'refresh'; readonly tokens: TokenPair; readonly mark: Date; readonly wasUnknown: boolean };

type RefreshTurn = Extract<Turn, { is: 'refresh' }>;

export function createTokenCustody(options: CustodyOptions): TokenCustody {
  const { database, login, sealer, log } = options;
  const limits = { ...defaultLimits, ...options.limits };
  /** In one process one look at a connection serves all who ask. */
  const flights = new Map<string, Promise<TokenPair>>();

  const isOld: IsStale = (tokens) => tokens.expiresAtMs - Date.now() < limits.staleBeforeMs;
  const open = (connection: Connection): TokenPair => openTokens(sealer, connection);

  const logRevocation = (connectionId: string, result: RevokeResult): void =>
    log({
      event: 'login.revoke',
      connectionId,
      outcome: result.outcome,
      ...(result.outcome === 'ok' ? {} : { reason: result.reason }),
    });

  async function obtain(firmId: string, id: string, isStale: IsStale): Promise<TokenPair> {
    for (;;) {
      const flight = flights.get(id);
      if (!flight) break;
      const tokens = await flight;
      if (!isStale(tokens)) return tokens;
    }
    const flight = look(firmId, id, isStale).finally(() => flights.delete(id));
    flights.set(id, flight);
    return flight;
  }

  async function look(firmId: string, id: string, isStale: IsStale): Promise<TokenPair> {
    const current = await database.forFirm(firmId, (tx) => getConnection(tx, id));
    if (current.endedAt) throw whyEnded(current);
    const tokens = open(current);
    if (!isStale(tokens)) return tokens;

    const giveUpAtMs = performance.now() + 2 * limits.abandonedAfterMs;
    while (performance.now() < giveUpAtMs) {
      const askedAtMs = performance.now();
      const turn = await database.forFirm(firmId, (tx) => takeTurn(tx, id, isStale));
      if (turn.is === 'fresh') return turn.tokens;
      if (turn.is === 'refresh') return refresh(firmId, id, turn, askedAtMs);
      await sleep(limits.pollMs);
    }
    throw refreshNotMade();
  }

  /** Under the row's lock: nothing to do, another's turn, or ours, marked when this commits. */
  async function takeTurn(tx: FirmTransaction, id: string, isStale: IsStale): Promise<Turn> {
    const connection = await lockConnection(tx, id);
    if (connection.endedAt) throw whyEnded(connection);
    const tokens = open(connection);
    if (!isStale(tokens)) return { is: 'fresh', tokens };

    const now = await databaseNow(tx);
    if (connection.refreshStartedAt) {
      const ageMs = now.getTime() - connection.refreshStartedAt.getTime();
      if (ageMs < limits.abandonedAfterMs) return { is: 'wait' };
      await markRefreshUnknown(tx, id);
    }
    const wasUnknown = connection.refreshOutcomeUnknown || connection.refreshStartedAt !== null;
    const isMarked = await markRefreshStarted(tx, id, now);
    return isMarked ? { is: 'refresh', tokens, mark: now, wasUnknown } : { is: 'wait' };
  }

  async function refresh(
    firmId: string,
    id: string,
    turn: RefreshTurn,
    askedAtMs: number,
  ): Promise<TokenPair> {
    const isLate = performance.now() - askedAtMs > limits.sendWithinMs;
    const result: TokenResult = isLate
      ? { outcome: 'notUsed', reason: 'frozen' }
      : await login.refresh(turn.tokens.refreshToken);
    log({
      event: 'login.refresh',
      connectionId: id,
      outcome: result.outcome,
      ...(result.outcome === 'ok' ? {} : { reason: result.reason }),
    });
    // The new pair exists only here: a database that is away for a moment must not cost the login.
    const untilMs = askedAtMs + limits.abandonedAfterMs;
    const settled = await keepTrying(untilMs, limits.pollMs, () =>
      database.forFirm(firmId, (tx) => settle(tx, id, turn, result)),
    );
    if (settled.orphan) await revokeOrphan(id, settled.orphan, performance.now() + limits.abandonedAfterMs);
    if (settled.failure) throw settled.failure;
    return settled.tokens;
  }

  /** A pair that nobody keeps: nobody else can end it, so that this is tried for as long as the refresh itself would be. */
  async function revokeOrphan(id: string, orphan: Secret, untilMs: number): Promise<void> {
    for (;;) {
      const result = await login.revoke(orphan);
      logRevocation(id, result);
      if (result.outcome !== 'retry' || performance.now() > untilMs) return;
      await sleep(limits.pollMs);
    }
  }

  /** Writes down what came of a refresh. An `orphan` is a new pair whose connection ended meanwhile. */
  async function settle(
    tx: FirmTransaction,
    id: string,
    turn: RefreshTurn,
    result: TokenResult,
  ): Promise<Settled> {
    const connection = await lockConnection(tx, id);
    if (result.outcome === 'ok') {
      const isAwaitingRevocation = connection.revokePendingAt !== null && connection.revokedAt === null;
      if (connection.endedAt === null || isAwaitingRevocation) {
        await storeTokens(tx, id, sealTokens(sealer, id, result.tokens, refreshTokenLifetimeMs));
      }
      if (connection.endedAt === null) return { tokens: result.tokens };
      const failure = whyEnded(connection);
      return isAwaitingRevocation ? { failure } : { failure, orphan: result.tokens.refreshToken };
    }

    if (connection.endedAt !== null) return { failure: whyEnded(connection) };
    if (connection.refreshStartedAt?.getTime() !== turn.mark.getTime()) {
      log({ event: 'login.refresh-taken-over', connectionId: id, outcome: result.outcome });
      return { failure: refreshNotMade() };
    }
    switch (result.outcome) {
      case 'refused': {
        const now = await databaseNow(tx);
        const reason = !turn.wasUnknown && now > connection.refreshExpiresAt ? 'expired' : 'revoked';
        return { failure: whyEnded(await endConnection(tx, id, { reason, at: now, revoke: false })) };
      }
      case 'unknown':
        await markRefreshUnknown(tx, id);
        return { failure: refreshUnknown() };
      case 'notUsed':
        await clearRefresh(tx, id);
        return { failure: refreshNotMade() };
      case 'misconfigured':
        await clearRefresh(tx, id);
        return { failure: clientRefused() };
      default:
        return result satisfies never;
    }
  }

  return {
    credentials(firmId, connectionId) {
      let held: TokenPair | undefined;
      return {
        async accessToken() {
          if (!held || isOld(held)) held = await obtain(firmId, connectionId, isOld);
          return held.accessToken;
        },
        async replaceRefused(refused: Secret) {
          // Told apart by the refresh token: two access tokens made within one second can be the same text.
          const pair = held;
          if (pair && !pair.accessToken.equals(refused) && !isOld(pair)) return pair.accessToken;
          held = await obtain(
            firmId,
            connectionId,
            (tokens) =>
              isOld(tokens) ||
              (pair ? tokens.refreshToken.equals(pair.refreshToken) : tokens.accessToken.equals(refused)),
          );
          return held.accessToken;
        },
        async giveUp() {
          held = undefined;
          await database.forFirm(firmId, async (tx) => {
            await endConnection(tx, connectionId, {
              reason: 'refused',
              at: await databaseNow(tx),
              revoke: true,
            });
          });
        },
      };
    },

    seal: (connectionId, tokens) => sealTokens(sealer, connectionId, tokens, refreshTokenLifetimeMs),

    async revoke(firmId, connectionId) {
      const connection = await database.forFirm(firmId, (tx) => getConnection(tx, connectionId));
      if (connection.revokedAt !== null || connection.sealedTokens === null) return 'revoked';
      const sent = open(connection);
      const result = await login.revoke(sent.refreshToken);
      logRevocation(connectionId, result);
      if (result.outcome === 'retry') return 'retry';
      return database.forFirm(firmId, async (tx) => {
        const latest = await lockConnection(tx, connectionId);
        // A refresh that was in flight brought a new pair meanwhile: that one is to be revoked.
        if (latest.sealedTokens !== null && !open(latest).refreshToken.equals(sent.refreshToken))
          return 'retry';
        await markRevoked(tx, connectionId, await databaseNow(tx));
        return 'revoked';
      });
    },

    reseal: (firmId, connectionId) =>
      database.forFirm(firmId, async (tx) => {
        const connection = await lockConnection(tx, connectionId);
        if (connection.sealedTokens === null || connection.keyId === sealer.currentKeyId) return 'current';
        if (connection.refreshStartedAt) return 'busy';
        await storeTokens(tx, connectionId, resealTokens(sealer, connection));
        if (connection.refreshOutcomeUnknown) await markRefreshUnknown(tx, connectionId);
        return 'resealed';
      }),
  };
}

type Settled =
  | { readonly tokens: TokenPair; readonly failure?: never; readonly orphan?: never }
  | { readonly tokens?: never; readonly failure: FortnoxError; readonly orphan?: Secret };

/** A login that ended while the outcome of a refresh was unknown is a lost one. */
function whyEnded(connection: Connection): FortnoxError {
  const isLost = connection.endReason === 'revoked' && connection.refreshOutcomeUnknown;
  return loginEnded(isLost ? 'lost' : (connection.endReason ?? 'refused'));
}

/** Postgres's clock: the only one that all workers share. */
async function databaseNow(tx: FirmTransaction): Promise<Date> {
  const [row] = await tx.sql<
    { ms: string }[]
  >`select floor(extract(epoch from clock_timestamp()) * 1000)::text as ms`;
  return new Date(Number(row?.ms));
}

async function keepTrying<T>(untilMs: number, pauseMs: number, work: () => Promise<T>): Promise<T> {
  for (;;) {
    try {
      return await work();
    } catch (error) {
      if (error instanceof Problem || performance.now() > untilMs) throw error;
      await sleep(pauseMs);
    }
  }
}
