import { createRoute, z } from '@hono/zod-openapi';
import { closeNotifications, startWatch, stopWatch, watchStatus } from '../../close/watch.ts';
import type { Watch } from '../../close/watch.ts';
import { newApi } from '../api.ts';
import { pageAnswer, pageOf, pageQuery } from '../paging.ts';
import { engagementPath, id, json, moment, nothing, refusals } from '../schemas.ts';
import { needs, whoMay } from '../who.ts';

const watch = z
  .object({
    state: z.enum(['off', 'on', 'paused']),
    nextAt: moment.nullable(),
    lastAt: moment.nullable(),
  })
  .openapi('Watch');

const read = createRoute({
  method: 'get',
  path: '/engagements/{id}/watch',
  operationId: 'getWatch',
  summary: 'The nightly import of a close',
  middleware: [needs('read')] as const,
  request: { params: engagementPath },
  responses: { 200: json(watch, 'The watch'), ...refusals },
});

const start = createRoute({
  method: 'put',
  path: '/engagements/{id}/watch',
  operationId: 'startWatch',
  summary: 'Has the books imported each night while the login lives; it never renews the login',
  middleware: [needs('write')] as const,
  request: { params: engagementPath },
  responses: { 200: json(watch, 'On'), ...refusals },
});

const stop = createRoute({
  method: 'delete',
  path: '/engagements/{id}/watch',
  operationId: 'stopWatch',
  summary: 'Stops the nightly import',
  middleware: [needs('write')] as const,
  request: { params: engagementPath },
  responses: { 200: json(nothing, 'Off'), ...refusals },
});

const notifications = createRoute({
  method: 'get',
  path: '/engagements/{id}/notifications',
  operationId: 'listEngagementNotifications',
  summary: 'What the close has told of, newest first',
  middleware: [needs('read')] as const,
  request: { params: engagementPath, query: pageQuery },
  responses: {
    200: pageAnswer(
      z
        .object({ id, kind: z.string(), at: moment, details: z.record(z.string(), z.unknown()) })
        .openapi('EngagementNotification'),
      'Notifications',
    ),
    ...refusals,
  },
});

export const watchRoutes = newApi()
  .openapi(read, async (c) => {
    const { caller } = whoMay(c, 'read');
    return c.json(present(await watchStatus(c.var.client, caller, c.req.valid('param').id)), 200);
  })
  .openapi(start, async (c) => {
    const { caller } = whoMay(c, 'write');
    return c.json(present(await startWatch(c.var.client, caller, c.req.valid('param').id)), 200);
  })
  .openapi(stop, async (c) => {
    await stopWatch(c.var.client, whoMay(c, 'write').caller, c.req.valid('param').id);
    return c.json({}, 200);
  })
  .openapi(notifications, async (c) => {
    const { caller } = whoMay(c, 'read');
    const found = await closeNotifications(c.var.client, caller, c.req.valid('param').id);
    const page = pageOf(found, c.req.valid('query'), (one) => one.id);
    const items = page.items.map(({ id: notificationId, kind, createdAt, details }) => ({
      id: notificationId,
      kind,
      at: createdAt.toISOString(),
      details: { ...(details as object) },
    }));
    return c.json({ ...page, items }, 200);
  });

const present = ({ state, nextAt, lastAt }: Watch) => ({
  state,
  nextAt: nextAt?.toISOString() ?? null,
  lastAt: lastAt?.toISOString() ?? null,
});
