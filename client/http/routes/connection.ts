import { createRoute, z } from '@hono/zod-openapi';
import { closesFor, newApi } from '../api.ts';
import { engagementPath, id, json, jsonBody, nothing, refusals } from '../schemas.ts';
import { needs, whoMay } from '../who.ts';

const login = createRoute({
  method: 'post',
  path: '/engagements/{id}/login',
  operationId: 'beginLogin',
  summary: "Begins a login at Fortnox: where to send the person's browser",
  middleware: [needs('write')] as const,
  request: { params: engagementPath },
  responses: {
    200: json(z.object({ url: z.url() }), 'Good for ten minutes, once'),
    ...refusals,
  },
});

const confirm = createRoute({
  method: 'post',
  path: '/engagements/{id}/connection/confirm',
  operationId: 'confirmLogin',
  summary: 'Company and year of the login are right: the close goes on',
  middleware: [needs('write')] as const,
  request: { params: engagementPath, body: jsonBody(z.object({ connectionId: id })) },
  responses: { 202: json(nothing, 'Every close of the company was told'), ...refusals },
});

const end = createRoute({
  method: 'delete',
  path: '/engagements/{id}/connection',
  operationId: 'disconnect',
  summary: "Ends the company's login; it is revoked at Fortnox until that is certain",
  middleware: [needs('write')] as const,
  request: { params: engagementPath },
  responses: { 202: json(nothing, 'Ended'), ...refusals },
});

export const connectionRoutes = newApi()
  .openapi(login, async (c) => {
    const { sessionCookie } = whoMay(c, 'write');
    const url = await closesFor(c, 'write').of(c.req.valid('param').id).beginLogin(sessionCookie);
    return c.json({ url: url.href }, 200);
  })
  .openapi(confirm, async (c) => {
    const { connectionId } = c.req.valid('json');
    await closesFor(c, 'write').of(c.req.valid('param').id).confirmLogin(connectionId);
    return c.json({}, 202);
  })
  .openapi(end, async (c) => {
    await closesFor(c, 'write').of(c.req.valid('param').id).disconnect();
    return c.json({}, 202);
  });
