import { createRoute, z } from '@hono/zod-openapi';
import { ore as asOre } from '../../../accounting/money.ts';
import {
  listOwnAttachments,
  saveOwnAttachment,
  uploadSupport,
  withdrawOwnAttachment,
} from '../../close/own-attachments.ts';
import type { OwnAttachmentToSave, OwnAttachmentView } from '../../close/own-attachments.ts';
import { newApi } from '../api.ts';
import { account, day, engagementPath, id, json, jsonBody, nothing, ore, refusals } from '../schemas.ts';
import { needs, whoMay } from '../who.ts';
import { groupPath, versioned } from './attachment-path.ts';

const own = z
  .object({
    accountGroup: z.string(),
    version: z.int(),
    title: z.string(),
    text: z.string(),
    accounts: z.array(z.string()),
    rows: z.array(z.object({ text: z.string(), amountOre: ore, priorOre: ore.optional() })),
    files: z.array(z.looseObject({ fileId: z.string(), name: z.string() })),
    closingOre: ore,
    totalOre: ore,
    differenceOre: ore,
    noise: z.boolean(),
    draft: z.boolean(),
    carriedFrom: day.optional(),
  })
  .openapi('OwnAttachment');

const ownToSave = z
  .object({
    expectedVersion: z.int().min(0).openapi({ description: '0 for a new one' }),
    title: z.string().max(1_000),
    text: z.string().max(100_000).default(''),
    accounts: z.array(account).max(1_000),
    rows: z
      .array(z.object({ text: z.string().max(2_000), amountOre: ore, priorOre: ore.optional() }))
      .max(10_000),
    fileIds: z.array(id).max(1_000).default([]),
  })
  .openapi('OwnAttachmentToSave');

const ownList = createRoute({
  method: 'get',
  path: '/engagements/{id}/own-attachments',
  summary: "People's own attachments: text, rows and files, held against the closing balance",
  middleware: [needs('read')] as const,
  request: { params: engagementPath },
  responses: { 200: json(z.object({ items: z.array(own) }), 'Own attachments'), ...refusals },
});

const ownCreate = createRoute({
  method: 'post',
  path: '/engagements/{id}/own-attachments',
  summary: 'Saves a new own attachment, named by its first account',
  middleware: [needs('write')] as const,
  request: { params: engagementPath, body: jsonBody(ownToSave) },
  responses: { 201: json(own, 'Saved'), ...refusals },
});

const ownSave = createRoute({
  method: 'put',
  path: '/engagements/{id}/own-attachments/{group}',
  summary: 'Saves the next version of an own attachment',
  middleware: [needs('write')] as const,
  request: { params: groupPath, body: jsonBody(ownToSave) },
  responses: { 200: json(own, 'Saved'), ...refusals },
});

const ownWithdraw = createRoute({
  method: 'post',
  path: '/engagements/{id}/own-attachments/{group}/withdraw',
  summary: 'Takes an own attachment out of the close; its versions and signatures are kept',
  middleware: [needs('write')] as const,
  request: { params: groupPath, body: jsonBody(versioned) },
  responses: { 200: json(nothing, 'Withdrawn'), ...refusals },
});

const upload = createRoute({
  method: 'post',
  path: '/engagements/{id}/support-files',
  summary:
    'Uploads a file for an own attachment: PDF, PNG, JPEG, Excel or Word without macros, plain text; told by its bytes',
  middleware: [needs('write')] as const,
  request: {
    params: engagementPath,
    query: z.object({ name: z.string().min(1).max(200) }),
    body: {
      required: true,
      content: { 'application/octet-stream': { schema: z.string().openapi({ format: 'binary' }) } },
    },
  },
  responses: {
    201: json(z.object({ fileId: id, name: z.string(), sha256: z.string() }), 'Kept'),
    ...refusals,
  },
});

export const ownAttachmentRoutes = newApi()
  .openapi(ownList, async (c) => {
    const views = await listOwnAttachments(c.var.client, whoMay(c, 'read').caller, c.req.valid('param').id);
    return c.json({ items: views.map(presentOwn) }, 200);
  })
  .openapi(ownCreate, async (c) => {
    const { caller } = whoMay(c, 'write');
    const save = toOwn(c.req.valid('json'));
    const saved = await saveOwnAttachment(c.var.client, caller, c.req.valid('param').id, undefined, save);
    return c.json(presentOwn(saved), 201);
  })
  .openapi(ownSave, async (c) => {
    const { id: engagementId, group: accountGroup } = c.req.valid('param');
    const { caller } = whoMay(c, 'write');
    const save = toOwn(c.req.valid('json'));
    return c.json(
      presentOwn(await saveOwnAttachment(c.var.client, caller, engagementId, accountGroup, save)),
      200,
    );
  })
  .openapi(ownWithdraw, async (c) => {
    const { id: engagementId, group: accountGroup } = c.req.valid('param');
    const { caller } = whoMay(c, 'write');
    await withdrawOwnAttachment(
      c.var.client,
      caller,
      engagementId,
      accountGroup,
      c.req.valid('json').version,
    );
    return c.json({}, 200);
  })
  .openapi(upload, async (c) => {
    const { caller } = whoMay(c, 'write');
    const { name } = c.req.valid('query');
    const bytes = new Uint8Array(await c.req.arrayBuffer());
    const file = await uploadSupport(c.var.client, caller, c.req.valid('param').id, { name, bytes });
    return c.json({ fileId: file.id, name: file.name, sha256: file.sha256 }, 201);
  });

const toOwn = ({ rows, ...rest }: z.output<typeof ownToSave>): OwnAttachmentToSave => ({
  ...rest,
  rows: rows.map(({ text, amountOre, priorOre }) => ({
    text,
    amountOre: asOre(amountOre),
    ...(priorOre !== undefined && { priorOre: asOre(priorOre) }),
  })),
});

const presentOwn = (view: OwnAttachmentView): z.input<typeof own> => ({
  accountGroup: view.accountGroup,
  version: view.version,
  title: view.data.title,
  text: view.data.text,
  accounts: [...view.data.accounts],
  rows: view.data.rows.map((row) => ({ ...row })),
  files: view.data.files.map((file) => ({ ...file })),
  closingOre: view.closingOre,
  totalOre: view.totalOre,
  differenceOre: view.differenceOre,
  noise: view.noise,
  draft: view.draft,
  ...(view.data.carriedFrom !== undefined && { carriedFrom: view.data.carriedFrom }),
});
