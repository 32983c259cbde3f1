import { createRoute, z } from '@hono/zod-openapi';
import { askForApproval } from '../../close/ask-approval.ts';
import { listNotifications, sendAgain } from '../../notify/list.ts';
import type { DeliveryView, NotificationView } from '../../notify/list.ts';
import { newApi } from '../api.ts';
import { createOnce } from '../idempotency.ts';
import { engagementPath, id, idempotencyKey, json, jsonBody, moment, refusals } from '../schemas.ts';
import { needs, whoMay } from '../who.ts';

const delivery = z
  .object({
    id,
    channel: z.enum(['email', 'webhook']),
    userId: id.nullable(),
    webhookId: id.nullable(),
    state: z.enum(['waiting', 'sent', 'gaveUp']),
    attempts: z.int(),
    nextAttemptAt: moment.nullable(),
    lastError: z.string().nullable().openapi({ description: 'A code', example: 'webhook.status-500' }),
    sentAt: moment.nullable(),
  })
  .openapi('Delivery');

const notification = z
  .object({
    id: id.openapi({ description: "The webhook's `webhook-id`" }),
    kind: z.string().openapi({ description: "The webhook's `type`", example: 'login.expires' }),
    engagementId: id.nullable(),
    connectionId: id.nullable(),
    createdAt: moment,
    state: z.enum(['waiting', 'noChannel', 'handedOver']),
    deliveries: z.array(delivery),
  })
  .openapi('Notification');

const notifications = createRoute({
  method: 'get',
  path: '/notifications',
  operationId: 'listNotifications',
  summary: 'Reminders and alerts, newest first, with what became of each',
  middleware: [needs('read')] as const,
  request: {
    query: z.object({
      engagementId: id.optional(),
      after: id.optional(),
      limit: z.coerce.number().int().min(1).max(200).optional(),
    }),
  },
  responses: {
    200: json(
      z.object({ items: z.array(notification), next: z.string().optional() }),
      'A page; `next` is the next `after`',
    ),
    ...refusals,
  },
});

const again = createRoute({
  method: 'post',
  path: '/deliveries/{id}/send-again',
  operationId: 'sendAgain',
  summary:
    'Sends a notification to one of its receivers again: a webhook, or an e-mail that surely never left',
  middleware: [needs('write')] as const,
  request: { params: engagementPath },
  responses: { 202: json(delivery, 'Due now'), ...refusals },
});

const ask = createRoute({
  method: 'post',
  path: '/engagements/{id}/approval-requests',
  operationId: 'askForApproval',
  summary: 'Tells those who may approve that a saved revision waits for them; once for a revision and import',
  middleware: [needs('write')] as const,
  request: {
    params: engagementPath,
    headers: idempotencyKey,
    body: jsonBody(z.object({ revision: z.int().min(1) }).openapi('NewApprovalRequest')),
  },
  responses: {
    201: json(z.object({ id, revision: z.int() }).openapi('ApprovalRequest'), 'They are told'),
    ...refusals,
  },
});

export const notificationRoutes = newApi()
  .openapi(notifications, async (c) => {
    const page = await listNotifications(c.var.client, whoMay(c, 'read').caller, c.req.valid('query'));
    return c.json({ ...page, items: page.items.map(presentNotification) }, 200);
  })
  .openapi(again, async (c) => {
    const sent = await sendAgain(c.var.client, whoMay(c, 'write').caller, c.req.valid('param').id);
    return c.json(presentDelivery(sent), 202);
  })
  .openapi(ask, async (c) => {
    const who = whoMay(c, 'write');
    const body = c.req.valid('json');
    const { id: engagementId } = c.req.valid('param');
    const answer = await createOnce(c, who, body, () =>
      askForApproval(c.var.client, who.caller, engagementId, body),
    );
    return c.json(answer, 201);
  });

const presentNotification = ({
  notification: { id: notificationId, kind, engagementId, connectionId, createdAt },
  state,
  deliveries,
}: NotificationView): z.input<typeof notification> => ({
  id: notificationId,
  kind,
  engagementId,
  connectionId,
  createdAt: createdAt.toISOString(),
  state,
  deliveries: deliveries.map(presentDelivery),
});

const presentDelivery = (one: DeliveryView): z.input<typeof delivery> => ({
  id: one.id,
  channel: one.channel,
  userId: one.userId,
  webhookId: one.endpointId,
  state: one.state,
  attempts: one.attempts,
  nextAttemptAt: one.nextAttemptAt?.toISOString() ?? null,
  lastError: one.lastError,
  sentAt: one.sentAt?.toISOString() ?? null,
});
