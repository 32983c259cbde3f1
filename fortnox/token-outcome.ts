import { ClientError, ResponseBodyError } from 'openid-client';
import { causeCode, wasNeverSent } from './never-sent.ts';

/**
 * What a failed call to the token endpoint says about the single-use token (refresh token or code) that it carried:
 *
 * - `refused`: it is dead, a person must log in again;
 * - `misconfigured`: our client id, secret or request was refused before the token was looked at; it lives;
 * - `notUsed`: it lives, the same call can be made later;
 * - `unknown`: it may have been used up, and the answer lost.
 */
export type TokenFailure = 'refused' | 'misconfigured' | 'notUsed' | 'unknown';

interface Row {
  readonly seen: string;
  readonly matches: (error: unknown) => boolean;
  readonly outcome: TokenFailure;
}

const oauthError = (error: unknown, ...codes: string[]): boolean =>
  error instanceof ResponseBodyError && codes.includes(error.error);

const answeredWith = (error: unknown, status: number): boolean =>
  (error instanceof ResponseBodyError && error.status === status) ||
  (error instanceof ClientError && error.cause instanceof Response && error.cause.status === status);

/** First row that matches. Each kind of failure was tried against openid-client 6.9; each sent exactly one request. */
const table: readonly Row[] = [
  { seen: '429', matches: (error) => answeredWith(error, 429), outcome: 'notUsed' },
  { seen: 'no connection: refused, DNS, TLS', matches: wasNeverSent, outcome: 'notUsed' },
  { seen: 'invalid_grant', matches: (error) => oauthError(error, 'invalid_grant'), outcome: 'refused' },
  {
    // RFC 6749 §5.2: the client is authenticated first. Were this "dead", one wrong secret in a deploy would end every login.
    seen: 'invalid_client and the like',
    matches: (error) =>
      oauthError(
        error,
        'invalid_client',
        'unauthorized_client',
        'invalid_request',
        'unsupported_grant_type',
        'invalid_scope',
      ),
    outcome: 'misconfigured',
  },
  // 5xx, 3xx, HTML, broken JSON, no access_token; cut before or inside the body, timeout.
  { seen: 'anything else', matches: () => true, outcome: 'unknown' },
];

export const tokenFailure = (error: unknown): TokenFailure =>
  table.find((row) => row.matches(error))?.outcome ?? 'unknown';

/** A short, safe word for logs: the library's or system's code and the OAuth error, never the cause, which can hold bodies. */
export function tokenFailureReason(error: unknown): string {
  if (error instanceof ResponseBodyError) return error.error;
  if (error instanceof ClientError && error.code) return error.code;
  return causeCode(error) ?? (error instanceof Error ? error.name : 'unknown');
}
