import type { FirmTransaction } from '../../db/database.ts';
import { claimDelivery, markDelivered, markFailed } from '../../db/stores/deliveries.ts';
import type { Delivery, DueDelivery } from '../../db/stores/deliveries.ts';
import { findNotification } from '../../db/stores/notifications.ts';
import { findUser } from '../../db/stores/users.ts';
import type { User } from '../../db/stores/users.ts';
import { findEndpoint } from '../../db/stores/webhook-endpoints.ts';
import type { WebhookEndpoint } from '../../db/stores/webhook-endpoints.ts';
import type { Notifying } from './context.ts';
import { openSecret } from './endpoints.ts';
import { mailText, webhookBody } from './kinds.ts';
import type { Told } from './kinds.ts';
import { engagementOf, mayGetMail } from './plan.ts';
import { postWebhook } from './webhook.ts';

/** What an attempt came to; undefined: received. */
type Failure = { readonly error: string; readonly again: boolean } | undefined;

/**
 * One attempt at a due delivery, unless somebody else is at it. Webhooks arrive at least once, with the same id each time; an
 * e-mail is never sent again when it may have been (`db/stores/deliveries.ts`).
 */
export async function deliver(
  context: Notifying,
  { firmId, id }: DueDelivery,
  stopped: AbortSignal,
): Promise<void> {
  const { database, notify, log } = context;
  const claimed = await database.forFirm(firmId, async (tx) => {
    const delivery = await claimDelivery(tx, id, notify.limits.leaseMs);
    return delivery && readWork(tx, context, delivery);
  });
  if (!claimed) return;
  const { delivery, told } = claimed;
  const failure = await (claimed.channel === 'email'
    ? sendMail(context, delivery, claimed.user, claimed.mail)
    : sendWebhook(context, told, claimed.endpoint, stopped));
  // A webhook that was cut off by our own end goes out again when its lease is over.
  if (failure && delivery.channel === 'webhook' && stopped.aborted) return;
  await database.forFirm(firmId, (tx) => settle(tx, context, delivery, failure));
  log({
    event: failure ? 'notify.failed' : 'notify.sent',
    deliveryId: id,
    kind: told.kind,
    channel: delivery.channel,
    attempt: delivery.attempts,
    ...(failure && { code: failure.error }),
  });
}

type MailText = ReturnType<typeof mailText>;

type Work = { readonly delivery: Delivery; readonly told: Told } & (
  | { readonly channel: 'email'; readonly user: User | undefined; readonly mail: MailText }
  | { readonly channel: 'webhook'; readonly endpoint: WebhookEndpoint | undefined }
);

/** What is to be sent, as it will be sent: one that cannot be put into words is not claimed, so that it never counts as sent perhaps. */
async function readWork(tx: FirmTransaction, { publicUrl }: Notifying, delivery: Delivery): Promise<Work> {
  const notification = await findNotification(tx, delivery.notificationId);
  if (!notification) throw new Error('a delivery without its notification');
  const about = await engagementOf(tx, notification);
  const told: Told = {
    ...notification,
    details: { ...(notification.details as object) },
    ...(about && { about: { engagementId: about.id, balanceDate: about.yearTo } }),
  };
  return delivery.channel === 'email'
    ? {
        delivery,
        told,
        channel: 'email',
        user: await findUser(tx, delivery.userId ?? ''),
        mail: mailText(told, publicUrl),
      }
    : { delivery, told, channel: 'webhook', endpoint: await findEndpoint(tx, delivery.endpointId ?? '') };
}

async function sendMail(
  { notify }: Notifying,
  { id }: Delivery,
  user: User | undefined,
  mail: MailText,
): Promise<Failure> {
  if (!notify.mailer) return { error: 'mail.not-configured', again: true };
  if (!user || !mayGetMail(user)) return { error: 'mail.no-receiver', again: false };
  const result = await notify.mailer({ id, to: user.email, ...mail });
  return result.outcome === 'sent' ? undefined : { error: result.error, again: result.outcome === 'unsent' };
}

async function sendWebhook(
  { notify }: Notifying,
  told: Told,
  endpoint: WebhookEndpoint | undefined,
  stopped: AbortSignal,
): Promise<Failure> {
  if (!endpoint || endpoint.removedAt) return { error: 'webhook.endpoint-removed', again: false };
  const secret = openSecret(notify.sealer, endpoint);
  if (!secret) return { error: 'webhook.secret-unreadable', again: true };
  const error = await postWebhook(
    new URL(endpoint.url),
    secret,
    { id: told.id, body: webhookBody(told) },
    {
      privateAddresses: notify.privateAddresses,
      signal: AbortSignal.any([stopped, AbortSignal.timeout(notify.limits.requestTimeoutMs)]),
    },
  );
  return error === undefined ? undefined : { error, again: true };
}

async function settle(
  tx: FirmTransaction,
  { notify }: Notifying,
  delivery: Delivery,
  failure: Failure,
): Promise<void> {
  if (!failure) return markDelivered(tx, delivery.id);
  const retryAfterMs = failure.again ? notify.limits.retryAfterMs[delivery.attempts - 1] : undefined;
  await markFailed(tx, delivery, {
    error: failure.error,
    ...(retryAfterMs !== undefined && { retryAfterMs }),
  });
}
