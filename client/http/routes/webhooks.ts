import { createRoute, z } from '@hono/zod-openapi';
import { Problem } from '../../../accounting/problem.ts';
import { addWebhook, listWebhooks, removeWebhook, webhookSecret } from '../../notify/endpoints.ts';
import type { EndpointView } from '../../notify/endpoints.ts';
import { newApi } from '../api.ts';
import type { AppContext, Who } from '../app-env.ts';
import { createOnce } from '../idempotency.ts';
import { httpProblems } from '../problems.ts';
import { id, idempotencyKey, json, jsonBody, moment, nothing, refusals } from '../schemas.ts';
import { needs, whoMay } from '../who.ts';

const endpoint = z.object({ id, url: z.url(), createdAt: moment }).openapi('Webhook');

const list = createRoute({
  method: 'get',
  path: '/webhooks',
  operationId: 'listWebhooks',
  summary: "Where the firm's notifications are sent",
  middleware: [needs('read')] as const,
  responses: { 200: json(z.object({ items: z.array(endpoint) }), 'Webhooks'), ...refusals },
});

const add = createRoute({
  method: 'post',
  path: '/webhooks',
  operationId: 'addWebhook',
  summary: "Sends the firm's notifications there as well, signed by the Standard Webhooks scheme",
  middleware: [needs('write')] as const,
  request: {
    headers: idempotencyKey,
    body: jsonBody(z.object({ url: z.string().max(2_000) }).openapi('NewWebhook')),
  },
  responses: {
    201: json(
      endpoint.extend({
        secret: z.string().openapi({ description: '`whsec_…`: checks the signatures; not shown again' }),
      }),
      'Added',
    ),
    ...refusals,
  },
});

const remove = createRoute({
  method: 'delete',
  path: '/webhooks/{id}',
  operationId: 'removeWebhook',
  summary: 'Sends nothing more there',
  middleware: [needs('write')] as const,
  request: { params: z.object({ id }) },
  responses: { 200: json(nothing, 'Removed'), ...refusals },
});

/** Of people, administrators alone say where the firm's notifications go. @throws Problem `http.forbidden` */
function administrator(c: AppContext): Who {
  const who = whoMay(c, 'write');
  if (who.user && who.user.role !== 'administrator') throw new Problem(httpProblems.forbidden);
  return who;
}

export const webhookRoutes = newApi()
  .openapi(list, async (c) => {
    const found = await listWebhooks(c.var.client, whoMay(c, 'read').caller);
    return c.json({ items: found.map(presentEndpoint) }, 200);
  })
  .openapi(add, async (c) => {
    const who = administrator(c);
    const body = c.req.valid('json');
    // What is kept for the same key again holds no secret: that is unsealed anew.
    const added = await createOnce(c, who, body, async () =>
      presentEndpoint(await addWebhook(c.var.client, who.caller, body.url)),
    );
    const secret = await webhookSecret(c.var.client, who.caller, added.id);
    return c.json({ ...added, secret: secret.reveal() }, 201);
  })
  .openapi(remove, async (c) => {
    await removeWebhook(c.var.client, administrator(c).caller, c.req.valid('param').id);
    return c.json({}, 200);
  });

const presentEndpoint = ({ createdAt, ...shown }: EndpointView): z.input<typeof endpoint> => ({
  ...shown,
  createdAt: createdAt.toISOString(),
});
