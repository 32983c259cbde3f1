import {
  allowInsecureRequests,
  buildAuthorizationUrl,
  Configuration,
  customFetch,
  genericGrantRequest,
  refreshTokenGrant,
  ResponseBodyError,
  tokenRevocation,
} from 'openid-client';
import type { ClientAuth, CustomFetch, TokenEndpointResponse } from 'openid-client';
import { under } from './config.ts';
import type { FortnoxConfig } from './config.ts';
import { Secret } from './secret.ts';
import { tokenFailure, tokenFailureReason } from './token-outcome.ts';
import type { TokenFailure } from './token-outcome.ts';

/**
 * What the product asks for. Every Fortnox scope is read and write, and the company must hold the licence behind it.
 * `bookkeeping`: accounts, vouchers, series, years, SIE; `settings`: locked period, predefined accounts;
 * `inbox` and `connectfile`: upload attachments and connect them to vouchers.
 */
export const SCOPES = [
  'bookkeeping',
  'companyinformation',
  'settings',
  'invoice',
  'supplierinvoice',
  'payment',
  'customer',
  'supplier',
  'inbox',
  'connectfile',
] as const;

/** A pair of tokens as Fortnox gives it. */
export interface Tokens {
  readonly accessToken: Secret;
  /** Works once; 45 days. */
  readonly refreshToken: Secret;
  /** When the access token runs out, by our clock, counted from before the request. */
  readonly expiresAtMs: number;
  readonly scopes: readonly string[];
  /** `tenantId` in the access token, the company's DatabaseNumber. Read, never trusted for authorization. */
  readonly tenantId?: string;
}

export type TokenResult =
  | { readonly outcome: 'ok'; readonly tokens: Tokens }
  | { readonly outcome: TokenFailure; readonly reason: string };

export type RevokeResult =
  | { readonly outcome: 'ok' }
  | { readonly outcome: 'retry'; readonly reason: string };

interface AuthorizationRequest {
  readonly state: string;
  readonly redirectUri: string;
  readonly scopes?: readonly string[];
}

export interface FortnoxLogin {
  /** Where the person's browser is sent. */
  authorizationUrl(request: AuthorizationRequest): URL;
  /** Trades a code (10 minutes, single use) for tokens; `redirectUri` must be the one of the authorization. */
  exchangeCode(code: string, redirectUri: string): Promise<TokenResult>;
  /**
   * Uses the refresh token up. Takes no AbortSignal on purpose: a call that was given up may have used the token.
   * Only token custody may call this.
   */
  refresh(refreshToken: Secret): Promise<TokenResult>;
  /** Ends the login at Fortnox. `retry` until it is certain; a token that Fortnox does not know counts as revoked. */
  revoke(refreshToken: Secret): Promise<RevokeResult>;
}

const timeoutSeconds = 30;

/** OAuth 2 with Fortnox, by openid-client with fixed endpoints (Fortnox publishes no discovery document). */
export function createFortnoxLogin(
  config: FortnoxConfig,
  options: { timeoutMs?: number } = {},
): FortnoxLogin {
  const server = new Configuration(
    {
      issuer: config.authUrl.origin,
      authorization_endpoint: under(config.authUrl, 'oauth-v1/auth').href,
      token_endpoint: under(config.authUrl, 'oauth-v1/token').href,
      revocation_endpoint: under(config.authUrl, 'oauth-v1/revoke').href,
    },
    config.clientId,
    {},
    rawBasic(config),
  );
  server.timeout = options.timeoutMs === undefined ? timeoutSeconds : options.timeoutMs / 1000;
  server[customFetch] = readWhateverItIsCalled;
  if (config.authUrl.protocol === 'http:') allowInsecureRequests(server);

  return {
    authorizationUrl: ({ state, redirectUri, scopes = SCOPES }) =>
      buildAuthorizationUrl(server, {
        redirect_uri: redirectUri,
        scope: scopes.join(' '),
        state,
        response_type: 'code',
        access_type: 'offline',
      }),
    exchangeCode: (code, redirectUri) =>
      tokenResult(() =>
        genericGrantRequest(server, 'authorization_code', { code, redirect_uri: redirectUri }),
      ),
    refresh: (refreshToken) => tokenResult(() => refreshTokenGrant(server, refreshToken.reveal())),
    async revoke(refreshToken) {
      try {
        await tokenRevocation(server, refreshToken.reveal(), { token_type_hint: 'refresh_token' });
        return { outcome: 'ok' };
      } catch (error) {
        if (error instanceof ResponseBodyError && error.error === 'invalid_grant') return { outcome: 'ok' };
        return { outcome: 'retry', reason: tokenFailureReason(error) };
      }
    },
  };
}

/** The pair as it stands: the library's own percent-encodes `- _ . !`, and whether Fortnox decodes that is not known. */
function rawBasic(config: FortnoxConfig): ClientAuth {
  return (_server, _client, _body, headers) => {
    const pair = Buffer.from(`${config.clientId}:${config.clientSecret.reveal()}`, 'utf8').toString('base64');
    headers.set('authorization', `Basic ${pair}`);
  };
}

/**
 * Fortnox labels JSON as text/plain and text/html, which the library refuses to read: an answer that is a JSON object is
 * passed on as what it is. A revocation counts only when the body says so; a maintenance page with status 200 must not.
 */
const readWhateverItIsCalled: CustomFetch = async (url, options) => {
  const response = await fetch(url, { ...options, body: options.body ?? null });
  const text = await response.text();
  const body = jsonObject(text);
  const revoked = !url.endsWith('/revoke') || response.status !== 200 || body?.['revoked'] === true;
  const headers = body ? { 'content-type': 'application/json' } : response.headers;
  return new Response(bodyless.has(response.status) ? null : text, {
    status: revoked ? response.status : 503,
    headers,
  });
};

const bodyless = new Set([204, 205, 304]);

function jsonObject(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : undefined;
  } catch {
    return undefined;
  }
}

async function tokenResult(request: () => Promise<TokenEndpointResponse>): Promise<TokenResult> {
  const startedAtMs = Date.now();
  try {
    const answer = await request();
    if (!answer.refresh_token) return { outcome: 'unknown', reason: 'no refresh token in the answer' };
    const tenantId = tenantOf(answer.access_token);
    return {
      outcome: 'ok',
      tokens: {
        accessToken: new Secret(answer.access_token),
        refreshToken: new Secret(answer.refresh_token),
        expiresAtMs: startedAtMs + (answer.expires_in ?? 3600) * 1000,
        scopes: answer.scope?.split(' ').filter(Boolean) ?? [],
        ...(tenantId === undefined ? {} : { tenantId }),
      },
    };
  } catch (error) {
    return { outcome: tokenFailure(error), reason: tokenFailureReason(error) };
  }
}

/** The `tenantId` claim of the access token; undefined when the token is no JWT or has none. */
function tenantOf(accessToken: string): string | undefined {
  const claims = jsonObject(Buffer.from(accessToken.split('.')[1] ?? '', 'base64url').toString('utf8'));
  const tenantId = claims?.['tenantId'];
  return typeof tenantId === 'number' || typeof tenantId === 'string' ? String(tenantId) : undefined;
}
