import { startSandbox, type Sandbox, type SandboxOptions } from '../../sandbox/start.ts';

const allScopes =
  'bookkeeping companyinformation settings invoice payment supplierinvoice inbox archive connectfile customer supplier profile';
export const redirectUri = 'http://127.0.0.1:9/callback';

interface Tokens {
  access_token: string;
  refresh_token: string;
}

export interface Answer {
  status: number;
  headers: Headers;
  text: string;
  body: Record<string, unknown>;
}

/** A sandbox with a person who has logged in: what most contract tests begin with. */
export interface Driver {
  sandbox: Sandbox;
  tokens: Tokens;
  /** A call with the access token; `body` is sent as JSON. */
  call(method: string, path: string, body?: unknown): Promise<Answer>;
  get(path: string): Promise<Answer>;
  bytes(path: string): Promise<Buffer>;
  /** A call to the control surface. */
  control<T = unknown>(method: string, path: string, body?: unknown): Promise<T>;
  token(parameters: Record<string, string>, secret?: string): Promise<Answer>;
  consent(scope?: string, more?: Record<string, unknown>): Promise<Record<string, string>>;
  login(scope?: string, more?: Record<string, unknown>): Promise<Tokens>;
}

export async function startDriver(options: SandboxOptions = {}): Promise<Driver> {
  const sandbox = await startSandbox({ rateLimit: false, ...options });
  const driver: Driver = {
    sandbox,
    tokens: { access_token: '', refresh_token: '' },
    call: async (method, path, body) =>
      answerOf(
        await fetch(sandbox.url + path, {
          method,
          headers: {
            authorization: `Bearer ${driver.tokens.access_token}`,
            ...(body === undefined ? {} : { 'content-type': 'application/json' }),
          },
          ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        }),
      ),
    get: (path) => driver.call('GET', path),
    bytes: async (path) => {
      const response = await fetch(sandbox.url + path, {
        headers: { authorization: `Bearer ${driver.tokens.access_token}` },
      });
      return Buffer.from(await response.arrayBuffer());
    },
    control: async (method, path, body) => {
      const response = await fetch(`${sandbox.url}/sandbox${path}`, {
        method,
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
      return JSON.parse(await response.text());
    },
    token: async (parameters, secret = sandbox.clientSecret) =>
      answerOf(
        await fetch(`${sandbox.url}/oauth-v1/token`, {
          method: 'POST',
          headers: { authorization: `Basic ${btoa(`${sandbox.clientId}:${secret}`)}` },
          body: new URLSearchParams(parameters),
        }),
      ),
    consent: (scope = allScopes, more = {}) =>
      driver.control('POST', '/consent', {
        client_id: sandbox.clientId,
        redirect_uri: redirectUri,
        scope,
        state: 'state-1',
        ...more,
      }),
    login: async (scope, more) => {
      const { code = '' } = await driver.consent(scope, more);
      const answer = await driver.token({
        grant_type: 'authorization_code',
        code,
        redirect_uri: redirectUri,
      });
      driver.tokens = JSON.parse(answer.text);
      return driver.tokens;
    },
  };
  await driver.login();
  return driver;
}

export async function answerOf(response: Response): Promise<Answer> {
  const text = await response.text();
  let body: Record<string, unknown> = {};
  try {
    body = JSON.parse(text);
  } catch {
    // Not every answer is JSON; the test looks at the text then.
  }
  return { status: response.status, headers: response.headers, text, body };
}

/** The record under `name`: {} when there is none. */
export function recordOf(answer: Answer, name: string): Record<string, unknown> {
  const value = answer.body[name];
  return typeof value === 'object' && value !== null ? { ...value } : {};
}

/** Code, message and the writing of the envelope's names of an error. */
export function errorOf(answer: Answer): { status: number; code: unknown; message: string; upper: boolean } {
  const information: Record<string, unknown> = recordOf(answer, 'ErrorInformation');
  const upper = 'Code' in information;
  return {
    status: answer.status,
    code: information[upper ? 'Code' : 'code'],
    message: String(information[upper ? 'Message' : 'message']),
    upper,
  };
}

/** The list of an answer, whatever it is called. */
export function itemsOf(answer: Answer): Record<string, unknown>[] {
  for (const [name, value] of Object.entries(answer.body)) {
    if (name !== 'MetaInformation' && Array.isArray(value)) return value;
  }
  throw new Error(`no list in ${answer.text.slice(0, 200)}`);
}
