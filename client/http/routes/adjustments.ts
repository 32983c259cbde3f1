import { createRoute, z } from '@hono/zod-openapi';
import type { Adjustment } from '../../../accounting/adjustment.ts';
import { ore as asOre } from '../../../accounting/money.ts';
import type { AdjustmentRevision } from '../../../db/stores/adjustments.ts';
import { closesFor, newApi } from '../api.ts';
import { etag, ifMatch, setEtag, versionSeen } from '../etag.ts';
import { account, date, engagementPath, id, json, jsonBody, moment, ore, refusals } from '../schemas.ts';
import { needs } from '../who.ts';

const mostRows = 5_000;

export const adjustment = z
  .object({
    id: z.string().min(1).max(100).openapi({ description: 'Your own, stable through revisions' }),
    date,
    text: z.string().max(1_000),
    rows: z
      .array(z.object({ account, amountOre: ore, text: z.string().max(1_000).default('') }))
      .max(mostRows)
      .openapi({ description: 'Debit positive, credit negative; they sum to 0' }),
    transfer: z
      .boolean()
      .default(true)
      .openapi({ description: 'False: ej aktuell för överföring; stays in the close, never sent' }),
    proposalCode: z.string().max(100).optional(),
    files: z
      .array(
        z.object({
          fileId: id,
          name: z.string().default(''),
          mediaType: z.string().default(''),
          sha256: z.string().default(''),
          sizeBytes: z.int().default(0),
        }),
      )
      .max(50)
      .optional()
      .openapi({
        description: 'Uploaded support files; of what is sent the id counts, the rest is answered',
      }),
  })
  .openapi('Adjustment');

const revision = z
  .object({
    revision: z.int().openapi({ description: '0 before the first save' }),
    hash: z.string().nullable(),
    snapshotId: id.nullable(),
    savedAt: moment.nullable(),
    adjustments: z.array(adjustment),
  })
  .openapi('Revision');

const read = createRoute({
  method: 'get',
  path: '/engagements/{id}/adjustments',
  operationId: 'getAdjustments',
  summary: 'The latest revision of the adjustments (bokslutsverifikationer)',
  middleware: [needs('read')] as const,
  request: { params: engagementPath },
  responses: { 200: { ...json(revision, 'The revision'), headers: etag }, ...refusals },
});

const save = createRoute({
  method: 'put',
  path: '/engagements/{id}/adjustments',
  operationId: 'saveAdjustments',
  summary: 'Saves the next revision, whole; all faults of all vouchers are told at once',
  middleware: [needs('write')] as const,
  request: {
    params: engagementPath,
    headers: ifMatch,
    body: jsonBody(z.object({ adjustments: z.array(adjustment).max(1_000) }).openapi('AdjustmentsToSave')),
  },
  responses: { 200: { ...json(revision, 'Saved'), headers: etag }, ...refusals },
});

export const adjustmentRoutes = newApi()
  .openapi(read, async (c) => {
    const latest = await closesFor(c, 'read').of(c.req.valid('param').id).adjustments();
    setEtag(c, latest?.revision ?? 0);
    return c.json(present(latest), 200);
  })
  .openapi(save, async (c) => {
    const { adjustments } = c.req.valid('json');
    const saved = await closesFor(c, 'write')
      .of(c.req.valid('param').id)
      .saveAdjustments({ expectedRevision: versionSeen(c), adjustments: adjustments.map(toAdjustment) });
    setEtag(c, saved.revision);
    return c.json(present(saved), 200);
  });

const toAdjustment = ({ proposalCode, files, rows, ...rest }: z.output<typeof adjustment>): Adjustment => ({
  ...rest,
  rows: rows.map(({ account: number, amountOre, text }) => ({
    account: number,
    amountOre: asOre(amountOre),
    text,
  })),
  ...(proposalCode !== undefined && { proposalCode }),
  ...(files && files.length > 0 && { files }),
});

const present = (latest: AdjustmentRevision | undefined) => ({
  revision: latest?.revision ?? 0,
  hash: latest?.hash ?? null,
  snapshotId: latest?.snapshotId ?? null,
  savedAt: latest?.savedAt.toISOString() ?? null,
  adjustments: (latest?.data ?? []).map(presentAdjustment),
});

export const presentAdjustment = ({ rows, files, ...rest }: Adjustment) => ({
  ...rest,
  rows: rows.map((row) => ({ ...row })),
  ...(files && { files: files.map((file) => ({ ...file })) }),
});
