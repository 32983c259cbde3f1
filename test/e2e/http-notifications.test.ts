import { Webhook } from 'standardwebhooks';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { notifyAttention } from '../../client/notify/attention.ts';
import { dispatch } from '../../client/notify/dispatcher.ts';
import { createSession } from '../../db/stores/sessions.ts';
import { saveUser } from '../../db/stores/users.ts';
import { startWebhookReceiver } from '../setup/webhook-receiver.ts';
import type { WebhookReceiver } from '../setup/webhook-receiver.ts';
import { adjustment, inFortnox, logIn, saveAndApprove, startClose, untilStatus } from '../workflow/world.ts';
import { anotherFirm, createHttpWorld, refusal, request } from './http-world.ts';
import type { HttpWorld } from './http-world.ts';

const running = new AbortController().signal;

let http: HttpWorld;
let receiver: WebhookReceiver;
beforeAll(async () => {
  [http, receiver] = await Promise.all([createHttpWorld(), startWebhookReceiver()]);
});
afterAll(() => Promise.all([http.end(), receiver.stop()]));

interface Added {
  readonly id: string;
  readonly url: string;
  readonly secret: string;
}

describe("where the firm's notifications go", () => {
  it('is added, listed without its secret, and removed; the same key again adds nothing', async () => {
    const key = { 'idempotency-key': 'webhook-1' };
    const first = await http.call('POST', '/api/webhooks', { url: `${receiver.url}/a` }, key);
    const again = await http.call('POST', '/api/webhooks', { url: `${receiver.url}/a` }, key);
    expect([first.status, again.status]).toEqual([201, 201]);
    const added = first.body as Added;
    expect(again.body).toEqual(added);
    expect(added.secret).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/);
    const kept = await http.world.database.forFirm(
      http.world.caller.firmId,
      (tx) => tx.sql<{ text: string }[]>`select response::text as text from idempotency_keys`,
    );
    expect(JSON.stringify(kept)).toContain(added.id);
    expect(JSON.stringify(kept)).not.toContain('whsec_');

    const listed = await http.call('GET', '/api/webhooks');
    expect((listed.body as { items: Added[] }).items.map(({ id, url }) => [id, url])).toEqual([
      [added.id, `${receiver.url}/a`],
    ]);
    expect(listed.text).not.toContain('whsec_');
    expect((await http.call('DELETE', `/api/webhooks/${added.id}`)).status).toBe(200);
    expect(refusal(await http.call('DELETE', `/api/webhooks/${added.id}`))).toEqual([
      404,
      'webhooks.not-found',
    ]);
  });

  it('is for keys that may write and for administrators, of the firm itself', async () => {
    const body = { url: receiver.url };
    const readOnly = { authorization: `Bearer ${http.readKey}` };
    expect(refusal(await http.call('POST', '/api/webhooks', body, readOnly))).toEqual([
      403,
      'http.forbidden',
    ]);
    const { firmId } = http.world.caller;
    const cookie = await http.world.database.forFirm(firmId, async (tx) => {
      const { id: userId } = await saveUser(tx, {
        issuer: 'local',
        subject: 'anna',
        name: 'Anna',
        email: 'anna@example.com',
        role: 'preparer',
      });
      return createSession(tx, { userId, lifetimeMs: 60_000 });
    });
    const asPreparer = { cookie: `bokslut=${cookie}`, origin: http.server.url };
    const answer = await request(`${http.server.url}/api/webhooks`, 'POST', body, asPreparer);
    expect(refusal(answer)).toEqual([403, 'http.forbidden']);
    const stranger = { authorization: `Bearer ${await anotherFirm(http)}` };
    expect((await http.call('GET', '/api/notifications', undefined, stranger)).body).toEqual({ items: [] });
    expect(refusal(await http.call('POST', '/api/webhooks', { url: 'http://host.example/' }))).toEqual([
      422,
      'webhooks.url-refused',
    ]);
  });
});

describe('the hosting product', () => {
  it('gets told that a close needs a person, once, and of its way to the end', async () => {
    const { world } = http;
    const { secret } = (await http.call('POST', '/api/webhooks', { url: receiver.url })).body as Added;
    const engagementId = await startClose(world);
    const worker = await world.worker();
    const known = new Set<string>();
    await worker.runUntil(async () => {
      await logIn(world, engagementId);
      await untilStatus(world, engagementId, ({ phase }) => phase === 'adjusting');
      await inFortnox(world, { op: 'setAccount', number: '3740', active: false });
      const path = `/api/engagements/${engagementId}`;
      expect(refusal(await http.call('POST', `${path}/approval-requests`, { revision: 1 }))).toEqual([
        409,
        'approval.stale',
      ]);
      const adjustments = [adjustment('asked')];
      await http.call('PUT', `${path}/adjustments`, { adjustments }, { 'if-match': '"0"' });
      const asked = await http.call('POST', `${path}/approval-requests`, { revision: 1 });
      expect([asked.status, asked.body]).toMatchObject([201, { revision: 1 }]);
      expect((await http.call('POST', `${path}/approval-requests`, { revision: 1 })).body).toEqual(
        asked.body,
      );
      await saveAndApprove(world, engagementId, [adjustment('one')]);
      expect(refusal(await http.call('POST', `${path}/approval-requests`, { revision: 2 }))).toEqual([
        409,
        'approval.already-approved',
      ]);
      await untilStatus(world, engagementId, ({ attention }) => attention !== null);
      // Temporal's list is a moment late.
      while (known.size === 0) await notifyAttention(world.client, known, running);
      await notifyAttention(world.client, known, running);
      await notifyAttention(world.client, new Set(), running);
      await inFortnox(world, { op: 'setAccount', number: '3740', active: true });
      await http.call('POST', `/api/engagements/${engagementId}/retry`);
      await untilStatus(world, engagementId, ({ phase }) => phase === 'completed');
    });
    await dispatch(world.client, running);
    const about = async () => {
      const { body } = await http.call('GET', `/api/notifications?engagementId=${engagementId}`);
      return (body as { items: { kind: string; deliveries: { state: string }[] }[] }).items;
    };
    // The server's own sweep may be at some of them.
    const isSent = ({ deliveries }: { deliveries: { state: string }[] }): boolean =>
      deliveries.length > 0 && deliveries.every(({ state }) => state === 'sent');
    while (!(await about()).every(isSent)) {
      await dispatch(world.client, running);
    }
    expect((await about()).map(({ kind }) => kind)).toEqual([
      'close.completed',
      'export.completed',
      'close.attention',
      'approval.wanted',
    ]);
    const library = new Webhook(secret);
    const messages = receiver.received.map(
      ({ headers, body }) =>
        library.verify(body, headers as Record<string, string>) as { type: string; data: object },
    );
    expect(messages.map(({ type }) => type).toSorted()).toEqual([
      'approval.wanted',
      'close.attention',
      'close.completed',
      'export.completed',
    ]);
    expect(messages.find(({ type }) => type === 'close.attention')?.data).toMatchObject({
      engagementId,
      code: 'export.preflight-failed',
      step: 'openExport',
    });
  }, 90_000);
});
