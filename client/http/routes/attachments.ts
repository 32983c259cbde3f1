import { createRoute, z } from '@hono/zod-openapi';
import type { CurrentAttachment, OfferedProposal } from '../../close/attachments.ts';
import { closesFor, newApi } from '../api.ts';
import { downloadResponse } from '../download.ts';
import { day, engagementPath, id, json, moment, ore, refusals } from '../schemas.ts';
import { needs } from '../who.ts';
import { attachmentData, presentAttachment } from './attachment-data.ts';

const line = z
  .object({
    account: z.string().openapi({ description: '1510 or 2440' }),
    version: z.int(),
    origin: z.enum(['generated', 'edited', 'offered']),
    savedAt: moment,
    balanceDate: day,
    openItems: z.int(),
    specificationOre: ore,
    ledgerOre: ore,
    differenceOre: ore,
    unexplainedOre: ore,
  })
  .openapi('AttachmentLine');

const list = createRoute({
  method: 'get',
  path: '/engagements/{id}/attachments',
  operationId: 'listAttachments',
  summary: 'The attachments (bilagor) as they stand',
  middleware: [needs('read')] as const,
  request: { params: engagementPath },
  responses: { 200: json(z.object({ items: z.array(line) }), 'Attachments'), ...refusals },
});

const fileName = /^(\d{3,8})\.(json|pdf|xlsx)$/;

const file = createRoute({
  method: 'get',
  path: '/engagements/{id}/attachments/{file}',
  operationId: 'getAttachment',
  summary: 'An attachment as data or document: `1510.json`, `1510.pdf`, `1510.xlsx`',
  middleware: [needs('read')] as const,
  request: {
    params: z.object({ id, file: z.string().regex(fileName).openapi({ example: '1510.pdf' }) }),
  },
  responses: {
    200: {
      description: 'The attachment',
      content: {
        'application/json': { schema: attachmentData },
        'application/pdf': { schema: z.string().openapi({ format: 'binary' }) },
        'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet': {
          schema: z.string().openapi({ format: 'binary' }),
        },
      },
    },
    ...refusals,
  },
});

const proposal = z
  .object({
    key: z.string(),
    account: z.string(),
    kind: z
      .enum(['rule', 'judgement'])
      .openapi({ description: 'Follows from the figures, or needs a judgement' }),
    code: z.string(),
    date: day,
    reversalDate: day.nullable(),
    text: z.string(),
    reckoning: z.array(z.string()),
    rows: z
      .array(z.object({ account: z.string(), amountOre: ore, text: z.string() }))
      .openapi({ description: "As an adjustment's rows" }),
  })
  .openapi('Proposal');

const proposals = createRoute({
  method: 'get',
  path: '/engagements/{id}/proposals',
  operationId: 'listProposals',
  summary: 'The entries that the attachments propose',
  middleware: [needs('read')] as const,
  request: { params: engagementPath },
  responses: { 200: json(z.object({ items: z.array(proposal) }), 'Proposals'), ...refusals },
});

export const attachmentRoutes = newApi()
  .openapi(list, async (c) => {
    const all = await closesFor(c, 'read').of(c.req.valid('param').id).attachments();
    return c.json({ items: all.map(presentLine) }, 200);
  })
  .openapi(file, async (c) => {
    const { id: engagementId, file: name } = c.req.valid('param');
    const close = closesFor(c, 'read').of(engagementId);
    const [, group = '', type] = fileName.exec(name) ?? [];
    if (type !== 'pdf' && type !== 'xlsx') {
      return c.json(presentAttachment((await close.attachment(group)).data), 200);
    }
    return downloadResponse(c, await close.attachmentFile(group, type));
  })
  .openapi(proposals, async (c) => {
    const offered = await closesFor(c, 'read').of(c.req.valid('param').id).proposals();
    return c.json({ items: offered.map(presentProposal) }, 200);
  });

const presentLine = ({ accountGroup, version, origin, savedAt, data }: CurrentAttachment) => ({
  account: accountGroup,
  version,
  origin,
  savedAt: savedAt.toISOString(),
  balanceDate: data.balanceDate,
  openItems: data.openItems.length,
  specificationOre: data.specificationOre,
  ledgerOre: data.ledgerOre,
  differenceOre: data.differenceOre,
  unexplainedOre: data.unexplainedOre,
});

const presentProposal = ({ key, accountGroup, kind, proposal: made }: OfferedProposal) => ({
  key,
  account: accountGroup,
  kind,
  code: made.code,
  date: made.date,
  reversalDate: made.reversalDate,
  text: made.text,
  reckoning: [...made.reckoning],
  rows: made.rows.map(({ account, debitOre, creditOre }) => ({
    account,
    amountOre: debitOre - creditOre,
    text: '',
  })),
});
