import { createRoute, z } from '@hono/zod-openapi';
import { ore as asOre } from '../../../accounting/money.ts';
import {
  getOwnAttachment,
  listOwnAttachments,
  saveOwnAttachment,
  uploadSupport,
  withdrawOwnAttachment,
} from '../../close/own-attachments.ts';
import type { OwnAttachmentToSave, OwnAttachmentView } from '../../close/own-attachments.ts';
import { sha256 } from '../../../db/hash.ts';
import { newApi } from '../api.ts';
import { etag, ifMatch, setEtag, versionSeen } from '../etag.ts';
import { createOnce } from '../idempotency.ts';
import {
  account,
  day,
  engagementPath,
  id,
  idempotencyKey,
  json,
  jsonBody,
  nothing,
  ore,
  refusals,
} from '../schemas.ts';
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
  operationId: 'listOwnAttachments',
  summary: "People's own attachments: text, rows and files, held against the closing balance",
  middleware: [needs('read')] as const,
  request: { params: engagementPath },
  responses: { 200: json(z.object({ items: z.array(own) }), 'Own attachments'), ...refusals },
});

const ownRead = createRoute({
  method: 'get',
  path: '/engagements/{id}/own-attachments/{group}',
  operationId: 'getOwnAttachment',
  summary: 'One own attachment',
  middleware: [needs('read')] as const,
  request: { params: groupPath },
  responses: { 200: { ...json(own, 'The attachment'), headers: etag }, ...refusals },
});

const ownCreate = createRoute({
  method: 'post',
  path: '/engagements/{id}/own-attachments',
  operationId: 'createOwnAttachment',
  summary: 'Saves a new own attachment, named by its first account',
  middleware: [needs('write')] as const,
  request: { params: engagementPath, headers: idempotencyKey, body: jsonBody(ownToSave) },
  responses: { 201: { ...json(own, 'Saved'), headers: etag }, ...refusals },
});

const ownSave = createRoute({
  method: 'put',
  path: '/engagements/{id}/own-attachments/{group}',
  operationId: 'saveOwnAttachment',
  summary: 'Saves the next version of an own attachment',
  middleware: [needs('write')] as const,
  request: { params: groupPath, headers: ifMatch, body: jsonBody(ownToSave) },
  responses: { 200: { ...json(own, 'Saved'), headers: etag }, ...refusals },
});

const ownWithdraw = createRoute({
  method: 'post',
  path: '/engagements/{id}/own-attachments/{group}/withdraw',
  operationId: 'withdrawOwnAttachment',
  summary: 'Takes an own attachment out of the close; its versions and signatures are kept',
  middleware: [needs('write')] as const,
  request: { params: groupPath, body: jsonBody(versioned) },
  responses: { 200: json(nothing, 'Withdrawn'), ...refusals },
});

const upload = createRoute({
  method: 'post',
  path: '/engagements/{id}/support-files',
  operationId: 'uploadSupportFile',
  summary:
    'Uploads a file for an own attachment: PDF, PNG, JPEG, Excel or Word without macros, plain text; told by its bytes',
  middleware: [needs('write')] as const,
  request: {
    params: engagementPath,
    headers: idempotencyKey,
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
  .openapi(ownRead, async (c) => {
    const { id: engagementId, group } = c.req.valid('param');
    const found = await getOwnAttachment(c.var.client, whoMay(c, 'read').caller, engagementId, group);
    setEtag(c, found.version);
    return c.json(presentOwn(found), 200);
  })
  .openapi(ownCreate, async (c) => {
    const who = whoMay(c, 'write');
    const body = c.req.valid('json');
    const { id: engagementId } = c.req.valid('param');
    const saved = await createOnce(c, who, body, async () =>
      presentOwn(await saveOwnAttachment(c.var.client, who.caller, engagementId, undefined, toOwn(body, 0))),
    );
    setEtag(c, saved.version);
    return c.json(saved, 201);
  })
  .openapi(ownSave, async (c) => {
    const { id: engagementId, group: accountGroup } = c.req.valid('param');
    const { caller } = whoMay(c, 'write');
    const save = toOwn(c.req.valid('json'), versionSeen(c));
    const saved = await saveOwnAttachment(c.var.client, caller, engagementId, accountGroup, save);
    setEtag(c, saved.version);
    return c.json(presentOwn(saved), 200);
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
    const who = whoMay(c, 'write');
    const { name } = c.req.valid('query');
    const bytes = new Uint8Array(await c.req.arrayBuffer());
    const answer = await createOnce(c, who, { name, sha256: sha256(bytes) }, async () => {
      const { id: engagementId } = c.req.valid('param');
      const file = await uploadSupport(c.var.client, who.caller, engagementId, { name, bytes });
      return { fileId: file.id, name: file.name, sha256: file.sha256 };
    });
    return c.json(answer, 201);
  });

const toOwn = (
  { rows, ...rest }: z.output<typeof ownToSave>,
  expectedVersion: number,
): OwnAttachmentToSave => ({
  ...rest,
  expectedVersion,
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
