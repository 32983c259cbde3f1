import { createRoute, z } from '@hono/zod-openapi';
import type { ExportView } from '../../close/export-status.ts';
import { closesFor, newApi } from '../api.ts';
import { downloadResponse } from '../download.ts';
import { pageAnswer, pageOf, pageQuery } from '../paging.ts';
import { binary, day, engagementPath, id, json, moment, refusals } from '../schemas.ts';
import { needs } from '../who.ts';

const exported = z
  .object({
    orderId: id,
    approvalId: id,
    revision: z.int().nullable(),
    series: z.string().nullable(),
    final: z.boolean().nullable(),
    createdAt: moment,
    finishedAt: moment.nullable(),
    vouchers: z.array(
      z.object({
        position: z.int(),
        adjustmentId: z.string(),
        date: day,
        text: z.string(),
        status: z.enum([
          'planned',
          'sending',
          'unknown',
          'ambiguous',
          'posted',
          'differs',
          'confirmed',
          'refused',
          'withdrawn',
        ]),
        attempts: z.int(),
        changedAt: moment,
        fortnox: z
          .object({ series: z.string(), number: z.int(), yearId: z.int() })
          .nullable()
          .openapi({ description: "Fortnox's own number" }),
        awaitsAttest: z
          .boolean()
          .openapi({ description: "It stands in Fortnox and waits for Fortnox's own attest" }),
        problem: z
          .object({
            code: z.string(),
            what: z.string(),
            advice: z.string(),
            candidates: z
              .array(z.object({ series: z.string(), number: z.int(), yearId: z.int() }))
              .optional()
              .openapi({ description: 'The vouchers in Fortnox that may be the sent one' }),
          })
          .nullable(),
      }),
    ),
  })
  .openapi('Export');

const exports = createRoute({
  method: 'get',
  path: '/engagements/{id}/export',
  operationId: 'listExports',
  summary: "The exports, oldest first, with Fortnox's voucher numbers",
  middleware: [needs('read')] as const,
  request: { params: engagementPath },
  responses: { 200: json(z.object({ items: z.array(exported) }), 'Exports'), ...refusals },
});

const entry = z
  .object({
    at: moment,
    who: z.string(),
    actor: z.string(),
    event: z.string(),
    details: z.record(z.string(), z.unknown()),
  })
  .openapi('HistoryEntry');

const history = createRoute({
  method: 'get',
  path: '/engagements/{id}/history',
  operationId: 'listHistory',
  summary: 'The processing history (behandlingshistorik), oldest first',
  middleware: [needs('read')] as const,
  request: { params: engagementPath, query: pageQuery },
  responses: { 200: pageAnswer(entry, 'History'), ...refusals },
});

const fileInfo = z
  .object({
    id,
    kind: z.string(),
    name: z.string(),
    mediaType: z.string(),
    sha256: z.string(),
    sizeBytes: z.int(),
    storedAt: moment,
  })
  .openapi('File');

const files = createRoute({
  method: 'get',
  path: '/engagements/{id}/files',
  operationId: 'listFiles',
  summary: "The close's documents, newest first",
  middleware: [needs('read')] as const,
  request: { params: engagementPath, query: pageQuery },
  responses: { 200: pageAnswer(fileInfo, 'Files'), ...refusals },
});

const orderSie = createRoute({
  method: 'get',
  path: '/engagements/{id}/files/bokforingsorder.si',
  operationId: 'getOrderSie',
  summary: 'What is saved and not yet in Fortnox as SIE 4I with KSUMMA: the way out without the API',
  middleware: [needs('read')] as const,
  request: {
    params: engagementPath,
    query: z.object({
      series: z
        .string()
        .min(1)
        .max(20)
        .optional()
        .openapi({ description: "By default the latest approval's" }),
    }),
  },
  responses: { 200: binary('application/x-sie', 'SIE 4I'), ...refusals },
});

const binder = createRoute({
  method: 'get',
  path: '/engagements/{id}/files/binder.zip',
  operationId: 'getBinder',
  summary: 'The binder (årsakt) of a completed close',
  middleware: [needs('read')] as const,
  request: { params: engagementPath },
  responses: { 200: binary('application/zip', 'ZIP with a manifest of SHA-256 hashes'), ...refusals },
});

const file = createRoute({
  method: 'get',
  path: '/engagements/{id}/files/{fileId}',
  operationId: 'getFile',
  summary: 'One document',
  middleware: [needs('read')] as const,
  request: { params: z.object({ id, fileId: id }) },
  responses: { 200: binary('application/octet-stream', 'The file, by its own media type'), ...refusals },
});

export const outcomeRoutes = newApi()
  .openapi(exports, async (c) => {
    const views = await closesFor(c, 'read').of(c.req.valid('param').id).exports();
    return c.json({ items: views.map(presentExport) }, 200);
  })
  .openapi(history, async (c) => {
    const lines = await closesFor(c, 'read').of(c.req.valid('param').id).history();
    const page = pageOf(lines, c.req.valid('query'), ({ id: line }) => String(line));
    const items = page.items.map(({ at, who, actor, event, details }) => ({
      at: at.toISOString(),
      who,
      actor,
      event,
      details: { ...(details as object) },
    }));
    return c.json({ ...page, items }, 200);
  })
  .openapi(files, async (c) => {
    const all = await closesFor(c, 'read').of(c.req.valid('param').id).files();
    const page = pageOf(all, c.req.valid('query'), (one) => one.id);
    const items = page.items.map(({ id: fileId, kind, name, mediaType, sha256, sizeBytes, storedAt }) => ({
      id: fileId,
      kind,
      name,
      mediaType,
      sha256,
      sizeBytes,
      storedAt: storedAt.toISOString(),
    }));
    return c.json({ ...page, items }, 200);
  })
  .openapi(orderSie, async (c) => {
    const { series } = c.req.valid('query');
    return downloadResponse(c, await closesFor(c, 'read').of(c.req.valid('param').id).orderSie(series));
  })
  .openapi(binder, async (c) =>
    downloadResponse(c, await closesFor(c, 'read').of(c.req.valid('param').id).binder()),
  )
  .openapi(file, async (c) => {
    const { id: engagementId, fileId } = c.req.valid('param');
    return downloadResponse(c, await closesFor(c, 'read').of(engagementId).file(fileId));
  });

const presentExport = ({ order, approval, vouchers }: ExportView): z.input<typeof exported> => ({
  orderId: order.id,
  approvalId: order.approvalId,
  revision: approval?.revision ?? null,
  series: approval?.series ?? null,
  final: approval?.final ?? null,
  createdAt: order.createdAt.toISOString(),
  finishedAt: order.finishedAt?.toISOString() ?? null,
  vouchers: vouchers.map((voucher) => ({
    position: voucher.position,
    adjustmentId: voucher.adjustmentId,
    date: voucher.content.date,
    text: voucher.content.text,
    status: voucher.status,
    attempts: voucher.attempts,
    changedAt: voucher.changedAt.toISOString(),
    fortnox:
      voucher.fortnoxSeries !== null && voucher.fortnoxNumber !== null && voucher.fortnoxYearId !== null
        ? { series: voucher.fortnoxSeries, number: voucher.fortnoxNumber, yearId: voucher.fortnoxYearId }
        : null,
    awaitsAttest: voucher.awaitsAttest,
    problem: voucher.problem && {
      code: voucher.problem.code,
      what: voucher.problem.what,
      advice: voucher.problem.advice,
      ...(voucher.problem.candidates && { candidates: [...voucher.problem.candidates] }),
    },
  })),
});
