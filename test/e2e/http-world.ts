import { randomUUID } from 'node:crypto';
import { inject } from 'vitest';
import { createApiKey } from '../../client/close/api-keys.ts';
import { createServer } from '../../client/http/create-server.ts';
import type { HttpServer, ServerOptions } from '../../client/http/create-server.ts';
import { createFirm, setFourEyes } from '../../db/stores/firms.ts';
import { saveUser } from '../../db/stores/users.ts';
import { bundleWorkflows } from '../../worker/create-worker.ts';
import { consent, createWorld } from '../workflow/world.ts';
import type { TestWorld, WorldOptions } from '../workflow/world.ts';

/** A world with the server before it, and what the tests speak to it with. */
export interface HttpWorld {
  readonly world: TestWorld;
  readonly server: HttpServer;
  /** A key of the firm that may everything. */
  readonly key: string;
  /** A key that may read alone. */
  readonly readKey: string;
  /** Calls the API by the firm's key unless other headers are given. */
  call(method: string, path: string, body?: unknown, headers?: Record<string, string>): Promise<Answer>;
  end(): Promise<void>;
}

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  /** Parsed when it is JSON. */
  readonly body: never;
  readonly text: string;
  readonly bytes: Uint8Array;
}

export async function createHttpWorld(
  options: Partial<WorldOptions> = {},
  server: (world: TestWorld) => Promise<Partial<ServerOptions>> = async () => ({}),
): Promise<HttpWorld> {
  const world = await createWorld({
    server: inject('temporalAddress'),
    bundle: await bundleWorkflows(),
    ...options,
  });
  const { firmId } = world.caller;
  const { key } = await createApiKey(world.client, firmId, {
    name: 'program',
    scopes: ['read', 'write', 'approve'],
  });
  const { key: readKey } = await createApiKey(world.client, firmId, { name: 'läsare', scopes: ['read'] });
  const running = await createServer(world.client, { port: 0, ...(await server(world)) });
  return {
    world,
    server: running,
    key,
    readKey,
    call: (method, path, body, headers = {}) =>
      request(`${running.url}${path}`, method, body, { authorization: `Bearer ${key}`, ...headers }),
    async end() {
      await running.close();
      await world.end();
    },
  };
}

export async function request(
  url: string,
  method: string,
  body?: unknown,
  headers: Record<string, string> = {},
): Promise<Answer> {
  const isText = typeof body === 'string' || body instanceof Uint8Array;
  const response = await fetch(url, {
    method,
    redirect: 'manual',
    headers: { ...(body !== undefined && !isText && { 'content-type': 'application/json' }), ...headers },
    ...(body !== undefined && { body: isText ? body : JSON.stringify(body) }),
  });
  const bytes = new Uint8Array(await response.arrayBuffer());
  const text = Buffer.from(bytes).toString('utf8');
  const isJson = /json/.test(response.headers.get('content-type') ?? '');
  return {
    status: response.status,
    headers: response.headers,
    body: (isJson ? JSON.parse(text) : undefined) as never,
    text,
    bytes,
  };
}

/** Status and code of a refusal, which must be a problem by its type. */
export function refusal({ status, headers, body }: Answer): [number, string] {
  const problem = body as { code: string; what: string; advice: string; status: number };
  if (!headers.get('content-type')?.startsWith('application/problem+json') || problem.status !== status) {
    throw new Error(`no problem: ${status} ${headers.get('content-type')}`);
  }
  if (problem.what.length < 10 || problem.advice.length < 10)
    throw new Error(`says too little: ${problem.code}`);
  return [status, problem.code];
}

/** What starts a close of the sandbox's first company. */
export function newClose({ world }: HttpWorld, changes: object = {}): object {
  const [company] = world.sandbox.companies;
  return {
    company: { name: company?.name, organisationNumber: company?.organisationNumber },
    year: { from: '2025-01-01', to: '2025-12-31' },
    ...changes,
  };
}

export async function startOverHttp(http: HttpWorld, changes: object = {}): Promise<string> {
  const { body } = await http.call('POST', '/api/engagements', newClose(http, changes));
  return (body as { id: string }).id;
}

/** Begins a login over the API and clicks at the sandbox: the query of the way back. */
export async function toFortnoxAndBack(
  http: HttpWorld,
  engagementId: string,
): Promise<{ code: string; state: string }> {
  const { body } = await http.call('POST', `/api/engagements/${engagementId}/login`);
  return consent(http.world, new URL((body as { url: string }).url));
}

/** Asks the close over the API again and again until it stands as wanted; the test's own time limit ends the waiting. */
export async function until(
  http: HttpWorld,
  engagementId: string,
  wanted: (view: CloseJson) => boolean,
): Promise<CloseJson> {
  for (;;) {
    const { body } = await http.call('GET', `/api/engagements/${engagementId}`);
    if (wanted(body)) return body;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

export interface CloseJson {
  readonly phase: string;
  readonly attention: { readonly code: string } | null;
  readonly allowed: readonly string[];
  readonly lastImport: { readonly id: string; readonly seq: number } | null;
  readonly connection: { readonly id: string; readonly endedAt: string | null } | null;
}

/** A second firm in the same database, with a key. */
export async function anotherFirm({ world }: HttpWorld): Promise<string> {
  const firmId = randomUUID();
  await world.database.forFirm(firmId, (tx) => createFirm(tx, { name: 'Andra byrån AB' }));
  const { key } = await createApiKey(world.client, firmId, {
    name: 'program',
    scopes: ['read', 'write', 'approve'],
  });
  return key;
}

/** Two people of the firm, who must look at each other's work. */
export async function twoPeople({ database, caller }: TestWorld) {
  return database.forFirm(caller.firmId, async (tx) => {
    await setFourEyes(tx, true);
    const user = async (name: string, role: 'preparer' | 'reviewer') => {
      const { id } = await saveUser(tx, {
        issuer: 'local',
        subject: name,
        name,
        email: `${name}@example.com`,
        role,
      });
      return { firmId: caller.firmId, userId: id, name };
    };
    return [await user('Anna', 'preparer'), await user('Bo', 'reviewer')] as const;
  });
}
