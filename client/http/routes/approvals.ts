import { createRoute, z } from '@hono/zod-openapi';
import { closesFor, newApi } from '../api.ts';
import { createOnce } from '../idempotency.ts';
import { engagementPath, id, idempotencyKey, json, jsonBody, moment, refusals } from '../schemas.ts';
import { needs, whoMay } from '../who.ts';
import { importSummary, presentImport } from './import-summary.ts';
import { adjustment, presentAdjustment } from './adjustments.ts';
import { summaryOf } from '../../close/imports.ts';

const preflightView = z
  .object({
    import: importSummary,
    revision: z.int(),
    revisionHash: z.string().nullable(),
    series: z.array(
      z.object({
        code: z.string(),
        description: z.string(),
        manual: z.boolean(),
        selectable: z.boolean(),
        reason: z.string().optional(),
      }),
    ),
    toSend: z.array(adjustment),
    notForTransfer: z.array(adjustment),
    inFortnox: z.array(adjustment),
    faults: z.array(
      z.object({ code: z.string(), adjustmentId: z.string(), row: z.int().optional(), message: z.string() }),
    ),
    obstacles: z.array(z.object({ code: z.string(), what: z.string(), advice: z.string() })),
  })
  .openapi('Preflight');

const preflight = createRoute({
  method: 'get',
  path: '/engagements/{id}/preflight',
  operationId: 'getPreflight',
  summary: 'What an approval would say yes to, and what stands in its way',
  middleware: [needs('read')] as const,
  request: { params: engagementPath },
  responses: { 200: json(preflightView, 'Pre-flight'), ...refusals },
});

const give = z
  .object({
    revision: z.int().min(1),
    revisionHash: z.string().regex(/^[0-9a-f]{64}$/),
    snapshotId: id,
    series: z.string().min(1).max(20),
    final: z.boolean().default(true).openapi({ description: 'False: back to adjusting after the export' }),
  })
  .openapi('NewApproval');

const approval = z
  .object({
    id,
    revision: z.int(),
    revisionHash: z.string(),
    snapshotId: id,
    series: z.string(),
    final: z.boolean(),
    approvedAt: moment,
  })
  .openapi('Approval');

const approve = createRoute({
  method: 'post',
  path: '/engagements/{id}/approvals',
  operationId: 'approve',
  summary: 'Approves what was seen for export into a voucher series',
  middleware: [needs('approve')] as const,
  request: { params: engagementPath, headers: idempotencyKey, body: jsonBody(give) },
  responses: { 201: json(approval, 'Approved; the export begins'), ...refusals },
});

export const approvalRoutes = newApi()
  .openapi(preflight, async (c) => {
    const found = await closesFor(c, 'read').of(c.req.valid('param').id).preflight();
    return c.json(
      {
        import: presentImport(summaryOf(found.snapshot)),
        revision: found.revision?.revision ?? 0,
        revisionHash: found.revision?.hash ?? null,
        series: found.series.map((one) => ({ ...one })),
        toSend: found.toSend.map(presentAdjustment),
        notForTransfer: found.kept.map(presentAdjustment),
        inFortnox: found.sent.map(presentAdjustment),
        faults: found.faults.map((one) => ({ ...one })),
        obstacles: found.obstacles.map(({ code, what, advice }) => ({ code, what, advice })),
      },
      200,
    );
  })
  .openapi(approve, async (c) => {
    const body = c.req.valid('json');
    const close = closesFor(c, 'approve').of(c.req.valid('param').id);
    const answer = await createOnce(c, whoMay(c, 'approve'), body, async (key) => {
      const given = await close.approve({ ...body, ...(key !== undefined && { id: key }) });
      return {
        id: given.id,
        revision: given.revision,
        revisionHash: given.revisionHash,
        snapshotId: given.snapshotId,
        series: given.series,
        final: given.final,
        approvedAt: given.approvedAt.toISOString(),
      };
    });
    return c.json(answer, 201);
  });
