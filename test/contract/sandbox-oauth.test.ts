import { afterEach, beforeEach, expect, test } from 'vitest';
import { answerOf, errorOf, redirectUri, startDriver, type Driver } from './sandbox-driver.ts';

const DAY_MS = 86_400_000;
let driver: Driver;

beforeEach(async () => {
  driver = await startDriver();
});
afterEach(async () => {
  await driver.sandbox.stop();
});

const refresh = (refreshToken: string) =>
  driver.token({ grant_type: 'refresh_token', refresh_token: refreshToken });

test('the consent page is a form that works without script, and its buttons send the person back', async () => {
  const query = new URLSearchParams({
    client_id: driver.sandbox.clientId,
    response_type: 'code',
    state: 'å&"<',
    scope: 'bookkeeping invoice',
    redirect_uri: redirectUri,
    access_type: 'offline',
  });
  const page = await (await fetch(`${driver.sandbox.url}/oauth-v1/auth?${query.toString()}`)).text();
  expect(page).toContain('<html lang="sv">');
  expect(page).toContain('Exempelbolaget Norr AB');
  expect(page).toContain('Kundfakturor');
  expect(page).not.toContain('<script');

  const click = async (decision: string) => {
    const response = await fetch(`${driver.sandbox.url}/oauth-v1/auth`, {
      method: 'POST',
      redirect: 'manual',
      body: new URLSearchParams([...query, ['company', '990100'], ['decision', decision]]),
    });
    expect(response.status).toBe(302);
    return new URL(response.headers.get('location') ?? '');
  };
  const approved = await click('approve');
  expect(approved.href).toMatch(/^http:\/\/127\.0\.0\.1:9\/callback\?/);
  expect(approved.searchParams.get('state')).toBe('å&"<');
  expect(approved.searchParams.get('code')).toMatch(/^\w{20,}$/);
  const denied = await click('deny');
  expect([...denied.searchParams]).toEqual([
    ['error', 'access_denied'],
    ['state', 'å&"<'],
  ]);
});

test('a scope that does not exist, and one without licence, come back as errors', async () => {
  expect(await driver.consent('bookkeeping nonsense')).toEqual({ error: 'invalid_scope', state: 'state-1' });
  await driver.control('PATCH', '/books', { op: 'setLicences', missing: ['invoice'] });
  expect(await driver.consent('invoice')).toEqual({ error: 'error_missing_license', state: 'state-1' });
});

test('a code works once, for ten minutes, for the same redirect_uri', async () => {
  const redeem = (code: string, uri = redirectUri) =>
    driver.token({ grant_type: 'authorization_code', code, redirect_uri: uri });
  const { code = '' } = await driver.consent();
  expect((await redeem(code, `${redirectUri}/`)).status).toBe(400);
  expect((await redeem(code)).status).toBe(200);
  expect((await redeem(code)).body['error']).toBe('invalid_grant');

  const { code: old = '' } = await driver.consent();
  await driver.control('POST', '/clock', { advanceMs: 10 * 60_000 });
  expect((await redeem(old)).body['error']).toBe('invalid_grant');
});

test('the token answer has the recorded form, and the access token the recorded claims', async () => {
  const { code = '' } = await driver.consent('bookkeeping invoice');
  const answer = await driver.token({ grant_type: 'authorization_code', code, redirect_uri: redirectUri });
  expect(answer.headers.get('content-type')).toBe('application/json');
  expect(answer.headers.get('cache-control')).toBe('no-store');
  expect(answer.headers.get('x-uid')).toMatch(/^\w+$/);
  expect(answer.body).toMatchObject({
    scope: 'bookkeeping invoice',
    expires_in: 3600,
    token_type: 'bearer',
  });
  const payload = String(answer.body['access_token']).split('.')[1] ?? '';
  const claims = JSON.parse(Buffer.from(payload, 'base64url').toString());
  expect(claims).toMatchObject({
    tenantId: 990_100,
    clientId: driver.sandbox.clientId,
    scopes: ['bookkeeping', 'invoice'],
    iss: 'https://api.fortnox.se/oauth2',
  });
  expect(claims.exp - claims.iat).toBe(3600);
});

test('a wrong client and a dead refresh token answer in the recorded content types', async () => {
  const wrong = await driver.token({ grant_type: 'refresh_token', refresh_token: 'x' }, 'wrong');
  expect(wrong.status).toBe(401);
  expect(wrong.headers.get('content-type')).toBe('text/plain;charset=UTF-8');
  expect(wrong.body).toEqual({
    error: 'invalid_client',
    error_description: 'The client credentials are invalid',
  });
  const dead = await refresh('x');
  expect(dead.status).toBe(400);
  expect(dead.headers.get('content-type')).toBe('text/html; charset=UTF-8');
  expect(dead.body).toEqual({ error: 'invalid_grant', error_description: 'Invalid refresh token' });
});

test('a refresh token works once; reuse leaves the newer one alone unless the assumption says otherwise', async () => {
  const first = driver.tokens.refresh_token;
  const second = (await refresh(first)).body;
  expect((await refresh(first)).body['error']).toBe('invalid_grant');
  const third = await refresh(String(second['refresh_token']));
  expect(third.status).toBe(200);

  await driver.control('PUT', '/assumptions', { refreshReuseKillsFamily: true });
  expect((await refresh(first)).status).toBe(400);
  expect((await refresh(String(third.body['refresh_token']))).status).toBe(400);
});

test('access tokens live an hour, refresh tokens 45 days from the last refresh', async () => {
  expect((await driver.get('/3/companyinformation')).status).toBe(200);
  await driver.control('POST', '/clock', { advanceMs: 3_600_000 });
  const late = await driver.get('/3/companyinformation');
  expect(late.status).toBe(401);
  expect(late.body).toEqual({ message: 'unauthorized' });

  await driver.control('POST', '/clock', { advanceMs: 44 * DAY_MS });
  const renewed = await refresh(driver.tokens.refresh_token);
  expect(renewed.status).toBe(200);
  await driver.control('POST', '/clock', { advanceMs: 45 * DAY_MS });
  expect((await refresh(String(renewed.body['refresh_token']))).status).toBe(400);
});

test('revoking ends the refresh token, not the access token; an unknown token is revoked as well', async () => {
  const revoke = async (token: string) =>
    answerOf(
      await fetch(`${driver.sandbox.url}/oauth-v1/revoke`, {
        method: 'POST',
        headers: {
          authorization: `Basic ${btoa(`${driver.sandbox.clientId}:${driver.sandbox.clientSecret}`)}`,
        },
        body: new URLSearchParams({ token_type_hint: 'refresh_token', token }),
      }),
    );
  expect((await revoke('unknown')).body).toEqual({ revoked: true });
  expect((await revoke(driver.tokens.refresh_token)).body).toEqual({ revoked: true });
  expect((await refresh(driver.tokens.refresh_token)).status).toBe(400);
  expect((await driver.get('/3/companyinformation')).status).toBe(200);
});

test('an integration removed inside Fortnox is unauthorized at once', async () => {
  await driver.control('PATCH', '/books', { op: 'revokeConnection' });
  expect((await driver.get('/3/companyinformation')).body).toEqual({ message: 'unauthorized' });
  expect((await refresh(driver.tokens.refresh_token)).body['error']).toBe('invalid_grant');
  await driver.login();
  expect((await driver.get('/3/companyinformation')).status).toBe(200);
});

test('scope, licence and register are refused with their own codes, and the connection stays alive', async () => {
  await driver.login('bookkeeping supplierinvoice');
  expect(errorOf(await driver.get('/3/invoices'))).toMatchObject({
    status: 403,
    code: 2_000_663,
    upper: true,
  });
  await driver.control('PUT', '/assumptions', { scopeErrorStatus: 400 });
  expect(errorOf(await driver.get('/3/invoices'))).toMatchObject({ status: 400, code: 2_000_663 });

  await driver.control('PATCH', '/books', { op: 'refuseRegisters', resources: ['supplierinvoices'] });
  expect(errorOf(await driver.get('/3/supplierinvoices'))).toEqual({
    status: 403,
    code: 2_003_275,
    upper: true,
    message: 'Saknar behörighet för leverantörsregister.',
  });
  await driver.control('PATCH', '/books', { op: 'setLicences', missing: ['supplierinvoice'] });
  expect(errorOf(await driver.get('/3/supplierinvoices'))).toMatchObject({ status: 403, code: 2_001_101 });
  expect((await driver.get('/3/accounts')).status).toBe(200);
});
