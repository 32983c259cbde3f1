import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { FortnoxConfig } from '../../fortnox/config.ts';
import { createFortnoxLogin, SCOPES } from '../../fortnox/login.ts';
import { Secret } from '../../fortnox/secret.ts';
import { startSandbox } from '../../sandbox/start.ts';
import type { Sandbox } from '../../sandbox/start.ts';
import { cut, cutInBody, hang, hangInBody, reply, startStub } from './fortnox-stub.ts';
import type { Stub } from './fortnox-stub.ts';

const configFor = (url: URL, clientSecret = 'secret'): FortnoxConfig => ({
  clientId: 'a-b_c.d!e',
  clientSecret: new Secret(clientSecret),
  baseUrl: url,
  authUrl: url,
});

const tokens = {
  access_token: 'a',
  refresh_token: 'b',
  scope: 'x y',
  expires_in: 3600,
  token_type: 'bearer',
};
const oauthError = (error: string) => ({ error, error_description: 'canary' });
const html = '<html><body>canary</body></html>';

let stub: Stub;
beforeAll(async () => {
  stub = await startStub();
});
afterAll(() => stub.stop());
beforeEach(() => {
  stub.requests.length = 0;
});

describe('a failed refresh', () => {
  it.each<[string, Stub['answer'], string, string]>([
    [
      '400 invalid_grant as text/html',
      reply(400, oauthError('invalid_grant'), { 'content-type': 'text/html; charset=UTF-8' }),
      'refused',
      'invalid_grant',
    ],
    ['400 invalid_grant as JSON', reply(400, oauthError('invalid_grant')), 'refused', 'invalid_grant'],
    [
      '401 invalid_grant with a challenge',
      reply(401, oauthError('invalid_grant'), { 'www-authenticate': 'Basic realm="x"' }),
      'refused',
      'invalid_grant',
    ],
    [
      '401 invalid_client as text/plain',
      reply(401, oauthError('invalid_client'), { 'content-type': 'text/plain;charset=UTF-8' }),
      'misconfigured',
      'invalid_client',
    ],
    ['400 invalid_request', reply(400, oauthError('invalid_request')), 'misconfigured', 'invalid_request'],
    [
      '400 with another error',
      reply(400, oauthError('temporarily_unavailable')),
      'unknown',
      'temporarily_unavailable',
    ],
    [
      '400 with HTML',
      reply(400, html, { 'content-type': 'text/html' }),
      'unknown',
      'OAUTH_RESPONSE_IS_NOT_JSON',
    ],
    ['429', reply(429, '', { 'retry-after': '3' }), 'notUsed', 'OAUTH_RESPONSE_IS_NOT_CONFORM'],
    [
      '429 with HTML',
      reply(429, html, { 'content-type': 'text/html' }),
      'notUsed',
      'OAUTH_RESPONSE_IS_NOT_JSON',
    ],
    [
      '429 with a body',
      reply(429, { message: 'Too Many Requests' }),
      'notUsed',
      'OAUTH_RESPONSE_IS_NOT_CONFORM',
    ],
    ['500', reply(500, {}), 'unknown', 'OAUTH_RESPONSE_IS_NOT_CONFORM'],
    [
      '503 with HTML',
      reply(503, html, { 'content-type': 'text/html' }),
      'unknown',
      'OAUTH_RESPONSE_IS_NOT_CONFORM',
    ],
    ['302', reply(302, '', { location: 'https://example.org/' }), 'unknown', 'OAUTH_RESPONSE_IS_NOT_CONFORM'],
    [
      '200 with HTML',
      reply(200, html, { 'content-type': 'text/html' }),
      'unknown',
      'OAUTH_RESPONSE_IS_NOT_JSON',
    ],
    ['200 with half a body', reply(200, '{"access_token":"a","refr'), 'unknown', 'OAUTH_PARSE_ERROR'],
    ['200 without an access token', reply(200, { refresh_token: 'b' }), 'unknown', 'OAUTH_INVALID_RESPONSE'],
    [
      '200 without a refresh token',
      reply(200, { ...tokens, refresh_token: undefined }),
      'unknown',
      'no refresh token in the answer',
    ],
    ['cut before the answer', cut, 'unknown', 'UND_ERR_SOCKET'],
    ['cut in the body', cutInBody, 'unknown', 'UND_ERR_SOCKET'],
    ['no answer', hang, 'unknown', 'OAUTH_TIMEOUT'],
    ['no end of the body', hangInBody, 'unknown', 'OAUTH_TIMEOUT'],
  ])('%s', async (_name, answer, outcome, reason) => {
    stub.answer = answer;
    const result = await createFortnoxLogin(configFor(stub.url), { timeoutMs: 250 }).refresh(
      new Secret('old'),
    );
    expect(result).toEqual({ outcome, reason });
    expect(stub.requests).toHaveLength(1);
  });

  it('that found nobody was not sent', async () => {
    const gone = await startStub();
    await gone.stop();
    const result = await createFortnoxLogin(configFor(gone.url)).refresh(new Secret('old'));
    expect(result).toEqual({ outcome: 'notUsed', reason: 'ECONNREFUSED' });
  });
});

describe('a refresh', () => {
  it('sends the raw pair and reads JSON whatever it is called', async () => {
    stub.answer = reply(200, tokens, { 'content-type': 'text/html; charset=UTF-8' });
    const before = Date.now();
    const result = await createFortnoxLogin(configFor(stub.url, 'p-q_r.s!')).refresh(new Secret('old'));
    if (result.outcome !== 'ok') throw new Error(result.outcome);
    expect(result.tokens.accessToken.reveal()).toBe('a');
    expect(result.tokens.refreshToken.reveal()).toBe('b');
    expect(result.tokens.scopes).toEqual(['x', 'y']);
    expect(result.tokens.expiresAtMs).toBeGreaterThanOrEqual(before + 3_600_000);
    const [request] = stub.requests;
    expect(request?.headers.authorization).toBe(
      `Basic ${Buffer.from('a-b_c.d!e:p-q_r.s!').toString('base64')}`,
    );
    expect(Object.fromEntries(new URLSearchParams(request?.body))).toEqual({
      grant_type: 'refresh_token',
      refresh_token: 'old',
    });
  });
});

describe('a revocation', () => {
  it.each<[string, Stub['answer'], string]>([
    ['revoked', reply(200, { revoked: true }, { 'content-type': 'text/plain' }), 'ok'],
    ['not revoked', reply(200, { revoked: false }), 'retry'],
    ['a maintenance page', reply(200, html, { 'content-type': 'text/html' }), 'retry'],
    ['503', reply(503, html), 'retry'],
    ['cut', cut, 'retry'],
    ['unknown token', reply(400, oauthError('invalid_grant')), 'ok'],
    ['wrong client', reply(401, oauthError('invalid_client')), 'retry'],
  ])('%s', async (_name, answer, outcome) => {
    stub.answer = answer;
    const result = await createFortnoxLogin(configFor(stub.url), { timeoutMs: 250 }).revoke(
      new Secret('old'),
    );
    expect(result.outcome).toBe(outcome);
    expect(JSON.stringify(result)).not.toContain('canary');
  });
});

describe('at the sandbox', () => {
  let sandbox: Sandbox;
  beforeAll(async () => {
    sandbox = await startSandbox({ vouchers: 10, invoices: 5 });
  });
  afterAll(() => sandbox.stop());

  const config = (): FortnoxConfig => ({
    clientId: sandbox.clientId,
    clientSecret: new Secret(sandbox.clientSecret),
    baseUrl: new URL(sandbox.url),
    authUrl: new URL(sandbox.url),
  });

  it('a person logs in, and the login is refreshed and revoked', async () => {
    const login = createFortnoxLogin(config());
    const redirectUri = 'http://127.0.0.1/callback?x=1';
    const url = login.authorizationUrl({ state: 's', redirectUri });
    expect(url.searchParams.get('scope')).toBe(SCOPES.join(' '));
    expect(url.searchParams.get('access_type')).toBe('offline');
    const consent = await fetch(`${sandbox.url}/sandbox/consent`, {
      method: 'POST',
      body: JSON.stringify(Object.fromEntries(url.searchParams)),
    });
    const { code }: { code: string } = JSON.parse(await consent.text());

    const first = await login.exchangeCode(code, redirectUri);
    if (first.outcome !== 'ok') throw new Error(first.outcome);
    expect(first.tokens.tenantId).toBe(String(sandbox.companies[0]?.databaseNumber));
    expect(first.tokens.scopes.toSorted()).toEqual([...SCOPES].toSorted());
    expect(await login.exchangeCode(code, redirectUri)).toEqual({
      outcome: 'refused',
      reason: 'invalid_grant',
    });

    const second = await login.refresh(first.tokens.refreshToken);
    if (second.outcome !== 'ok') throw new Error(second.outcome);
    expect(await login.refresh(first.tokens.refreshToken)).toEqual({
      outcome: 'refused',
      reason: 'invalid_grant',
    });
    expect(await login.revoke(second.tokens.refreshToken)).toEqual({ outcome: 'ok' });
    expect(await login.refresh(second.tokens.refreshToken)).toEqual({
      outcome: 'refused',
      reason: 'invalid_grant',
    });
  });

  it('a wrong secret is our fault, and no login dies of it', async () => {
    const login = createFortnoxLogin({ ...config(), clientSecret: new Secret('wrong') });
    expect(await login.refresh(new Secret('any'))).toEqual({
      outcome: 'misconfigured',
      reason: 'invalid_client',
    });
  });
});
