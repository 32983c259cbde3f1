import { createFortnoxClient } from '../../fortnox/client.ts';
import type { FortnoxClient } from '../../fortnox/client.ts';
import { createFortnoxHttp } from '../../fortnox/http.ts';
import type { RequestLog } from '../../fortnox/http.ts';
import type { PageProgress } from '../../fortnox/list.ts';
import type { FortnoxLimits } from '../../fortnox/limits.ts';
import { createFortnoxLogin, SCOPES } from '../../fortnox/login.ts';
import type { Tokens } from '../../fortnox/login.ts';
import type { FortnoxConfig } from '../../fortnox/config.ts';
import { Secret } from '../../fortnox/secret.ts';
import type { Sandbox } from '../../sandbox/start.ts';

export const configOf = (sandbox: Pick<Sandbox, 'url' | 'clientId' | 'clientSecret'>): FortnoxConfig => ({
  clientId: sandbox.clientId,
  clientSecret: new Secret(sandbox.clientSecret),
  baseUrl: new URL(sandbox.url),
  authUrl: new URL(sandbox.url),
});

/** The sandbox's control surface. */
export async function control<T>(url: string, method: string, path: string, body?: unknown): Promise<T> {
  const response = await fetch(`${url}/sandbox/${path}`, {
    method,
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const answer: T = JSON.parse(await response.text());
  if (!response.ok) throw new Error(`${method} ${path}: ${JSON.stringify(answer)}`);
  return answer;
}

const redirectUri = 'http://127.0.0.1/callback';

/** A person logs in. */
export async function logIn(sandbox: Sandbox, scopes: readonly string[] = SCOPES): Promise<Tokens> {
  const { code } = await control<{ code: string }>(sandbox.url, 'POST', 'consent', {
    client_id: sandbox.clientId,
    redirect_uri: redirectUri,
    scope: scopes.join(' '),
    state: 'state',
  });
  const result = await createFortnoxLogin(configOf(sandbox)).exchangeCode(code, redirectUri);
  if (result.outcome !== 'ok') throw new Error(result.reason);
  return result.tokens;
}

/** A client with a fresh login, no budget and no custody. */
export async function clientOf(
  sandbox: Sandbox,
  options: {
    scopes?: readonly string[];
    limits?: Partial<FortnoxLimits>;
    log?: (line: RequestLog) => void;
    onPage?: (page: PageProgress) => void;
  } = {},
): Promise<FortnoxClient> {
  const { accessToken } = await logIn(sandbox, options.scopes);
  const http = createFortnoxHttp({
    config: configOf(sandbox),
    credentials: {
      accessToken: () => Promise.resolve(accessToken),
      replaceRefused: () => Promise.resolve(accessToken),
      giveUp: () => Promise.resolve(),
    },
    budget: { take: () => Promise.resolve(), turnedAway: () => Promise.resolve() },
    log: options.log ?? (() => undefined),
    ...(options.limits ? { limits: options.limits } : {}),
  });
  return createFortnoxClient({ http, ...(options.onPage && { onPage: options.onPage }) });
}
