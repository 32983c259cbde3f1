import { execFile, spawn } from 'node:child_process';
import { randomBytes, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { createConnection, endConnection, getConnection } from '../../db/stores/connections.ts';
import type { Connection } from '../../db/stores/connections.ts';
import { FortnoxError } from '../../fortnox/error.ts';
import { createFortnoxLogin } from '../../fortnox/login.ts';
import type { FortnoxLogin, TokenResult, Tokens } from '../../fortnox/login.ts';
import { fortnoxOpener } from '../../fortnox/open.ts';
import { createSealer } from '../../fortnox/seal.ts';
import { Secret } from '../../fortnox/secret.ts';
import { createTokenCustody } from '../../fortnox/token-custody.ts';
import type { CustodyLimits, CustodyLog } from '../../fortnox/token-custody.ts';
import { startSandbox } from '../../sandbox/start.ts';
import type { Sandbox } from '../../sandbox/start.ts';
import { configOf, control, logIn } from '../contract/fortnox-sandbox.ts';
import { newEngagement, openTestDatabase } from './support.ts';
import type { OpenTestDatabase } from './support.ts';
import type { RefresherInput } from './fortnox-refresher.ts';

const newKey = (id: string): string => `${id}:${randomBytes(32).toString('base64')}`;
const tokenKeys = newKey('k1');

let opened: OpenTestDatabase;
let sandbox: Sandbox;
let log: CustodyLog[] = [];

beforeAll(async () => {
  [opened, sandbox] = await Promise.all([openTestDatabase(), startSandbox({ vouchers: 10, invoices: 5 })]);
});
afterAll(() => Promise.all([opened.close(), sandbox.stop()]));
beforeEach(() => {
  log = [];
});
afterEach(() => control(sandbox.url, 'DELETE', 'faults'));

interface Options {
  readonly login?: FortnoxLogin;
  readonly limits?: Partial<CustodyLimits>;
  readonly keys?: string;
}

const custodyOf = ({ login, limits, keys }: Options = {}) =>
  createTokenCustody({
    database: opened.database,
    login: login ?? createFortnoxLogin(configOf(sandbox), { timeoutMs: 500 }),
    sealer: createSealer(keys ?? tokenKeys),
    log: (line) => log.push(line),
    limits: { pollMs: 10, ...limits },
  });

interface Stored {
  readonly firmId: string;
  readonly id: string;
  readonly tokens: Tokens;
}

/** A company whose login is stored; its access token has run out unless told otherwise. */
async function stored(options: { readonly isFresh?: boolean } = {}): Promise<Stored> {
  const { firmId, engagement } = await newEngagement(opened.database);
  const tokens = await logIn(sandbox);
  const id = randomUUID();
  const expiresAtMs = options.isFresh ? tokens.expiresAtMs : Date.now() + 60_000;
  await opened.database.forFirm(firmId, (tx) =>
    createConnection(tx, {
      ...custodyOf().seal(id, { ...tokens, expiresAtMs }),
      id,
      companyId: engagement.companyId,
      tenant: tokens.tenantId ?? '',
      companyName: 'Exempelbolaget AB',
      renewedAt: new Date(),
      createdBy: 'user:1',
    }),
  );
  return { firmId, id, tokens };
}

const row = ({ firmId, id }: Stored): Promise<Connection> =>
  opened.database.forFirm(firmId, (tx) => getConnection(tx, id));

const asked = async (since = 0): Promise<string[]> => {
  const requests = await control<{ path: string; status: number }[]>(
    sandbox.url,
    'GET',
    `requests?since=${since}`,
  );
  return requests
    .filter(({ path }) => path.startsWith('/oauth-v1/'))
    .map(({ path, status }) => `${path.slice(10)} ${status}`);
};
const lastRequest = async (): Promise<number> =>
  (await control<{ number: number }[]>(sandbox.url, 'GET', 'requests')).at(-1)?.number ?? 0;

async function codeOf(work: Promise<unknown>): Promise<string> {
  try {
    await work;
    return 'nothing thrown';
  } catch (error) {
    if (error instanceof FortnoxError) return `${error.code} (${error.kind})`;
    throw error;
  }
}

const works = async (token: Secret): Promise<boolean> => {
  const headers = { authorization: `Bearer ${token.reveal()}` };
  return (await fetch(`${sandbox.url}/3/settings/lockedperiod`, { headers })).ok;
};

/** A login that gives these answers, one after another, and notes the tokens that it was shown. */
function scripted(...answers: (TokenResult | 'real')[]): FortnoxLogin & { readonly shown: string[] } {
  const real = createFortnoxLogin(configOf(sandbox));
  const shown: string[] = [];
  return {
    ...real,
    shown,
    refresh: async (token) => {
      shown.push(token.reveal());
      const answer = answers.shift();
      if (!answer) throw new Error('asked once too often');
      return answer === 'real' ? real.refresh(token) : answer;
    },
  };
}

describe('an access token', () => {
  it('is given as long as it lasts, without asking Fortnox', async () => {
    const login = await stored({ isFresh: true });
    const since = await lastRequest();
    const token = await custodyOf().credentials(login.firmId, login.id).accessToken();
    expect(token.equals(login.tokens.accessToken)).toBe(true);
    expect(await asked(since)).toEqual([]);
  });

  it('is renewed before it runs out, and kept encrypted', async () => {
    const login = await stored();
    const token = await custodyOf().credentials(login.firmId, login.id).accessToken();
    expect(await works(token)).toBe(true);
    const after = await row(login);
    expect(after).toMatchObject({
      refreshStartedAt: null,
      refreshOutcomeUnknown: false,
      endedAt: null,
      keyId: 'k1',
    });
    expect(after.accessExpiresAt.getTime()).toBeGreaterThan(Date.now() + 3_000_000);
    expect(after.refreshExpiresAt.getTime()).toBeGreaterThan(Date.now() + 44 * 86_400_000);
    const bytes = Buffer.from(after.sealedTokens ?? []);
    expect(bytes.includes(token.reveal().slice(0, 20))).toBe(false);
  });

  it('that Fortnox refuses is replaced, once for all who hold it', async () => {
    const login = await stored({ isFresh: true });
    const since = await lastRequest();
    const custody = custodyOf();
    const holders = [1, 2, 3].map(() => custody.credentials(login.firmId, login.id));
    await Promise.all(holders.map((holder) => holder.accessToken()));
    const replaced = await Promise.all(
      holders.map((holder) => holder.replaceRefused(login.tokens.accessToken)),
    );
    expect(await works(replaced[0]!)).toBe(true);
    expect(replaced.every((token) => token.equals(replaced[0]!))).toBe(true);
    expect(await asked(since)).toEqual(['token 200']);
  });

  it('is refreshed by one request for 200 who ask in four processes', { timeout: 60_000 }, async () => {
    const login = await stored();
    const since = await lastRequest();
    const script = fileURLToPath(new URL('fortnox-refresher.ts', import.meta.url));
    const input: RefresherInput = {
      databaseUrl: opened.appUrl,
      authUrl: sandbox.url,
      clientId: sandbox.clientId,
      clientSecret: sandbox.clientSecret,
      tokenKeys,
      firmId: login.firmId,
      connectionId: login.id,
      count: 50,
      beginAtMs: Date.now() + 4_000,
    };
    // The answer takes its time, so that all of them meet the refresh in flight.
    await control(sandbox.url, 'POST', 'faults', [
      { match: { path: '/oauth-v1/token' }, fault: 'slow', delayMs: 500 },
    ]);
    const outputs = await Promise.all(
      [1, 2, 3, 4].map(() =>
        promisify(execFile)(process.execPath, ['--import', 'tsx', script, JSON.stringify(input)]),
      ),
    );
    const results = outputs.map(({ stdout }): { answers: number; different: string[] } => JSON.parse(stdout));
    expect(results.map(({ answers }) => answers)).toEqual([50, 50, 50, 50]);
    const tokens = [...new Set(results.flatMap(({ different }) => different))];
    expect(tokens).toHaveLength(1);
    expect(await works(new Secret(tokens[0] ?? ''))).toBe(true);
    expect(await asked(since)).toEqual(['token 200']);
  });
});

describe('a refresh', () => {
  it.each([
    ['cut-before', 'the token was not used'],
    ['status-503', 'the token was not used'],
  ])('whose answer is lost by %s is tried once more: %s', async (fault) => {
    const login = await stored();
    await control(sandbox.url, 'POST', 'faults', [{ match: { path: '/oauth-v1/token' }, fault }]);
    const credentials = custodyOf().credentials(login.firmId, login.id);
    expect(await codeOf(credentials.accessToken())).toBe('login.refresh-unknown (retry)');
    expect(await row(login)).toMatchObject({
      refreshStartedAt: null,
      refreshOutcomeUnknown: true,
      endedAt: null,
    });
    expect(await works(await credentials.accessToken())).toBe(true);
    expect(await row(login)).toMatchObject({ refreshOutcomeUnknown: false, endedAt: null });
  });

  it.each(['cut-after-commit', 'cut-in-body'])(
    'whose answer is lost by %s after Fortnox made the new pair costs the login, and says so',
    async (fault) => {
      const login = await stored();
      const since = await lastRequest();
      await control(sandbox.url, 'POST', 'faults', [{ match: { path: '/oauth-v1/token' }, fault }]);
      const credentials = custodyOf().credentials(login.firmId, login.id);
      expect(await codeOf(credentials.accessToken())).toBe('login.refresh-unknown (retry)');
      expect(await codeOf(credentials.accessToken())).toBe('login.lost (reconnect)');
      expect(await codeOf(credentials.accessToken())).toBe('login.lost (reconnect)');
      expect(await row(login)).toMatchObject({ endReason: 'revoked', sealedTokens: null, keyId: null });
      // The dead token was shown once to find out, and never again.
      expect((await asked(since)).filter((line) => line === 'token 400')).toHaveLength(1);
    },
  );

  it('of a login that was revoked in Fortnox ends it', async () => {
    const login = await stored();
    await createFortnoxLogin(configOf(sandbox)).revoke(login.tokens.refreshToken);
    const credentials = custodyOf().credentials(login.firmId, login.id);
    expect(await codeOf(credentials.accessToken())).toBe('login.revoked (reconnect)');
    expect(await row(login)).toMatchObject({
      endReason: 'revoked',
      refreshOutcomeUnknown: false,
      sealedTokens: null,
    });
  });

  it('that comes after 45 days ends it as expired', async () => {
    const login = await stored();
    await opened.admin`update connections set refresh_expires_at = now() - interval '1 day' where id = ${login.id}`;
    const custody = custodyOf({ login: scripted({ outcome: 'refused', reason: 'invalid_grant' }) });
    expect(await codeOf(custody.credentials(login.firmId, login.id).accessToken())).toBe(
      'login.expired (reconnect)',
    );
  });

  it('that was not made leaves everything as it was', async () => {
    const login = await stored();
    const before = await row(login);
    const custody = custodyOf({
      login: scripted(
        { outcome: 'notUsed', reason: 'ECONNREFUSED' },
        { outcome: 'misconfigured', reason: 'invalid_client' },
        'real',
      ),
    });
    const credentials = custody.credentials(login.firmId, login.id);
    expect(await codeOf(credentials.accessToken())).toBe('login.refresh-not-made (retry)');
    expect(await row(login)).toEqual(before);
    expect(await codeOf(credentials.accessToken())).toBe('login.client-refused (bug)');
    expect(await row(login)).toEqual(before);
    expect(await works(await credentials.accessToken())).toBe(true);
  });

  it('not made while the outcome of an earlier one is unknown leaves it unknown', async () => {
    const login = await stored();
    const script = scripted(
      { outcome: 'unknown', reason: 'UND_ERR_SOCKET' },
      { outcome: 'notUsed', reason: 'ECONNREFUSED' },
      { outcome: 'refused', reason: 'invalid_grant' },
    );
    const credentials = custodyOf({ login: script }).credentials(login.firmId, login.id);
    expect(await codeOf(credentials.accessToken())).toBe('login.refresh-unknown (retry)');
    expect(await codeOf(credentials.accessToken())).toBe('login.refresh-not-made (retry)');
    expect(await row(login)).toMatchObject({ refreshOutcomeUnknown: true, refreshStartedAt: null });
    expect(await codeOf(credentials.accessToken())).toBe('login.lost (reconnect)');
  });

  it('that another process makes is waited for', async () => {
    const login = await stored();
    await opened.admin`update connections set refresh_started_at = clock_timestamp() where id = ${login.id}`;
    const script = scripted('real');
    const waiting = custodyOf({ login: script, limits: { abandonedAfterMs: 60_000 } })
      .credentials(login.firmId, login.id)
      .accessToken();
    // The other process is done: its new pair is there.
    const result = await createFortnoxLogin(configOf(sandbox)).refresh(login.tokens.refreshToken);
    if (result.outcome !== 'ok') throw new Error(result.reason);
    const { sealedTokens, accessExpiresAt } = custodyOf().seal(login.id, result.tokens);
    await opened.admin`update connections set refresh_started_at = null, sealed_tokens = ${Buffer.from(sealedTokens)},
      access_expires_at = ${accessExpiresAt.toISOString()} where id = ${login.id}`;
    expect((await waiting).equals(result.tokens.accessToken)).toBe(true);
    expect(script.shown).toEqual([]);
  });

  it(
    'whose process was killed after Fortnox made the new pair is found by its old mark',
    { timeout: 30_000 },
    async () => {
      const login = await stored();
      const input: RefresherInput = {
        databaseUrl: opened.appUrl,
        authUrl: sandbox.url,
        clientId: sandbox.clientId,
        clientSecret: sandbox.clientSecret,
        tokenKeys,
        firmId: login.firmId,
        connectionId: login.id,
        count: 1,
        beginAtMs: 0,
      };
      // It uses the token up and dies before the answer comes.
      await control(sandbox.url, 'POST', 'faults', [
        { match: { path: '/oauth-v1/token' }, fault: 'slow', delayMs: 20_000 },
      ]);
      const script = fileURLToPath(new URL('fortnox-refresher.ts', import.meta.url));
      const child = spawn(process.execPath, ['--import', 'tsx', script, JSON.stringify(input)]);
      await vi.waitFor(async () => expect((await row(login)).refreshStartedAt).not.toBeNull(), {
        timeout: 15_000,
      });
      await vi.waitFor(
        async () => expect(await control(sandbox.url, 'GET', 'faults')).toMatchObject([{ hits: 1 }]),
        { timeout: 5_000 },
      );
      child.kill('SIGKILL');
      await once(child, 'exit');
      await control(sandbox.url, 'DELETE', 'faults');

      const credentials = custodyOf({ limits: { abandonedAfterMs: 300 } }).credentials(
        login.firmId,
        login.id,
      );
      expect(await codeOf(credentials.accessToken())).toBe('login.lost (reconnect)');
      expect(await row(login)).toMatchObject({ refreshStartedAt: null, endReason: 'revoked' });
    },
  );

  it('whose process died before it asked costs nothing', async () => {
    const login = await stored();
    await opened.admin`update connections set refresh_started_at = clock_timestamp() - interval '1 hour' where id = ${login.id}`;
    expect(await works(await custodyOf().credentials(login.firmId, login.id).accessToken())).toBe(true);
    expect(await row(login)).toMatchObject({ refreshStartedAt: null, refreshOutcomeUnknown: false });
  });

  it('is not sent by a process that was frozen after its mark', async () => {
    const login = await stored();
    const script = scripted('real');
    const credentials = custodyOf({ login: script, limits: { sendWithinMs: -1 } }).credentials(
      login.firmId,
      login.id,
    );
    expect(await codeOf(credentials.accessToken())).toBe('login.refresh-not-made (retry)');
    expect(script.shown).toEqual([]);
    expect((await row(login)).refreshStartedAt).toBeNull();
  });

  it('that was taken over by another changes nothing when its late answer comes', async () => {
    const login = await stored();
    const real = createFortnoxLogin(configOf(sandbox));
    const late: FortnoxLogin = {
      ...real,
      async refresh(token) {
        // Meanwhile another process finds the old mark, tries, and gets the new pair.
        const [mark] =
          await opened.admin`update connections set refresh_started_at = refresh_started_at - interval '1 hour'
          where id = ${login.id} returning id`;
        expect(mark).toBeDefined();
        await custodyOf().credentials(login.firmId, login.id).accessToken();
        return real.refresh(token);
      },
    };
    const outcome = await codeOf(
      custodyOf({ login: late }).credentials(login.firmId, login.id).accessToken(),
    );
    expect(outcome).toBe('login.refresh-not-made (retry)');
    expect(log.map((line) => line.event)).toContain('login.refresh-taken-over');
    const token = await custodyOf().credentials(login.firmId, login.id).accessToken();
    expect(await works(token)).toBe(true);
  });

  it('whose new pair cannot be stored at once is stored a moment later', async () => {
    const login = await stored();
    const real = createFortnoxLogin(configOf(sandbox));
    const flaky: FortnoxLogin = {
      ...real,
      async refresh(token) {
        const result = await real.refresh(token);
        await opened.admin`alter table connections add constraint away check (false) not valid`;
        setTimeout(() => void opened.admin`alter table connections drop constraint away`.execute(), 300);
        return result;
      },
    };
    const token = await custodyOf({ login: flaky }).credentials(login.firmId, login.id).accessToken();
    expect(await works(token)).toBe(true);
    expect((await row(login)).refreshStartedAt).toBeNull();
  });
});

const end = (login: Stored) =>
  opened.database.forFirm(login.firmId, (tx) =>
    endConnection(tx, login.id, { reason: 'disconnected', at: new Date(), revoke: true }),
  );

describe('a login that is ended', () => {
  it('is revoked at Fortnox too, however long that takes', async () => {
    const login = await stored({ isFresh: true });
    await end(login);
    const custody = custodyOf();
    await control(sandbox.url, 'POST', 'faults', [
      { match: { path: '/oauth-v1/revoke' }, fault: 'status-503' },
      { match: { path: '/oauth-v1/revoke' }, fault: 'html' },
      { match: { path: '/oauth-v1/revoke' }, fault: 'cut-before' },
    ]);
    for (let n = 0; n < 3; n += 1) expect(await custody.revoke(login.firmId, login.id)).toBe('retry');
    expect((await row(login)).sealedTokens).not.toBeNull();
    expect(await custody.revoke(login.firmId, login.id)).toBe('revoked');
    expect(await row(login)).toMatchObject({ sealedTokens: null, keyId: null, endReason: 'disconnected' });
    expect((await row(login)).revokedAt).not.toBeNull();
    expect((await createFortnoxLogin(configOf(sandbox)).refresh(login.tokens.refreshToken)).outcome).toBe(
      'refused',
    );
    expect(await custody.revoke(login.firmId, login.id)).toBe('revoked');
    expect(await codeOf(custody.credentials(login.firmId, login.id).accessToken())).toBe(
      'login.disconnected (reconnect)',
    );
  });

  it.each(['before its revocation', 'after its revocation', 'after its revocation, while Fortnox is down'])(
    'during a refresh, %s, leaves no live pair behind at Fortnox',
    async (when) => {
      const login = await stored();
      const real = createFortnoxLogin(configOf(sandbox));
      let newest: Tokens | undefined;
      // The sandbox, like Fortnox, says that an unknown token is revoked: the old one is.
      let revoked = 'revoked';
      const slow: FortnoxLogin = {
        ...real,
        async refresh(token) {
          const result = await real.refresh(token);
          if (result.outcome === 'ok') newest = result.tokens;
          await end(login);
          if (when !== 'before its revocation') revoked = await custodyOf().revoke(login.firmId, login.id);
          if (when === 'after its revocation, while Fortnox is down') {
            const fault = { match: { path: '/oauth-v1/revoke' }, times: 2, fault: 'status-503' };
            await control(sandbox.url, 'POST', 'faults', [fault]);
          }
          return result;
        },
      };
      const outcome = await codeOf(
        custodyOf({ login: slow }).credentials(login.firmId, login.id).accessToken(),
      );
      expect(outcome).toBe('login.disconnected (reconnect)');
      expect(await custodyOf().revoke(login.firmId, login.id)).toBe('revoked');
      expect(revoked).toBe('revoked');
      expect(newest).toBeDefined();
      expect((await real.refresh(newest!.refreshToken)).outcome).toBe('refused');
      expect((await row(login)).sealedTokens).toBeNull();
    },
  );
});

describe('a rotation of keys', () => {
  it('seals anew, and touches neither a current seal nor a refresh in flight', async () => {
    const login = await stored({ isFresh: true });
    const custody = custodyOf({ keys: `${newKey('k2')},${tokenKeys}` });
    await opened.admin`update connections set refresh_started_at = clock_timestamp() where id = ${login.id}`;
    expect(await custody.reseal(login.firmId, login.id)).toBe('busy');
    await opened.admin`update connections set refresh_started_at = null, refresh_outcome_unknown = true where id = ${login.id}`;
    expect(await custody.reseal(login.firmId, login.id)).toBe('resealed');
    expect(await custody.reseal(login.firmId, login.id)).toBe('current');
    expect(await row(login)).toMatchObject({
      keyId: 'k2',
      refreshOutcomeUnknown: true,
      scopes: [...login.tokens.scopes],
    });
    const token = await custody.credentials(login.firmId, login.id).accessToken();
    expect(token.equals(login.tokens.accessToken)).toBe(true);
  });
});

const open = () =>
  fortnoxOpener({
    config: configOf(sandbox),
    database: opened.database,
    custody: custodyOf(),
    log: () => undefined,
    limits: { backoffMs: 1 },
  });

describe('a client on a stored login', () => {
  it('refreshes by itself when Fortnox refuses the token it had', async () => {
    const login = await stored({ isFresh: true });
    await control(sandbox.url, 'POST', 'clock', { advanceMs: 3_700_000 });
    const since = await lastRequest();
    const client = open()({ firmId: login.firmId, id: login.id, tenant: login.tokens.tenantId ?? '' });
    expect((await client.companyInformation()).databaseNumber).toBe(login.tokens.tenantId);
    expect(await asked(since)).toEqual(['token 200']);
  });

  it('ends the login when it was revoked inside Fortnox', async () => {
    const login = await stored({ isFresh: true });
    await control(sandbox.url, 'POST', 'faults', [{ match: { path: '/3/' }, fault: 'revoked' }]);
    const client = open()({ firmId: login.firmId, id: login.id, tenant: login.tokens.tenantId ?? '' });
    expect(await codeOf(client.companyInformation())).toBe('login.revoked (reconnect)');
    expect(await row(login)).toMatchObject({ endReason: 'revoked', sealedTokens: null });
  });
});
