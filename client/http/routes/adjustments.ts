import { createRoute, z } from '@hono/zod-openapi';
import type { Adjustment } from '../../../accounting/adjustment.ts';
import { ore as asOre } from '../../../accounting/money.ts';
import { Problem } from '../../../accounting/problem.ts';
import type { AdjustmentRevision } from '../../../db/stores/adjustments.ts';
import type { AppContext } from '../app-env.ts';
import { closesFor, newApi } from '../api.ts';
import { httpProblems, InvalidRequest } from '../problems.ts';
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

const etag = {
  ETag: { description: 'Names the revision: send it as If-Match', schema: { type: 'string' } },
} as const;

const read = createRoute({
  method: 'get',
  path: '/engagements/{id}/adjustments',
  summary: 'The latest revision of the adjustments (bokslutsverifikationer)',
  middleware: [needs('read')] as const,
  request: { params: engagementPath },
  responses: { 200: { ...json(revision, 'The revision'), headers: etag }, ...refusals },
});

const save = createRoute({
  method: 'put',
  path: '/engagements/{id}/adjustments',
  summary: 'Saves the next revision, whole; all faults of all vouchers are told at once',
  middleware: [needs('write')] as const,
  request: {
    params: engagementPath,
    headers: z.object({
      'if-match': z.string().max(50).optional().openapi({ description: 'The ETag that was read; required' }),
    }),
    body: jsonBody(z.object({ adjustments: z.array(adjustment).max(1_000) })),
  },
  responses: { 200: { ...json(revision, 'Saved'), headers: etag }, ...refusals },
});

export const adjustmentRoutes = newApi()
  .openapi(read, async (c) => {
    const latest = await closesFor(c, 'read').of(c.req.valid('param').id).adjustments();
    c.header('ETag', etagOf(latest));
    return c.json(present(latest), 200);
  })
  .openapi(save, async (c) => {
    const { adjustments } = c.req.valid('json');
    const saved = await closesFor(c, 'write')
      .of(c.req.valid('param').id)
      .saveAdjustments({ expectedRevision: revisionOf(c), adjustments: adjustments.map(toAdjustment) });
    c.header('ETag', etagOf(saved));
    return c.json(present(saved), 200);
  });

const etagOf = (latest: AdjustmentRevision | undefined): string => `"${latest?.revision ?? 0}"`;

function revisionOf(c: AppContext): number {
  const header = c.req.header('if-match');
  if (header === undefined) throw new Problem(httpProblems.ifMatchMissing);
  const [, number] = /^(?:W\/)?"(\d{1,9})"$/.exec(header.trim()) ?? [];
  if (number === undefined) throw new InvalidRequest([{ at: 'if-match', message: 'ingen ETag härifrån' }]);
  return Number(number);
}

const toAdjustment = ({ proposalCode, rows, ...rest }: z.output<typeof adjustment>): Adjustment => ({
  ...rest,
  rows: rows.map(({ account: number, amountOre, text }) => ({
    account: number,
    amountOre: asOre(amountOre),
    text,
  })),
  ...(proposalCode !== undefined && { proposalCode }),
});

const present = (latest: AdjustmentRevision | undefined) => ({
  revision: latest?.revision ?? 0,
  hash: latest?.hash ?? null,
  snapshotId: latest?.snapshotId ?? null,
  savedAt: latest?.savedAt.toISOString() ?? null,
  adjustments: (latest?.data ?? []).map(presentAdjustment),
});

export const presentAdjustment = ({ rows, ...rest }: Adjustment) => ({
  ...rest,
  rows: rows.map((row) => ({ ...row })),
});
