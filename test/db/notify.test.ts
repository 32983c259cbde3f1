import { randomUUID } from 'node:crypto';
import { Webhook } from 'standardwebhooks';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Caller } from '../../client/close/context.ts';
import type { Notifying } from '../../client/notify/context.ts';
import { dispatch } from '../../client/notify/dispatcher.ts';
import {
  addWebhook,
  listWebhooks,
  removeWebhook,
  resealWebhooks,
  webhookSecret,
} from '../../client/notify/endpoints.ts';
import { listNotifications, sendAgain } from '../../client/notify/list.ts';
import { createMailer } from '../../client/notify/mail.ts';
import { planDeliveries } from '../../client/notify/plan.ts';
import type { Role } from '../../db/schema/firm.ts';
import { createConnection } from '../../db/stores/connections.ts';
import { claimDelivery, dueDeliveries } from '../../db/stores/deliveries.ts';
import type { Engagement } from '../../db/stores/engagements.ts';
import { ensureNotification } from '../../db/stores/notifications.ts';
import type { NewNotification } from '../../db/stores/notifications.ts';
import { setFourEyes } from '../../db/stores/firms.ts';
import { saveUser } from '../../db/stores/users.ts';
import { createSealer } from '../../fortnox/seal.ts';
import { startMailServer } from '../setup/mail-server.ts';
import type { MailServer } from '../setup/mail-server.ts';
import { startWebhookReceiver } from '../setup/webhook-receiver.ts';
import type { WebhookReceiver } from '../setup/webhook-receiver.ts';
import { codeOf, connectionOf, newEngagement, openTestDatabase } from './support.ts';
import type { OpenTestDatabase } from './support.ts';

const tokenKeys = `k1:${Buffer.alloc(32, 7).toString('base64')}`;

let opened: OpenTestDatabase;
let mailServer: MailServer;
let receiver: WebhookReceiver;
let caller: Caller;
let engagement: Engagement;

beforeAll(async () => {
  opened = await openTestDatabase();
});
afterAll(() => opened.close());
beforeEach(async () => {
  [mailServer, receiver] = await Promise.all([startMailServer(), startWebhookReceiver()]);
  const made = await newEngagement(opened.database);
  engagement = made.engagement;
  caller = { firmId: made.firmId, actor: 'user:admin' };
});
afterEach(async () => {
  // What a test leaves unsent must not reach the next one's receivers.
  await opened.admin`update notification_deliveries set next_attempt_at = null`;
  await Promise.all([mailServer.stop(), receiver.stop()]);
});

/** A sender with pauses that are over at once, or as given. */
function sender(changes: Partial<Notifying['notify']> = {}, retryAfterMs = [0, 0]): Notifying {
  return {
    database: opened.database,
    publicUrl: new URL('https://bokslut.example/'),
    log: () => undefined,
    notify: {
      sealer: createSealer(tokenKeys),
      mailer: createMailer({ url: mailServer.url, from: 'bokslut@firm.example', timeoutMs: 2_000 }),
      privateAddresses: true,
      limits: {
        sweepEveryMs: 1,
        attentionEveryMs: 1,
        requestTimeoutMs: 2_000,
        leaseMs: 60_000,
        retryAfterMs,
      },
      ...changes,
    },
  };
}

const running = new AbortController().signal;
const sweep = (notifying: Notifying = sender()): Promise<void> => dispatch(notifying, running);

const user = (name: string, role: Role) =>
  opened.database.forFirm(caller.firmId, (tx) =>
    saveUser(tx, { issuer: 'local', subject: name, name, email: `${name}@example.com`, role }),
  );

const write = (notification: Omit<NewNotification, 'dueKey'>) =>
  opened.database.forFirm(caller.firmId, (tx) =>
    ensureNotification(tx, { ...notification, dueKey: randomUUID() }),
  );
const notify = () =>
  write({
    kind: 'watch.figures-moved',
    engagementId: engagement.id,
    details: { snapshotId: 's1', attachments: [{ movedOre: 1_234_500, name: 'Kunden AB' }] },
  });

/** The mails without the line breaks that quoted-printable puts in. */
const texts = () => mailServer.taken.map(({ message }) => message.replaceAll('=\r\n', ''));

const told = async () => (await listNotifications(sender(), caller)).items;
const outcomes = async () =>
  (await told()).map(({ state, deliveries }) => [
    state,
    ...deliveries.map((one) => [one.channel, one.state, one.attempts, one.lastError]),
  ]);

describe('a notification', () => {
  it('reaches the people by mail and the program by webhook, without a figure or a name', async () => {
    await user('chef', 'administrator');
    await user('anna', 'preparer');
    const { id } = await addWebhook(sender(), caller, receiver.url);
    const notification = await notify();
    await sweep();
    expect(mailServer.taken.map(({ to }) => to)).toEqual(['chef@example.com']);
    expect(texts()).toEqual([expect.stringContaining(`https://bokslut.example/bokslut/${engagement.id}`)]);
    const [message] = receiver.received;
    const secret = await webhookSecret(sender(), caller, id);
    const headers = message?.headers as Record<string, string>;
    expect(new Webhook(secret.reveal()).verify(message?.body ?? '', headers)).toEqual({
      type: 'watch.figures-moved',
      timestamp: notification.createdAt.toISOString(),
      data: { engagementId: engagement.id, snapshotId: 's1' },
    });
    expect(headers['webhook-id']).toBe(notification.id);
    const everything = JSON.stringify([mailServer.taken, receiver.received]);
    expect(everything).not.toMatch(/1234500|Kunden|Exempelbolaget|999999/);
    expect(await outcomes()).toEqual([
      ['handedOver', ['email', 'sent', 1, null], ['webhook', 'sent', 1, null]],
    ]);
  });

  it('goes to the user who answers for the close; of a login, for its newest close', async () => {
    await user('chef', 'administrator');
    const anna = await user('anna', 'preparer');
    const connectionId = await opened.database.forFirm(caller.firmId, async (tx) => {
      await tx.sql`update engagements set responsible_user_id = ${anna.id}`;
      return (await createConnection(tx, connectionOf(engagement.companyId))).id;
    });
    const expiresAt = '2026-01-30T23:30:00.000Z';
    await write({ kind: 'login.expires', connectionId, details: { daysLeft: 7, expiresAt } });
    await sweep();
    expect(mailServer.taken.map(({ to }) => to)).toEqual(['anna@example.com']);
    const [text = ''] = texts();
    // 23:30 in Greenwich is the next day in Stockholm.
    expect(text).toContain('2026-01-31');
    expect(text).toContain(engagement.id);
  });

  it('that an approval is wanted goes to all who could give it', async () => {
    await user('chef', 'administrator');
    const bo = await user('bo', 'reviewer');
    const anna = await user('anna', 'preparer');
    const cia = await user('cia', 'reviewer');
    await opened.database.forFirm(caller.firmId, (tx) => setFourEyes(tx, true));
    const details = { revision: 3, askedBy: `user:${anna.id}`, savedBy: `user:${bo.id}` };
    await write({ kind: 'approval.wanted', engagementId: engagement.id, details });
    await write({
      kind: 'approval.wanted',
      engagementId: engagement.id,
      details: { ...details, askedBy: `user:${cia.id}` },
    });
    await addWebhook(sender(), caller, receiver.url);
    await sweep();
    expect(mailServer.taken.map(({ to }) => to).toSorted()).toEqual([
      'chef@example.com',
      'chef@example.com',
      'cia@example.com',
    ]);
    expect(texts()[0]).toContain(`/bokslut/${engagement.id}/godkann`);
    expect(texts()[0]).toContain('Revision 3');
    expect(receiver.received.map(({ body }) => (JSON.parse(body) as { data: object }).data)).toEqual([
      { engagementId: engagement.id, revision: 3 },
      { engagementId: engagement.id, revision: 3 },
    ]);
  });

  it('is sent again when a person asks: a webhook always, an e-mail only when it surely never left', async () => {
    await user('chef', 'administrator');
    await addWebhook(sender(), caller, receiver.url);
    const away = createMailer({ url: new URL('smtp://127.0.0.1:1'), from: 'b@firm.example', timeoutMs: 500 });
    await write({ kind: 'close.completed', engagementId: engagement.id, details: { run: 1 } });
    await sweep(sender({ mailer: away }, []));
    expect(await outcomes()).toEqual([
      ['handedOver', ['email', 'gaveUp', 1, 'mail.unreachable'], ['webhook', 'sent', 1, null]],
    ]);
    const [{ deliveries: [mail, webhook] } = { deliveries: [] }] = await told();
    for (const one of [mail, webhook]) {
      expect(await sendAgain(sender(), caller, one?.id ?? '')).toMatchObject({
        state: 'waiting',
        attempts: 0,
      });
    }
    await sweep();
    expect(await outcomes()).toEqual([
      ['handedOver', ['email', 'sent', 1, null], ['webhook', 'sent', 1, null]],
    ]);
    const ids = receiver.received.map(({ headers }) => headers['webhook-id']);
    expect([ids.length, new Set(ids).size]).toEqual([2, 1]);
    const again = (id: string | undefined, by = caller) => codeOf(sendAgain(sender(), by, id ?? ''));
    expect(await again(mail?.id)).toBe('deliveries.already-sent');
    const stranger: Caller = { firmId: (await newEngagement(opened.database)).firmId, actor: 'user:x' };
    expect(await again(webhook?.id, stranger)).toBe('deliveries.not-found');
    const [endpoint] = await listWebhooks(sender(), caller);
    await removeWebhook(sender(), caller, endpoint?.id ?? '');
    expect(await again(webhook?.id)).toBe('deliveries.receiver-gone');
    await opened.admin`update notification_deliveries set sent_at = null, last_error = 'mail.outcome-unknown'
                       where channel = 'email'`;
    expect(await again(mail?.id)).toBe('deliveries.outcome-unknown');
  });

  it('with no channel at all goes nowhere, stays visible as such, and is not sent when one comes', async () => {
    await notify();
    await sweep(sender({ mailer: undefined }));
    expect(await outcomes()).toEqual([['noChannel']]);
    await user('chef', 'administrator');
    await addWebhook(sender(), caller, receiver.url);
    await sweep();
    expect([mailServer.taken, receiver.received]).toEqual([[], []]);
    expect(await outcomes()).toEqual([['noChannel']]);
  });

  it('is listed a page at a time, newest first, and only to its firm', async () => {
    const ids: string[] = [];
    for (let i = 0; i < 3; i += 1) ids.unshift((await notify()).id);
    const first = await listNotifications(sender(), caller, { limit: 2 });
    const rest = await listNotifications(sender(), caller, { limit: 2, after: first.next });
    expect([...first.items, ...rest.items].map(({ notification }) => notification.id)).toEqual(ids);
    expect(rest.next).toBeUndefined();
    const stranger: Caller = { firmId: (await newEngagement(opened.database)).firmId, actor: 'user:x' };
    expect((await listNotifications(sender(), stranger)).items).toEqual([]);
    expect(await codeOf(listNotifications(sender(), stranger, { after: ids[0] }))).toBe(
      'notifications.cursor-unknown',
    );
  });
});

describe('what was not received', () => {
  it('is sent again with the same id and a signature that holds, until it is', async () => {
    const { id } = await addWebhook(sender(), caller, receiver.url);
    receiver.statuses.push(500, 503);
    await notify();
    await sweep();
    expect(await outcomes()).toEqual([['handedOver', ['webhook', 'waiting', 1, 'webhook.status-500']]]);
    await sweep();
    await sweep();
    await sweep();
    expect(await outcomes()).toEqual([['handedOver', ['webhook', 'sent', 3, null]]]);
    expect(new Set(receiver.received.map(({ headers }) => headers['webhook-id'])).size).toBe(1);
    const library = new Webhook((await webhookSecret(sender(), caller, id)).reveal());
    for (const { headers, body } of receiver.received) {
      expect(() => library.verify(body, headers as Record<string, string>)).not.toThrow();
    }
  });

  it('waits for its pause, and is given up when the pauses are used up', async () => {
    await addWebhook(sender(), caller, receiver.url);
    receiver.statuses.push(500, 500, 500, 500);
    await notify();
    await sweep(sender({}, [60_000]));
    await sweep(sender({}, [60_000]));
    expect(receiver.received).toHaveLength(1);
    await opened.admin`update notification_deliveries set next_attempt_at = now() where next_attempt_at is not null`;
    await sweep(sender({}, [60_000]));
    await sweep(sender({}, [60_000]));
    expect(await outcomes()).toEqual([['handedOver', ['webhook', 'gaveUp', 2, 'webhook.status-500']]]);
    expect(receiver.received).toHaveLength(2);
  });

  it('by a webhook whose sender died comes again when the lease is over; by a mail never', async () => {
    await user('chef', 'administrator');
    await addWebhook(sender(), caller, receiver.url);
    await notify();
    const { firmId } = caller;
    const [waiting] = await told();
    await opened.database.forFirm(firmId, (tx) =>
      planDeliveries(tx, waiting!.notification.id, { mail: true }),
    );
    const due = await dueDeliveries(opened.database, 10);
    expect(due).toHaveLength(2);
    for (const { id } of due) {
      expect(await opened.database.forFirm(firmId, (tx) => claimDelivery(tx, id, 60_000))).toBeDefined();
    }
    await sweep();
    expect([mailServer.taken, receiver.received]).toEqual([[], []]);
    await opened.admin`update notification_deliveries set next_attempt_at = now() where next_attempt_at is not null`;
    await sweep();
    expect(await outcomes()).toEqual([
      ['handedOver', ['email', 'gaveUp', 1, 'mail.outcome-unknown'], ['webhook', 'sent', 2, null]],
    ]);
    expect([mailServer.taken.length, receiver.received.length]).toEqual([0, 1]);
  });

  it('by mail is tried again when it surely did not leave, and not when it may have', async () => {
    await user('chef', 'administrator');
    mailServer.answers.RCPT = '451 later';
    await notify();
    await sweep();
    expect(await outcomes()).toEqual([['handedOver', ['email', 'waiting', 1, 'mail.status-451']]]);
    delete mailServer.answers.RCPT;
    mailServer.answers.text = 'hang up';
    await sweep();
    await sweep();
    expect(await outcomes()).toEqual([['handedOver', ['email', 'gaveUp', 2, 'mail.outcome-unknown']]]);
  });

  it('holds up nobody else', async () => {
    await addWebhook(sender(), caller, receiver.url);
    const other = await startWebhookReceiver();
    await addWebhook(sender(), caller, other.url);
    receiver.statuses.push(0);
    await notify();
    const { limits } = sender().notify;
    await sweep(sender({ limits: { ...limits, requestTimeoutMs: 1_000 } }));
    // One of the two got it, whichever was asked first; the other's silence is no reason to wait.
    expect(receiver.received.length + other.received.length).toBe(2);
    const [[, ...deliveries]] = (await outcomes()) as [[string, ...unknown[]]];
    expect(deliveries).toHaveLength(2);
    expect(deliveries).toEqual(
      expect.arrayContaining([
        ['webhook', 'waiting', 1, 'webhook.timeout'],
        ['webhook', 'sent', 1, null],
      ]),
    );
    await other.stop();
  });
});

describe('several senders', () => {
  it('send each message once', async () => {
    await user('chef', 'administrator');
    await addWebhook(sender(), caller, receiver.url);
    const notified = await Promise.all(Array.from({ length: 10 }, () => notify()));
    const senders = [sender(), sender(), sender()];
    await Promise.all(senders.map((one) => sweep(one)));
    await sweep();
    const ids = notified.map(({ id }) => id).toSorted();
    expect(receiver.received.map(({ headers }) => String(headers['webhook-id'])).toSorted()).toEqual(ids);
    expect(mailServer.taken).toHaveLength(10);
  });
});

describe('a webhook endpoint', () => {
  it('keeps its secret sealed, under the current key, and loses it when it is removed', async () => {
    const { id } = await addWebhook(sender(), caller, receiver.url);
    const secret = await webhookSecret(sender(), caller, id);
    const stored = async (): Promise<string> => {
      const [row] = await opened.admin<{ row: string }[]>`
        select row_to_json(w)::text as row from webhook_endpoints w where id = ${id}`;
      return row!.row;
    };
    const raw = Buffer.from(secret.reveal()).toString('hex');
    expect(await stored()).not.toContain(raw);

    const rotated = createSealer(`k2:${Buffer.alloc(32, 9).toString('base64')},${tokenKeys}`);
    expect(await resealWebhooks(sender({ sealer: rotated }), caller.firmId)).toEqual({
      resealed: 1,
      lost: 0,
    });
    expect(await resealWebhooks(sender({ sealer: rotated }), caller.firmId)).toEqual({
      resealed: 0,
      lost: 0,
    });
    expect((await webhookSecret(sender({ sealer: rotated }), caller, id)).equals(secret)).toBe(true);
    // The old key alone opens it no longer.
    expect(await codeOf(webhookSecret(sender(), caller, id))).toBe('webhooks.not-found');

    await notify();
    await removeWebhook(sender(), caller, id);
    expect(await listWebhooks(sender(), caller)).toEqual([]);
    expect(await codeOf(removeWebhook(sender(), caller, id))).toBe('webhooks.not-found');
    expect(JSON.parse(await stored())).toMatchObject({ sealed_secret: null, key_id: null });
    await sweep();
    expect(receiver.received).toEqual([]);
  });

  it('belongs to its firm', async () => {
    const { id } = await addWebhook(sender(), caller, receiver.url);
    const stranger: Caller = { firmId: (await newEngagement(opened.database)).firmId, actor: 'user:x' };
    expect(await listWebhooks(sender(), stranger)).toEqual([]);
    expect(await codeOf(webhookSecret(sender(), stranger, id))).toBe('webhooks.not-found');
    expect(await codeOf(removeWebhook(sender(), stranger, id))).toBe('webhooks.not-found');
  });

  it('is refused at an address within, and beyond ten', async () => {
    const strict = sender({ privateAddresses: false });
    expect(await codeOf(addWebhook(strict, caller, receiver.url))).toBe('webhooks.url-refused');
    for (let i = 0; i < 10; i += 1) await addWebhook(sender(), caller, receiver.url);
    expect(await codeOf(addWebhook(sender(), caller, receiver.url))).toBe('webhooks.too-many');
    const [row] = await opened.admin<{ n: number }[]>`
      select count(*)::int as n from processing_history where firm_id = ${caller.firmId} and event = 'webhook.added'`;
    expect(row?.n).toBe(10);
  });
});
