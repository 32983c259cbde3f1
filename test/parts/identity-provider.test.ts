import { afterAll, beforeAll, expect, test } from 'vitest';
import * as oidc from 'openid-client';
import { startIdentityProvider } from '../../dev/identity-provider.ts';
import type { IdentityProvider } from '../../dev/identity-provider.ts';

const redirectUri = 'http://127.0.0.1:9/oidc/callback';
let provider: IdentityProvider;

beforeAll(async () => {
  provider = await startIdentityProvider({
    people: [
      { subject: 'anna', name: 'Anna Exempel', email: 'anna@example.test' },
      { subject: 'bo', name: 'Bo Exempel', email: 'bo@example.test' },
    ],
    redirectUris: [redirectUri],
  });
});
afterAll(() => provider.stop());

/** A browser that keeps cookies and follows the provider's own redirects. */
async function browse(
  url: URL,
  method = 'GET',
  jar = new Map<string, string>(),
): Promise<{ url: URL; body: string; jar: typeof jar }> {
  const cookie = [...jar].map(([name, value]) => `${name}=${value}`).join('; ');
  const response = await fetch(url, { method, redirect: 'manual', headers: { cookie } });
  for (const line of response.headers.getSetCookie()) {
    const [pair = ''] = line.split(';');
    const at = pair.indexOf('=');
    jar.set(pair.slice(0, at), pair.slice(at + 1));
  }
  const location = response.headers.get('location');
  if (location === null) return { url, body: await response.text(), jar };
  const next = new URL(location, url);
  if (next.href.startsWith(redirectUri)) return { url: next, body: '', jar };
  return browse(next, 'GET', jar);
}

test('a person logs in by code, PKCE, state and nonce, and is who was chosen', async () => {
  const { issuer, clientId, clientSecret } = provider;
  const config = await oidc.discovery(new URL(issuer), clientId, clientSecret, undefined, {
    execute: [oidc.allowInsecureRequests],
  });
  const verifier = oidc.randomPKCECodeVerifier();
  const state = oidc.randomState();
  const nonce = oidc.randomNonce();
  const start = oidc.buildAuthorizationUrl(config, {
    redirect_uri: redirectUri,
    scope: 'openid profile email',
    code_challenge: await oidc.calculatePKCECodeChallenge(verifier),
    code_challenge_method: 'S256',
    state,
    nonce,
  });
  const page = await browse(start);
  expect(page.body).toContain('Bo Exempel');
  const action = /action="([^"]+\/1)"/.exec(page.body)?.[1] ?? '';
  const back = await browse(new URL(action, issuer), 'POST', page.jar);
  const tokens = await oidc.authorizationCodeGrant(config, back.url, {
    pkceCodeVerifier: verifier,
    expectedState: state,
    expectedNonce: nonce,
    idTokenExpected: true,
  });
  expect(tokens.claims()).toMatchObject({ sub: 'bo', name: 'Bo Exempel', email: 'bo@example.test' });
});
