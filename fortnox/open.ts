import { Problem } from '../accounting/problem.ts';
import type { Database } from '../db/database.ts';
import { acquireRequest, budgetKey, penalise } from '../db/stores/request-budget.ts';
import { createFortnoxClient } from './client.ts';
import type { FortnoxClient } from './client.ts';
import type { FortnoxConfig } from './config.ts';
import { FortnoxError } from './error.ts';
import { createFortnoxHttp } from './http.ts';
import type { Budget, RequestLog } from './http.ts';
import type { FortnoxLimits } from './limits.ts';
import type { PageProgress } from './list.ts';
import { loginEnded } from './login-problems.ts';
import type { Tokens } from './login.ts';
import type { TokenCustody } from './token-custody.ts';

/** What a client needs to know of a connection's row. */
interface ConnectionRef {
  readonly firmId: string;
  readonly id: string;
  /** Fortnox's DatabaseNumber, which has the budget. */
  readonly tenant: string;
}

export interface FortnoxOptions {
  readonly config: FortnoxConfig;
  readonly database: Database;
  readonly custody: TokenCustody;
  readonly log: (line: RequestLog & { readonly connectionId: string }) => void;
  readonly limits?: Partial<FortnoxLimits>;
  /** Longest wait for the budget, before the caller is told to come back. */
  readonly longestQueueMs?: number;
}

export interface CallOptions {
  readonly signal?: AbortSignal;
  readonly onPage?: (progress: PageProgress) => void;
}

/** Opens Fortnox for a connection: its tokens from custody, its requests from the budget that all workers share. */
export type OpenFortnox = (connection: ConnectionRef, options?: CallOptions) => FortnoxClient;

const defaultQueueMs = 60_000;
/** How long a 429 without `Retry-After` keeps everybody away: Fortnox's window. */
const windowMs = 5_000;

export function fortnoxOpener(options: FortnoxOptions): OpenFortnox {
  const { config, database, custody, log } = options;
  return (connection, call = {}) => {
    const http = createFortnoxHttp({
      config,
      credentials: custody.credentials(connection.firmId, connection.id),
      budget: sharedBudget(
        database,
        config.clientId,
        connection.tenant,
        options.longestQueueMs ?? defaultQueueMs,
      ),
      log: (line) => log({ ...line, connectionId: connection.id }),
      ...(options.limits ? { limits: options.limits } : {}),
    });
    return createFortnoxClient({ http, ...call });
  };
}

/**
 * Fortnox with the tokens of a login that is not stored yet: to see which company it is for. Nothing is refreshed here.
 * The budget is the tenant's that the token names.
 */
export function openWithTokens(
  options: Omit<FortnoxOptions, 'custody' | 'log'> & { readonly log: (line: RequestLog) => void },
  tokens: Tokens,
  call: CallOptions = {},
): FortnoxClient {
  const { config, database, log, limits } = options;
  const http = createFortnoxHttp({
    config,
    credentials: {
      accessToken: () => Promise.resolve(tokens.accessToken),
      replaceRefused: () => Promise.reject(loginEnded('refused')),
      giveUp: () => Promise.resolve(),
    },
    budget: sharedBudget(
      database,
      config.clientId,
      tokens.tenantId ?? '',
      options.longestQueueMs ?? defaultQueueMs,
    ),
    log,
    ...(limits ? { limits } : {}),
  });
  return createFortnoxClient({ http, ...call });
}

function sharedBudget(database: Database, clientId: string, tenant: string, longestWaitMs: number): Budget {
  const key = budgetKey(clientId, tenant);
  return {
    async take(signal) {
      try {
        await acquireRequest(database, key, { longestWaitMs, ...(signal ? { signal } : {}) });
      } catch (error) {
        if (signal?.aborted) throw signal.reason;
        if (error instanceof Problem && !(error instanceof FortnoxError)) {
          throw new FortnoxError(error.details, { kind: 'retry', sent: 'no' });
        }
        throw error;
      }
    },
    turnedAway: (retryAfterMs) => penalise(database, key, Date.now() + (retryAfterMs ?? windowMs)),
  };
}
