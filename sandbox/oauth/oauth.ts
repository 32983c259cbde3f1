import { html, json, redirect, type HttpReply, type HttpRequest } from '../http.ts';
import type { World } from '../world.ts';
import { consentError, consentPage } from './consent-page.ts';
import { scopes as knownScopes } from './scopes.ts';
import { grant, issueTokens, redeemCode, redeemRefreshToken } from './tokens.ts';

/** `/oauth-v1/*`: the authorization page, the token endpoint and revocation. */
export function handleOAuth(world: World, request: HttpRequest): HttpReply {
  const route = `${request.method} ${request.path}`;
  if (route === 'GET /oauth-v1/auth') return showConsent(world, Object.fromEntries(request.query));
  if (route === 'POST /oauth-v1/auth') return answerConsent(world, form(request));
  if (route === 'POST /oauth-v1/token') return token(world, request);
  if (route === 'POST /oauth-v1/revoke') return revoke(world, request);
  return html(404, '<h1>404 Not Found</h1>');
}

function form(request: HttpRequest): Record<string, string> {
  return Object.fromEntries(new URLSearchParams(request.body.toString()));
}

function redirectUrl(parameters: Record<string, string>, result: Record<string, string>): string {
  const url = new URL(parameters['redirect_uri'] ?? '');
  for (const [name, value] of Object.entries(result)) url.searchParams.set(name, value);
  if (parameters['state'] !== undefined) url.searchParams.set('state', parameters['state']);
  return url.href;
}

/** An error that the person must see, because there is nowhere safe to send it. */
function unsafeRequest(world: World, parameters: Record<string, string>): string | null {
  if (parameters['client_id'] !== world.clientId) return 'Okänt client_id.';
  if (!URL.canParse(parameters['redirect_uri'] ?? '')) return 'redirect_uri saknas eller är ogiltig.';
  return null;
}

/** An error that goes back to the integration as `?error=`. */
function refusedRequest(parameters: Record<string, string>): string | null {
  if (parameters['response_type'] !== 'code') return 'unsupported_response_type';
  if (!parameters['state']) return 'invalid_request';
  const scopes = (parameters['scope'] ?? '').split(' ').filter(Boolean);
  if (scopes.length === 0 || scopes.some((scope) => !Object.hasOwn(knownScopes, scope)))
    return 'invalid_scope';
  return null;
}

function showConsent(world: World, parameters: Record<string, string>): HttpReply {
  const unsafe = unsafeRequest(world, parameters);
  if (unsafe) return consentError(unsafe);
  const refused = refusedRequest(parameters);
  if (refused) return redirect(redirectUrl(parameters, { error: refused }));
  return consentPage(world, parameters);
}

function answerConsent(world: World, parameters: Record<string, string>): HttpReply {
  const result = consent(world, { response_type: 'code', ...parameters });
  if ('unsafe' in result) return consentError(result.unsafe);
  return redirect(redirectUrl(parameters, result));
}

/**
 * What a person's decision leads to: `{code}`, `{error}` for the integration, or `{unsafe}` for the person.
 * `company` is a database number, an organisation number or a name; without one the first company is taken.
 */
export function consent(
  world: World,
  parameters: Record<string, string>,
): { code: string } | { error: string } | { unsafe: string } {
  const unsafe = unsafeRequest(world, parameters);
  if (unsafe) return { unsafe };
  const refused = refusedRequest(parameters);
  if (refused) return { error: refused };
  if (parameters['decision'] === 'deny') return { error: 'access_denied' };
  const wanted = parameters['company'];
  const books = [...world.companies.values()].find(
    (company) =>
      wanted === undefined ||
      [String(company.databaseNumber), company.organisationNumber, company.name].includes(wanted),
  );
  if (!books) return { unsafe: `Det finns inget företag ${wanted}.` };
  const scopes = (parameters['scope'] ?? '').split(' ').filter(Boolean);
  if (scopes.some((scope) => books.missingLicences.has(scope))) return { error: 'error_missing_license' };
  return { code: grant(world, books.databaseNumber, scopes, parameters['redirect_uri'] ?? '') };
}

/** The content types are Fortnox's own, as recorded: JSON under text/plain and text/html. */
function oauthError(status: number, error: string, description: string): HttpReply {
  const contentType = error === 'invalid_client' ? 'text/plain;charset=UTF-8' : 'text/html; charset=UTF-8';
  return json(status, { error, error_description: description }, { 'content-type': contentType });
}

function clientIsKnown(world: World, request: HttpRequest): boolean {
  const header = request.headers.authorization ?? '';
  if (!/^basic /i.test(header)) return false;
  return Buffer.from(header.slice(6), 'base64').toString() === `${world.clientId}:${world.clientSecret}`;
}

const wrongClient = () => oauthError(401, 'invalid_client', 'The client credentials are invalid');

function token(world: World, request: HttpRequest): HttpReply {
  if (!clientIsKnown(world, request)) return wrongClient();
  const parameters = form(request);
  const grantType = parameters['grant_type'];
  if (grantType !== 'authorization_code' && grantType !== 'refresh_token') {
    return oauthError(400, 'unsupported_grant_type', 'The grant type is not supported');
  }
  const connection =
    grantType === 'refresh_token'
      ? redeemRefreshToken(world, parameters['refresh_token'] ?? '')
      : redeemCode(world, parameters['code'] ?? '', parameters['redirect_uri'] ?? '');
  if (!connection) {
    const what = grantType === 'refresh_token' ? 'refresh token' : 'authorization code';
    return oauthError(400, 'invalid_grant', `Invalid ${what}`);
  }
  return {
    ...json(200, issueTokens(world, connection), { 'cache-control': 'no-store' }),
    committed: { tokens: grantType, tenant: connection.tenant },
  };
}

/** An unknown token answers as a known one. Access tokens cannot be revoked: they live on to their end. */
function revoke(world: World, request: HttpRequest): HttpReply {
  if (!clientIsKnown(world, request)) return wrongClient();
  const entry = world.oauth.refreshTokens.get(form(request)['token'] ?? '');
  const connection = entry && world.oauth.connections.get(entry.connection);
  if (connection) connection.refreshEnded = true;
  return {
    ...json(200, { revoked: true }),
    committed: connection ? { revoked: true, tenant: connection.tenant } : null,
  };
}
