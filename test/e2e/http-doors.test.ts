import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Hono } from 'hono';
import type { AppEnv } from '../../client/http/app-env.ts';
import { createApp } from '../../client/http/create-app.ts';
import { startSession } from '../../client/http/sign-in.ts';
import { createSession } from '../../db/stores/sessions.ts';
import { adjustment, consent } from '../workflow/world.ts';
import {
  createHttpWorld,
  newClose,
  refusal,
  request,
  startOverHttp,
  twoPeople,
  until,
} from './http-world.ts';
import type { Answer, HttpWorld } from './http-world.ts';

let http: HttpWorld;
let people: Awaited<ReturnType<typeof twoPeople>>;
beforeAll(async () => {
  http = await createHttpWorld({}, async (world) => {
    people = await twoPeople(world);
    return { loginLimit: { attempts: 20, perMs: 60_000 } };
  });
});
afterAll(() => http.end());

/** A session of the person's, as after logging in; answers the cookie. */
async function signIn(name: string): Promise<string> {
  const { firmId, userId } = people.find((person) => person.name === name)!;
  const cookie = await http.world.database.forFirm(firmId, (tx) =>
    createSession(tx, { userId, lifetimeMs: 60_000 }),
  );
  return `bokslut=${cookie}`;
}

/** As our own page asks in the person's browser. */
const ask = (cookie: string, method: string, path: string, body?: unknown, headers = {}): Promise<Answer> =>
  request(`${http.server.url}${path}`, method, body, { cookie, origin: http.server.url, ...headers });

describe('a person with a browser', () => {
  it('logs in, does what the role allows, and is let out again', async () => {
    const anna = await signIn('Anna');
    expect((await ask(anna, 'POST', '/api/engagements', newClose(http))).status).toBe(201);
    expect((await ask(anna, 'GET', '/api/engagements')).status).toBe(200);
    expect((await ask(anna, 'POST', '/logga-ut')).status).toBe(303);
    expect(refusal(await ask(anna, 'GET', '/api/engagements'))).toEqual([401, 'http.unauthenticated']);
  });

  it('is not made to do anything by the page of another site', async () => {
    const anna = await signIn('Anna');
    const close = newClose(http, { year: { from: '2019-01-01', to: '2019-12-31' } });
    const evil = { cookie: anna, origin: 'https://example.com' };
    expect(refusal(await request(`${http.server.url}/api/engagements`, 'POST', close, evil))).toEqual([
      403,
      'http.cross-site',
    ]);
    const blind = { cookie: anna, 'sec-fetch-site': 'cross-site' };
    expect(refusal(await request(`${http.server.url}/api/engagements`, 'POST', close, blind))).toEqual([
      403,
      'http.cross-site',
    ]);
    expect(
      refusal(await request(`${http.server.url}/api/engagements`, 'POST', close, { cookie: anna })),
    ).toEqual([403, 'http.cross-site']);
  });

  it('comes back from Fortnox in the browser that left, or not at all', async () => {
    const anna = await signIn('Anna');
    const bo = await signIn('Bo');
    const { id } = (await ask(anna, 'POST', '/api/engagements', newClose(http, { year: year(2018) })))
      .body as {
      id: string;
    };
    const leave = async (): Promise<string> => {
      const { url } = (await ask(anna, 'POST', `/api/engagements/${id}/login`)).body as { url: string };
      return new URLSearchParams(await consent(http.world, new URL(url))).toString();
    };
    const other = await ask(bo, 'GET', `/fortnox/callback?${await leave()}`);
    expect(refusal(other)).toEqual([403, 'login.other-session']);
    const none = await request(`${http.server.url}/fortnox/callback?${await leave()}`, 'GET');
    expect(refusal(none)).toEqual([403, 'login.other-session']);
    const page = await ask(bo, 'GET', `/fortnox/callback?${await leave()}`, undefined, {
      accept: 'text/html',
    });
    expect(page.status).toBe(403);
    expect(page.headers.get('content-type')).toMatch(/^text\/html/);
    expect(page.text).toContain('login.other-session');
  });

  it('does not approve what they saved themselves, nor without the role', async () => {
    const anna = await signIn('Anna');
    const bo = await signIn('Bo');
    const worker = await http.world.worker();
    await worker.runUntil(async () => {
      const id = await startOverHttp(http, { year: year(2025), company: sibling() });
      const path = `/api/engagements/${id}`;
      const { url } = (await ask(anna, 'POST', `${path}/login`)).body as { url: string };
      const back = new URLSearchParams(await consent(http.world, new URL(url))).toString();
      const { connectionId } = (await ask(anna, 'GET', `/fortnox/callback?${back}`)).body as {
        connectionId: string;
      };
      await ask(anna, 'POST', `${path}/connection/confirm`, { connectionId });
      const { lastImport } = await until(http, id, ({ phase }) => phase === 'adjusting');
      const save = (cookie: string, etag: string, name: string): Promise<Answer> =>
        ask(cookie, 'PUT', `${path}/adjustments`, { adjustments: [adjustment(name)] }, { 'if-match': etag });
      const { hash } = (await save(bo, '"0"', 'one')).body as { hash: string };
      const approval = { revision: 1, revisionHash: hash, snapshotId: lastImport?.id, series: 'K' };
      expect(refusal(await ask(anna, 'POST', `${path}/approvals`, approval))).toEqual([
        403,
        'http.forbidden',
      ]);
      expect(refusal(await ask(bo, 'POST', `${path}/approvals`, approval))).toEqual([
        403,
        'approval.four-eyes',
      ]);
      const obstacles = (await ask(bo, 'GET', `${path}/preflight`)).body as { obstacles: { code: string }[] };
      expect(obstacles.obstacles.map(({ code }) => code)).toEqual(['approval.four-eyes']);
      const second = (await save(anna, '"1"', 'two')).body as { hash: string };
      const now = { ...approval, revision: 2, revisionHash: second.hash };
      expect((await ask(bo, 'POST', `${path}/approvals`, now)).status).toBe(201);
      await until(http, id, ({ phase }) => phase === 'completed');
    });
  }, 90_000);
});

describe('every answer', () => {
  it('carries the headers that keep a page shut', async () => {
    const { headers } = await request(`${http.server.url}/`, 'GET', undefined, { accept: 'text/html' });
    const policy = headers.get('content-security-policy') ?? '';
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain("script-src 'self'");
    expect(policy).toContain("frame-ancestors 'none'");
    expect(policy).not.toContain('unsafe');
    expect(policy).toContain(`form-action 'self' ${http.world.sandbox.url}`);
    expect(headers.get('x-content-type-options')).toBe('nosniff');
    expect(headers.get('referrer-policy')).toBe('same-origin');
    expect(headers.get('x-request-id')).toMatch(/^[0-9a-f-]{36}$/);
    expect(headers.get('strict-transport-security')).toBeNull();
  });

  it('says that the server lives, and whether what it stands on does', async () => {
    expect((await request(`${http.server.url}/healthz`, 'GET')).body).toEqual({ ok: true });
    const ready = await request(`${http.server.url}/readyz`, 'GET');
    expect([ready.status, ready.body]).toEqual([200, { database: true, temporal: true }]);
  });

  it('tells nothing of the inside when something breaks, and the log says what', async () => {
    const lines: object[] = [];
    const secret = 'password=hemligt';
    const broken = createApp({
      ...http.world.client,
      log: (line) => lines.push(line),
      database: { ...http.world.database, forFirm: () => Promise.reject(new Error(secret)) },
    });
    const response = await broken.request('/api/engagements', {
      headers: { authorization: `Bearer ${http.key}` },
    });
    const text = await response.text();
    expect(response.status).toBe(500);
    expect(JSON.parse(text)).toMatchObject({ code: 'http.internal' });
    expect(text).not.toMatch(/hemligt|\.ts|node_modules|\bat /);
    expect(lines).toContainEqual(
      expect.objectContaining({
        event: 'http.failed',
        error: {
          name: 'Error',
          at: expect.arrayContaining([expect.stringMatching(/http-doors\.test\.ts:\d+$/)]),
        },
      }),
    );
    expect(JSON.stringify(lines)).not.toContain('hemligt');
  });

  it('is behind a limit where somebody could guess', async () => {
    const app = createApp(http.world.client, { loginLimit: { attempts: 3, perMs: 60_000 } });
    const answers: Response[] = [];
    for (let attempt = 0; attempt < 4; attempt += 1)
      answers.push(await app.request('/fortnox/callback?state=x'));
    const codes = await Promise.all(
      answers.map(async (answer) => ((await answer.json()) as { code: string }).code),
    );
    expect(Number(answers[3]?.headers.get('retry-after'))).toBeGreaterThan(0);
    expect(codes).toEqual([
      'login.state-unknown',
      'login.state-unknown',
      'login.state-unknown',
      'http.too-many-requests',
    ]);
  });

  it('binds its cookie to the host when the address is https', async () => {
    const [{ firmId, userId }] = people;
    const app = new Hono<AppEnv>().get('/', async (c) => {
      c.set('client', { ...http.world.client, publicUrl: new URL('https://bokslut.example/') });
      await startSession(c, firmId, userId);
      return c.body(null);
    });
    expect((await app.request('/')).headers.get('set-cookie')).toMatch(
      /^__Host-bokslut=[^;]+; Max-Age=50400; Path=\/; HttpOnly; Secure; SameSite=Lax$/,
    );
    const https = createApp({ ...http.world.client, publicUrl: new URL('https://bokslut.example/') });
    expect((await https.request('/healthz')).headers.get('strict-transport-security')).toContain(
      'max-age=31536000',
    );
  });
});

describe('the description of the API', () => {
  it('names every address and is no way in by itself', async () => {
    const { status, body } = await request(`${http.server.url}/api/openapi.json`, 'GET');
    expect(status).toBe(200);
    const { openapi, paths } = body as {
      openapi: string;
      paths: Record<string, Record<string, { summary?: string; responses: Record<string, object> }>>;
    };
    expect(openapi).toBe('3.1.0');
    const operations = Object.entries(paths).flatMap(([path, item]) =>
      Object.entries(item).map(([method, operation]) => ({ name: `${method} ${path}`, operation })),
    );
    expect(operations.length).toBeGreaterThan(30);
    const poor = operations.filter(
      ({ operation: { summary, responses } }) =>
        !summary ||
        !('default' in responses) ||
        !Object.keys(responses).some((code) => code.startsWith('20')),
    );
    expect(poor).toEqual([]);
    expect(operations.map(({ name }) => name)).toEqual(
      expect.arrayContaining([
        'post /engagements',
        'get /engagements/{id}',
        'put /engagements/{id}/adjustments',
        'post /engagements/{id}/approvals',
        'get /engagements/{id}/files/binder.zip',
      ]),
    );
    const page = await request(`${http.server.url}/api`, 'GET');
    expect(page.text).toContain('/api/engagements/{id}/approvals');
  });
});

const year = (of: number): { from: string; to: string } => ({ from: `${of}-01-01`, to: `${of}-12-31` });

/** The sandbox's company as another one of the firm's: its year 2025 is taken by another test. */
function sibling(): object {
  const [company] = http.world.sandbox.companies;
  return { name: 'Samma bolag AB', organisationNumber: company?.organisationNumber };
}
