import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { listApiKeys, revokeApiKey } from '../../client/close/api-keys.ts';
import { listConnections } from '../../db/stores/connections.ts';
import { listEngagements } from '../../db/stores/engagements.ts';
import { listHistory } from '../../db/stores/history.ts';
import { adjustment, control, inFortnox } from '../workflow/world.ts';
import {
  anotherFirm,
  createHttpWorld,
  newClose,
  refusal,
  request,
  startOverHttp,
  toFortnoxAndBack,
  until,
} from './http-world.ts';
import type { Answer, HttpWorld } from './http-world.ts';

let http: HttpWorld;
beforeAll(async () => {
  http = await createHttpWorld({}, async () => ({ loginLimit: { attempts: 1_000, perMs: 60_000 } }));
});
afterAll(() => http.end());

const unknownId = '00000000-0000-4000-8000-000000000000';
const faultsOf = ({ body }: Answer) => (body as { faults: { code?: string; at?: string }[] }).faults;

describe('who may ask', () => {
  it('is known by a key of the firm that holds, and by nothing else', async () => {
    const { firmId } = http.world.caller;
    const url = `${http.server.url}/api/engagements`;
    const wrong = http.key.replace(/.$/, (last) => (last === 'A' ? 'B' : 'A'));
    for (const authorization of [undefined, 'Bearer x', `Basic ${http.key}`, `Bearer ${wrong}`]) {
      const answer = await request(
        url,
        'GET',
        undefined,
        authorization === undefined ? {} : { authorization },
      );
      expect(refusal(answer)).toEqual([401, 'http.unauthenticated']);
      expect(answer.text).not.toContain(firmId);
    }
    const revoked = await anotherFirm(http);
    const other = revoked.slice(4, 40);
    const [key] = await listApiKeys(http.world.client, other);
    expect((await request(url, 'GET', undefined, { authorization: `Bearer ${revoked}` })).status).toBe(200);
    await revokeApiKey(http.world.client, other, key?.id ?? '');
    const late = await request(url, 'GET', undefined, { authorization: `Bearer ${revoked}` });
    expect(refusal(late)).toEqual([401, 'http.unauthenticated']);
  });

  it('does what the key is for, and sees the closes of its own firm alone', async () => {
    const readOnly = { authorization: `Bearer ${http.readKey}` };
    expect(refusal(await http.call('POST', '/api/engagements', newClose(http), readOnly))).toEqual([
      403,
      'http.forbidden',
    ]);
    expect((await http.call('GET', '/api/engagements', undefined, readOnly)).status).toBe(200);
    const id = await startOverHttp(http, { year: { from: '2020-01-01', to: '2020-12-31' } });
    const stranger = { authorization: `Bearer ${await anotherFirm(http)}` };
    for (const what of [
      '',
      '/findings',
      '/adjustments',
      '/history',
      '/export',
      '/files',
      '/progress',
      '/proposals',
      '/account-sets',
      '/vouchers/A-1/source',
      `/source-files/${'0'.repeat(64)}`,
    ]) {
      const answer = await http.call('GET', `/api/engagements/${id}${what}`, undefined, stranger);
      expect([what, ...refusal(answer)]).toEqual([what, 404, 'engagements.not-found']);
    }
    expect(refusal(await http.call('POST', `/api/engagements/${id}/cancel`, undefined, stranger))).toEqual([
      404,
      'engagements.not-found',
    ]);
    expect((await http.call('GET', '/api/engagements', undefined, stranger)).body).toEqual({ items: [] });
  });
});

describe('a request that cannot be used', () => {
  it('is told what is wrong with it, and does nothing', async () => {
    const { database, caller } = http.world;
    const before = await database.forFirm(caller.firmId, listEngagements);
    const empty = await http.call('POST', '/api/engagements', {});
    expect(refusal(empty)).toEqual([400, 'http.invalid-request']);
    expect(faultsOf(empty).map(({ at }) => at)).toEqual(['company', 'year']);
    const backwards = newClose(http, { year: { from: '2025-12-31', to: '2025-02-30' } });
    expect(faultsOf(await http.call('POST', '/api/engagements', backwards))[0]?.at).toBe('year.to');
    const json = { 'content-type': 'application/json' };
    expect(refusal(await http.call('POST', '/api/engagements', '{"company":', json))).toEqual([
      400,
      'http.invalid-json',
    ]);
    const text = await http.call('POST', '/api/engagements', 'company=1', { 'content-type': 'text/plain' });
    expect(refusal(text)).toEqual([415, 'http.unsupported-type']);
    expect(refusal(await http.call('GET', '/api/engagements/1'))).toEqual([400, 'http.invalid-request']);
    expect(refusal(await http.call('GET', `/api/engagements/${unknownId}`))).toEqual([
      404,
      'engagements.not-found',
    ]);
    expect(refusal(await http.call('GET', '/api/nothing'))).toEqual([404, 'http.not-found']);
    expect(refusal(await http.call('GET', `/api/engagements?after=${unknownId}`))).toEqual([
      400,
      'engagements.cursor-unknown',
    ]);
    const large = `"${'x'.repeat(5 << 20)}"`;
    expect(refusal(await http.call('POST', '/api/engagements', large, json))).toEqual([
      413,
      'http.body-too-large',
    ]);
    expect(await database.forFirm(caller.firmId, listEngagements)).toEqual(before);
  });

  it('is answered once for its idempotency key, also when it comes twice at once', async () => {
    const { database, caller } = http.world;
    const header = { 'idempotency-key': 'twice' };
    const close = newClose(http, { year: { from: '2021-01-01', to: '2021-12-31' } });
    const answers = await Promise.all(
      Array.from({ length: 8 }, () => http.call('POST', '/api/engagements', close, header)),
    );
    expect(new Set(answers.map(({ status, text }) => `${status} ${text}`)).size).toBe(1);
    expect(answers[0]?.status).toBe(201);
    // A server that died after it had made the close and before it had kept its answer: the request comes again.
    await database.forFirm(caller.firmId, (tx) => tx.sql`delete from idempotency_keys`);
    expect((await http.call('POST', '/api/engagements', close, header)).text).toBe(answers[0]?.text);
    const changed = newClose(http, { year: { from: '2022-01-01', to: '2022-12-31' } });
    expect(refusal(await http.call('POST', '/api/engagements', changed, header))).toEqual([
      422,
      'http.idempotency-key-reused',
    ]);
    const { company } = (
      (await http.call('GET', '/api/engagements')).body as { items: { company: { id: string } }[] }
    ).items[0]!;
    const again = { company: { id: company.id }, year: { from: '2023-01-01', to: '2023-12-31' } };
    expect((await http.call('POST', '/api/engagements', again)).status).toBe(201);
    expect(refusal(await http.call('POST', '/api/engagements', again))).toEqual([409, 'engagements.exists']);
  });

  it('enters exchange rates that can be used, and no others', async () => {
    const rate = { currency: 'EUR', date: '2025-12-31', rate: '10.94', source: 'Riksbanken' };
    expect((await http.call('POST', '/api/rates', { rates: [rate] })).status).toBe(201);
    for (const wrong of [{ rate: '10,94' }, { rate: '0' }, { currency: 'euro' }, { currency: 'SEK' }]) {
      const answer = await http.call('POST', '/api/rates', { rates: [{ ...rate, ...wrong }] });
      expect([wrong, ...refusal(answer)]).toEqual([wrong, 422, 'rates.invalid']);
    }
  });
});

const callback = (query: Record<string, string>): Promise<Answer> =>
  request(`${http.server.url}/fortnox/callback?${new URLSearchParams(query).toString()}`, 'GET');

describe('a login at Fortnox that ends without one', () => {
  it('has its own answer for each way', async () => {
    const id = await startOverHttp(http);
    const { code, state } = await toFortnoxAndBack(http, id);
    expect(refusal(await callback({}))).toEqual([400, 'login.state-missing']);
    expect(refusal(await callback({ code, state: 'x' }))).toEqual([400, 'login.state-unknown']);
    const foreign = state.replace(/.$/, (last) => (last === 'A' ? 'B' : 'A'));
    expect(refusal(await callback({ code, state: foreign }))).toEqual([400, 'login.state-unknown']);
    expect(refusal(await callback({ state, error: 'access_denied' }))).toEqual([403, 'login.denied']);
    expect(refusal(await callback({ code, state }))).toEqual([410, 'login.state-used']);
    const second = await toFortnoxAndBack(http, id);
    expect(refusal(await callback({ state: second.state }))).toEqual([400, 'login.code-missing']);
    const third = await toFortnoxAndBack(http, id);
    expect(refusal(await callback({ state: third.state, code: 'gissad' }))).toEqual([
      502,
      'login.code-refused',
    ]);
    const fourth = await toFortnoxAndBack(http, id);
    expect(refusal(await callback({ state: fourth.state, error: 'error_missing_license' }))).toEqual([
      403,
      'login.license-missing',
    ]);
    expect(refusal(await http.call('DELETE', `/api/engagements/${id}/connection`))).toEqual([
      409,
      'login.none',
    ]);
    expect(
      refusal(
        await http.call('POST', `/api/engagements/${id}/connection/confirm`, { connectionId: unknownId }),
      ),
    ).toEqual([404, 'connections.not-found']);
  });

  it("stores nothing of another company's login and revokes it at once", async () => {
    const { database, caller, sandbox } = http.world;
    const name = sandbox.companies[0]?.name ?? '';
    const id = await startOverHttp(http, { company: { name, organisationNumber: '999999-0099' } });
    const revocations = async (): Promise<number> =>
      ((await control(http.world, 'GET', 'requests?since=0')) as { path: string }[]).filter(
        ({ path }) => path === '/oauth-v1/revoke',
      ).length;
    const before = await revocations();
    const answer = await callback(await toFortnoxAndBack(http, id));
    expect(refusal(answer)).toEqual([422, 'login.wrong-company']);
    expect(await revocations()).toBe(before + 1);
    expect(await database.forFirm(caller.firmId, listConnections)).toEqual([]);
    const late = await startOverHttp(http, { year: { from: '2001-01-01', to: '2001-12-31' } });
    expect(refusal(await callback(await toFortnoxAndBack(http, late)))).toEqual([422, 'login.year-missing']);
    expect(await revocations()).toBe(before + 2);
    expect(await database.forFirm(caller.firmId, listConnections)).toEqual([]);
  });
});

describe('adjustments and approvals that do not hold', () => {
  it('are refused with every fault and its code, and nothing is half-written', async () => {
    const { database, caller } = http.world;
    const worker = await http.world.worker();
    await worker.runUntil(async () => {
      const id = await startOverHttp(http, {
        company: companyOf(http),
        year: { from: '2025-01-01', to: '2025-12-31' },
      });
      const path = `/api/engagements/${id}`;
      const put = (adjustments: readonly object[], etag: string): Promise<Answer> =>
        http.call('PUT', `${path}/adjustments`, { adjustments }, { 'if-match': etag });
      expect(refusal(await put([], '"0"'))).toEqual([409, 'adjustments.nothing-imported']);
      expect(refusal(await http.call('GET', `${path}/preflight`))).toEqual([
        409,
        'adjustments.nothing-imported',
      ]);
      expect(refusal(await http.call('GET', `${path}/attachments/1510.pdf`))).toEqual([
        404,
        'attachments.not-found',
      ]);
      expect(refusal(await http.call('GET', `${path}/files/binder.zip`))).toEqual([404, 'binder.not-found']);

      await inFortnox(http.world, { op: 'lockPeriod', until: '2025-03-31' });
      const { connectionId } = (
        await request(
          `${http.server.url}/fortnox/callback?${new URLSearchParams(await toFortnoxAndBack(http, id)).toString()}`,
          'GET',
        )
      ).body as { connectionId: string };
      await http.call('POST', `${path}/connection/confirm`, { connectionId });
      const { lastImport } = await until(http, id, ({ phase }) => phase === 'adjusting');

      expect(refusal(await http.call('PUT', `${path}/adjustments`, { adjustments: [] }))).toEqual([
        428,
        'http.if-match-missing',
      ]);
      expect(refusal(await put([], 'W/"x"'))).toEqual([400, 'http.invalid-request']);
      const good = adjustment('good');
      const bad = await put(
        [
          good,
          { ...good, id: 'unbalanced', rows: [good.rows[0], { account: '3740', amountOre: 1, text: '' }] },
          { ...good, id: 'unknown', rows: [good.rows[0], { ...good.rows[1], account: '9876' }] },
          { ...good, id: 'outside', date: '2026-01-01' },
          { ...good, id: 'locked', date: '2025-03-31' },
          { ...good, id: 'text', text: 'Bokslut <b>' },
        ],
        '"0"',
      );
      expect(refusal(bad)).toEqual([422, 'adjustments.refused']);
      expect(faultsOf(bad)).toMatchObject([
        { code: 'adjustment.unbalanced', adjustmentId: 'unbalanced' },
        { code: 'adjustment.account-unknown', adjustmentId: 'unknown', row: 1 },
        { code: 'adjustment.outside-year', adjustmentId: 'outside' },
        { code: 'adjustment.locked-period', adjustmentId: 'locked' },
        { code: 'adjustment.text-refused', adjustmentId: 'text' },
      ]);
      expect((await http.call('GET', `${path}/adjustments`)).body).toMatchObject({
        revision: 0,
        adjustments: [],
      });
      const fraction = { ...good, rows: [{ account: '1930', amountOre: 0.5 }, good.rows[1]] };
      expect(refusal(await put([fraction], '"0"'))).toEqual([400, 'http.invalid-request']);

      const saves = await Promise.all([put([good], '"0"'), put([good], '"0"')]);
      expect(new Set(saves.map(({ status }) => status))).toEqual(new Set([200, 412]));
      expect(refusal(saves.find(({ status }) => status === 412)!)).toEqual([412, 'adjustments.conflict']);

      const { hash } = (await http.call('GET', `${path}/adjustments`)).body as { hash: string };
      const approval = { revision: 1, revisionHash: hash, snapshotId: lastImport?.id, series: 'K' };
      const approve = (changes: object): Promise<Answer> =>
        http.call('POST', `${path}/approvals`, { ...approval, ...changes });
      expect(refusal(await approve({ series: 'ZZ' }))).toEqual([422, 'approval.series-missing']);
      expect(refusal(await approve({ series: 'B' }))).toEqual([422, 'approval.series-not-manual']);
      expect(refusal(await approve({ revision: 2 }))).toEqual([409, 'approval.stale']);
      expect(refusal(await approve({ snapshotId: unknownId }))).toEqual([404, 'snapshots.not-found']);
      const history = await database.forFirm(caller.firmId, (tx) => listHistory(tx, id));
      expect(history.filter(({ event }) => event === 'adjustments.approved')).toEqual([]);
      expect(history.filter(({ event }) => event === 'adjustments.saved')).toHaveLength(1);
    });
  }, 90_000);
});

function companyOf({ world }: HttpWorld): object {
  const [company] = world.sandbox.companies;
  return { name: company?.name, organisationNumber: company?.organisationNumber };
}
