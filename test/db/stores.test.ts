import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { isoDate } from '../../accounting/dates.ts';
import type { FirmTransaction } from '../../db/database.ts';
import { authenticateApiKey, createApiKey, listApiKeys, revokeApiKey } from '../../db/stores/api-keys.ts';
import {
  clearRefresh,
  createConnection,
  endConnection,
  findLatestConnection,
  findLiveConnection,
  getConnection,
  listPendingRevocations,
  markRefreshStarted,
  markRefreshUnknown,
  markRevoked,
  renew,
  storeTokens,
} from '../../db/stores/connections.ts';
import {
  createEngagement,
  getEngagement,
  listEngagements,
  startNextRun,
} from '../../db/stores/engagements.ts';
import { getFile, listFiles, storeFile } from '../../db/stores/files.ts';
import { listHistory, recordHistory } from '../../db/stores/history.ts';
import { answerOnce } from '../../db/stores/idempotency.ts';
import { createLoginAttempt, useLoginAttempt } from '../../db/stores/login-attempts.ts';
import {
  ensureNotification,
  lockUnsent,
  markSent,
  unsentNotifications,
} from '../../db/stores/notifications.ts';
import { deliverSignal, enqueueSignal, undeliveredSignals } from '../../db/stores/outbox.ts';
import type { Signal } from '../../db/stores/outbox.ts';
import { enterRates, ratesUpTo } from '../../db/stores/rates.ts';
import { createSession, endSession, userOfSession } from '../../db/stores/sessions.ts';
import { saveUser, usersOfSubject } from '../../db/stores/users.ts';
import { firmOfTicket } from '../../db/ticket.ts';
import { addEngagement, codeOf, connectionOf, newEngagement, openTestDatabase } from './support.ts';
import type { OpenTestDatabase } from './support.ts';

let opened: OpenTestDatabase;

beforeAll(async () => {
  opened = await openTestDatabase();
});

afterAll(() => opened.close());

async function start() {
  const { firmId, engagement } = await newEngagement(opened.database);
  const forFirm = <T>(work: (tx: FirmTransaction) => Promise<T>) => opened.database.forFirm(firmId, work);
  return { firmId, engagement, forFirm };
}

describe('engagements', () => {
  it('are one for a company and year, and keep their settings', async () => {
    const { engagement, forFirm } = await start();
    const { companyId, yearFrom, yearTo, settings } = engagement;
    const again = forFirm((tx) => createEngagement(tx, { companyId, yearFrom, yearTo, settings }));
    expect(await codeOf(again)).toBe('engagements.exists');
    expect(await forFirm((tx) => getEngagement(tx, engagement.id))).toEqual(engagement);
    expect(await forFirm((tx) => startNextRun(tx, engagement.id))).toBe(2);
    await forFirm(addEngagement);
    expect(await forFirm(listEngagements)).toHaveLength(2);
  });

  it('are not found in another firm, nor can its companies be used', async () => {
    const [mine, theirs] = [await start(), await start()];
    expect(await codeOf(mine.forFirm((tx) => getEngagement(tx, theirs.engagement.id)))).toBe(
      'engagements.not-found',
    );
    const { companyId, settings } = theirs.engagement;
    const stolen = mine.forFirm((tx) =>
      createEngagement(tx, {
        companyId,
        yearFrom: isoDate('2024-01-01'),
        yearTo: isoDate('2024-12-31'),
        settings,
      }),
    );
    expect(await codeOf(stolen)).toContain('23503');
  });
});

describe('a connection', () => {
  it('lives until it is ended, and keeps its tokens until they are surely revoked', async () => {
    const { engagement, forFirm } = await start();
    const { companyId } = engagement;
    const { id } = await forFirm((tx) => createConnection(tx, connectionOf(companyId)));
    expect(await codeOf(forFirm((tx) => createConnection(tx, connectionOf(companyId))))).toBe(
      'connections.exists',
    );
    expect((await forFirm((tx) => findLiveConnection(tx, companyId)))?.id).toBe(id);
    const at = new Date('2026-02-01T12:00:00Z');
    await forFirm((tx) => endConnection(tx, id, { reason: 'disconnected', at, revoke: true }));
    const later = new Date('2026-02-02T12:00:00Z');
    await forFirm((tx) => endConnection(tx, id, { reason: 'expired', at: later, revoke: false }));
    expect(await forFirm((tx) => getConnection(tx, id))).toMatchObject({
      endReason: 'disconnected',
      endedAt: at,
      sealedTokens: Buffer.from('sealed'),
    });
    expect((await forFirm(listPendingRevocations)).map((connection) => connection.id)).toEqual([id]);
    await forFirm((tx) => markRevoked(tx, id, later));
    expect(await forFirm(listPendingRevocations)).toEqual([]);
    expect(await forFirm((tx) => findLiveConnection(tx, companyId))).toBeUndefined();
    expect(await forFirm((tx) => findLatestConnection(tx, companyId))).toMatchObject({
      id,
      sealedTokens: null,
      keyId: null,
    });
    const next = await forFirm((tx) => createConnection(tx, connectionOf(companyId)));
    expect((await forFirm((tx) => findLiveConnection(tx, companyId)))?.id).toBe(next.id);
  });

  it('is refreshed by one at a time', async () => {
    const { engagement, forFirm } = await start();
    const { id } = await forFirm((tx) => createConnection(tx, connectionOf(engagement.companyId)));
    const begin = () => forFirm((tx) => markRefreshStarted(tx, id, new Date()));
    const begun = await Promise.all([begin(), begin(), begin(), begin()]);
    expect(begun.filter(Boolean)).toHaveLength(1);
    await forFirm((tx) => clearRefresh(tx, id));
    expect(await begin()).toBe(true);
    await forFirm((tx) => markRefreshUnknown(tx, id));
    expect(await forFirm((tx) => getConnection(tx, id))).toMatchObject({
      refreshOutcomeUnknown: true,
      refreshStartedAt: null,
    });
    expect(await begin()).toBe(true);
    const { keyId, scopes, accessExpiresAt, refreshExpiresAt } = connectionOf(engagement.companyId);
    await forFirm((tx) =>
      storeTokens(tx, id, {
        sealedTokens: Buffer.from('new'),
        keyId,
        scopes,
        accessExpiresAt,
        refreshExpiresAt,
      }),
    );
    const at = new Date('2026-03-01T00:00:00Z');
    await forFirm((tx) => renew(tx, id, at));
    expect(await forFirm((tx) => getConnection(tx, id))).toMatchObject({
      sealedTokens: Buffer.from('new'),
      refreshOutcomeUnknown: false,
      refreshStartedAt: null,
      renewedAt: at,
    });
  });
});

describe('a login attempt', () => {
  it('is used once, by one of many, within its time', async () => {
    const { firmId, engagement, forFirm } = await start();
    const create = (lifetimeMs: number) =>
      forFirm((tx) =>
        createLoginAttempt(tx, {
          engagementId: engagement.id,
          startedBy: 'user:1',
          sessionCookie: 'cookie',
          lifetimeMs,
        }),
      );
    const state = await create(60_000);
    expect(firmOfTicket(state)).toBe(firmId);
    const use = (given: string) => codeOf(forFirm((tx) => useLoginAttempt(tx, given)));
    const outcomes = await Promise.all([use(state), use(state), use(state)]);
    expect(outcomes.toSorted()).toEqual(['login.state-used', 'login.state-used', 'nothing thrown']);
    expect(await use(await create(-1))).toBe('login.state-expired');
    expect(await use(`${state}x`)).toBe('login.state-unknown');
    const fresh = await create(60_000);
    const other = await start();
    expect(await codeOf(other.forFirm((tx) => useLoginAttempt(tx, fresh)))).toBe('login.state-unknown');
  });
});

describe('tickets', () => {
  it('an API key works until it is revoked', async () => {
    const { firmId, forFirm } = await start();
    const key = await forFirm((tx) => createApiKey(tx, { name: 'värd', scopes: ['close'] }));
    expect(await authenticateApiKey(opened.database, key.secret)).toMatchObject({ firmId, id: key.id });
    for (const wrong of ['', 'x', `${key.secret.slice(0, -1)}_`, key.secret.replace(firmId, randomUUID())])
      expect(await authenticateApiKey(opened.database, wrong)).toBeUndefined();
    expect(JSON.stringify(await forFirm(listApiKeys))).not.toContain(key.secret);
    expect(await forFirm((tx) => revokeApiKey(tx, key.id))).toBe(true);
    expect(await forFirm((tx) => revokeApiKey(tx, key.id))).toBe(false);
    expect(await authenticateApiKey(opened.database, key.secret)).toBeUndefined();
  });

  it('a session works for an active user until it ends', async () => {
    const { firmId, forFirm } = await start();
    const person = { issuer: 'https://login.example', subject: firmId, name: 'Anna', email: 'a@example.com' };
    const user = await forFirm((tx) => saveUser(tx, { ...person, role: 'preparer' }));
    expect(await usersOfSubject(opened.database, person.issuer, firmId)).toEqual([
      { firmId, userId: user.id },
    ]);
    const promoted = await forFirm((tx) => saveUser(tx, { ...person, role: 'reviewer' }));
    expect(promoted).toEqual({ ...user, role: 'reviewer' });
    const cookie = await forFirm((tx) => createSession(tx, { userId: user.id, lifetimeMs: 60_000 }));
    expect(await userOfSession(opened.database, cookie)).toEqual(promoted);
    const ended = await forFirm((tx) => createSession(tx, { userId: user.id, lifetimeMs: -1 }));
    expect(await userOfSession(opened.database, ended)).toBeUndefined();
    await forFirm((tx) => endSession(tx, cookie));
    expect(await userOfSession(opened.database, cookie)).toBeUndefined();
  });
});

describe('signals', () => {
  it('are delivered though the first try fails, by one at a time, and then no more', async () => {
    const { firmId, forFirm } = await start();
    const signal: Signal = { workflowId: 'close/1', signal: 'retryRequested', args: [{ id: 'a' }] };
    const id = await forFirm((tx) => enqueueSignal(tx, signal));
    const mine = async () =>
      (await undeliveredSignals(opened.database, { olderThanMs: 0, limit: 100 })).filter(
        (pending) => pending.firmId === firmId,
      );
    expect(await mine()).toEqual([{ firmId, id }]);
    expect(await undeliveredSignals(opened.database, { olderThanMs: 60_000, limit: 100 })).toEqual([]);
    const failing = deliverSignal(opened.database, { firmId, id }, () => Promise.reject(new Error('away')));
    await expect(failing).rejects.toThrow('away');
    const received: Signal[] = [];
    const deliver = () =>
      deliverSignal(opened.database, { firmId, id }, async (delivered) => {
        received.push(delivered);
      });
    const outcomes = await Promise.all([deliver(), deliver(), deliver()]);
    expect(outcomes.filter(Boolean)).toHaveLength(1);
    expect(received).toEqual([signal]);
    expect(await deliver()).toBe(false);
    expect(await mine()).toEqual([]);
  });

  it('are not owed for what was rolled back', async () => {
    const { firmId, forFirm } = await start();
    const work = forFirm(async (tx) => {
      await enqueueSignal(tx, { workflowId: 'close/1', signal: 'retryRequested', args: [] });
      throw new Error('changed my mind');
    });
    await expect(work).rejects.toThrow('changed my mind');
    const all = await undeliveredSignals(opened.database, { olderThanMs: 0, limit: 100 });
    expect(all.filter((pending) => pending.firmId === firmId)).toEqual([]);
  });
});

describe("the query builder's questions", () => {
  it('are asked prepared, which its own setting undid without a word', async () => {
    const { engagement, forFirm } = await start();
    const prepared = await forFirm(async (tx) => {
      await getEngagement(tx, engagement.id);
      return tx.sql`
        select statement from pg_prepared_statements
        where statement like '%from "engagements"%' and statement not like '%pg_prepared_statements%'`;
    });
    expect(prepared.length).toBeGreaterThan(0);
  });
});

describe('what is written once', () => {
  it('a line of history with a key', async () => {
    const { engagement, forFirm } = await start();
    const line = { actor: 'system', event: 'books.imported', engagementId: engagement.id } as const;
    for (const onceKey of ['a', 'a', 'b'])
      await forFirm((tx) => recordHistory(tx, { ...line, onceKey, details: { onceKey } }));
    const history = await forFirm((tx) => listHistory(tx, engagement.id));
    expect(history.map(({ details }) => details)).toEqual([{ onceKey: 'a' }, { onceKey: 'b' }]);
  });

  it('a notification with its due key', async () => {
    const { forFirm } = await start();
    const due = { kind: 'login-expiry', dueKey: 'login-expiry/1/7', details: { days: 7 } };
    const [one, two] = await Promise.all([
      forFirm((tx) => ensureNotification(tx, due)),
      forFirm((tx) => ensureNotification(tx, due)),
    ]);
    expect(one.id).toBe(two.id);
    const unsent = async (): Promise<string[]> =>
      (await unsentNotifications(opened.database, 1_000)).map(({ id }) => id).filter((id) => id === one.id);
    expect(await unsent()).toEqual([one.id]);
    await forFirm((tx) => markSent(tx, one.id));
    expect(await unsent()).toEqual([]);
    expect(await forFirm((tx) => lockUnsent(tx, one.id))).toBeUndefined();
    expect((await forFirm((tx) => ensureNotification(tx, due))).sentAt).not.toBeNull();
  });

  it('a document with the same content', async () => {
    const { engagement, forFirm } = await start();
    const file = {
      engagementId: engagement.id,
      kind: 'attachment',
      name: '1510.pdf',
      mediaType: 'application/pdf',
      bytes: Buffer.from([0, 1, 255]),
      storedBy: 'system',
    } as const;
    const one = await forFirm((tx) => storeFile(tx, file));
    expect(await forFirm((tx) => storeFile(tx, file))).toEqual(one);
    const newer = await forFirm((tx) => storeFile(tx, { ...file, bytes: Buffer.from('ny') }));
    expect((await forFirm((tx) => listFiles(tx, engagement.id, 'attachment'))).map(({ id }) => id)).toEqual([
      newer.id,
      one.id,
    ]);
    expect(await forFirm((tx) => listFiles(tx, engagement.id, 'binder'))).toEqual([]);
    expect((await forFirm((tx) => getFile(tx, one.id))).bytes).toEqual(file.bytes);
    expect(await codeOf(forFirm((tx) => getFile(tx, randomUUID())))).toBe('files.not-found');
  });

  it('an answer to a request with a key, also when it came twice at once', async () => {
    const { forFirm } = await start();
    let worked = 0;
    const ask = (request: unknown, key = 'k') =>
      forFirm((tx) =>
        answerOnce(tx, key, request, async () => {
          worked += 1;
          return { status: 201, body: { worked } };
        }),
      );
    const answers = await Promise.all([ask({ a: 1, b: 2 }), ask({ b: 2, a: 1 })]);
    expect(answers).toEqual([
      { status: 201, body: { worked: 1 } },
      { status: 201, body: { worked: 1 } },
    ]);
    expect(await codeOf(ask({ a: 2 }))).toBe('http.idempotency-key-reused');
    expect(await ask({ a: 2 }, 'other')).toEqual({ status: 201, body: { worked: 2 } });
  });

  it('an exchange rate: the later entry counts and the earlier stays', async () => {
    const { firmId, forFirm } = await start();
    const date = isoDate('2025-12-31');
    const rate = (currency: string, value: string) => ({ currency, date, rate: value, source: 'Riksbanken' });
    await forFirm((tx) => enterRates(tx, [rate('EUR', '11.25'), rate('USD', '10.5')], 'user:1'));
    await forFirm((tx) => enterRates(tx, [rate('EUR', '11.2505')], 'user:1'));
    expect(await forFirm((tx) => ratesUpTo(tx, date))).toEqual([rate('EUR', '11.2505'), rate('USD', '10.5')]);
    const [row] =
      await opened.admin`select count(*)::int as kept from exchange_rates where firm_id = ${firmId}`;
    expect(row).toEqual({ kept: 3 });
  });
});
