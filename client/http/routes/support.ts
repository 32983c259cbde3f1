import { createRoute, z } from '@hono/zod-openapi';
import { ore as asOre } from '../../../accounting/money.ts';
import { acceptOffer, declineOffer, listOffers, readNote, saveNote } from '../../close/offers.ts';
import { listSignOffs, signOff } from '../../close/sign-offs.ts';
import { readMateriality, setMateriality, supportOverview } from '../../close/support.ts';
import { newApi } from '../api.ts';
import { etag, ifMatch, setEtag, versionSeen } from '../etag.ts';
import { createOnce } from '../idempotency.ts';
import { engagementPath, idempotencyKey, json, jsonBody, moment, ore, refusals } from '../schemas.ts';
import { needs, whoMay } from '../who.ts';
import { groupPath, versioned } from './attachment-path.ts';

/** What supports each balance: main attachments, signatures, and what a re-import offers. */

const overview = createRoute({
  method: 'get',
  path: '/engagements/{id}/support',
  operationId: 'getSupport',
  summary: 'The balance sheet at one look: main attachments, N of M accounts supported, differences',
  middleware: [needs('read')] as const,
  request: { params: engagementPath },
  responses: {
    200: json(
      z
        .object({
          materialityOre: ore,
          count: z.object({
            done: z.int(),
            supported: z.int(),
            of: z.int(),
            accounts: z.array(z.looseObject({})),
          }),
          mains: z.array(z.looseObject({ accountGroup: z.string(), version: z.int() })),
          differences: z.array(
            z.object({
              accountGroup: z.string(),
              differenceOre: ore,
              unexplainedOre: ore,
              noise: z.boolean(),
            }),
          ),
        })
        .openapi('Support'),
      'Support',
    ),
    ...refusals,
  },
});

const amount = z.object({ materialityOre: z.int().min(0) }).openapi('Materiality');

const readAmount = createRoute({
  method: 'get',
  path: '/engagements/{id}/materiality',
  operationId: 'getMateriality',
  summary: 'The amount below which a difference is noise',
  middleware: [needs('read')] as const,
  request: { params: engagementPath },
  responses: { 200: { ...json(amount, 'The amount'), headers: etag }, ...refusals },
});

const materiality = createRoute({
  method: 'put',
  path: '/engagements/{id}/materiality',
  operationId: 'setMateriality',
  summary: 'Sets the amount below which a difference is noise',
  middleware: [needs('write')] as const,
  request: { params: engagementPath, headers: ifMatch, body: jsonBody(amount) },
  responses: { 200: { ...json(amount, 'Set'), headers: etag }, ...refusals },
});

const signatures = z
  .object({
    accountGroup: z.string(),
    kind: z.enum(['ledger', 'main', 'own']),
    version: z.int(),
    status: z.enum(['draft', 'prepared', 'reviewed', 'stale']),
    signed: z.boolean(),
    offerWaits: z.boolean(),
    history: z.array(
      z.object({
        role: z.enum(['prepared', 'reviewed']),
        who: z.string(),
        at: moment,
        version: z.int(),
        holds: z.boolean(),
        moved: z.array(z.looseObject({ name: z.string() })),
      }),
    ),
  })
  .openapi('SignOff');

const signOffs = createRoute({
  method: 'get',
  path: '/engagements/{id}/sign-offs',
  operationId: 'listSignOffs',
  summary: 'The signatures under each attachment, and what moved under those that fell',
  middleware: [needs('read')] as const,
  request: { params: engagementPath },
  responses: { 200: json(z.object({ items: z.array(signatures) }), 'Signatures'), ...refusals },
});

const sign = createRoute({
  method: 'post',
  path: '/engagements/{id}/attachments/{group}/sign-offs',
  operationId: 'signOff',
  summary: "Puts the caller's name under an attachment as it was seen; a person's act",
  middleware: [needs('write')] as const,
  request: {
    params: groupPath,
    headers: idempotencyKey,
    body: jsonBody(versioned.extend({ role: z.enum(['prepared', 'reviewed']) })),
  },
  responses: { 201: json(signatures, 'Signed'), ...refusals },
});

const offers = createRoute({
  method: 'get',
  path: '/engagements/{id}/offers',
  operationId: 'listOffers',
  summary: 'What a re-import offers in place of attachments that people have worked on',
  middleware: [needs('read')] as const,
  request: { params: engagementPath },
  responses: {
    200: json(
      z.object({
        items: z.array(
          z.object({
            accountGroup: z.string(),
            currentVersion: z.int(),
            offeredVersion: z.int(),
            moved: z.array(z.looseObject({ name: z.string() })),
          }),
        ),
      }),
      'Offers',
    ),
    ...refusals,
  },
});

const answer = (word: 'accept' | 'decline', summary: string) =>
  createRoute({
    method: 'post',
    path: `/engagements/{id}/offers/{group}/${word}`,
    operationId: `${word}Offer`,
    summary,
    middleware: [needs('write')] as const,
    request: { params: groupPath, body: jsonBody(versioned) },
    responses: { 200: json(z.object({ version: z.int() }), 'The version that stands now'), ...refusals },
  });

const noteText = z.object({ note: z.string().max(100_000) }).openapi('Note');

const noteRead = createRoute({
  method: 'get',
  path: '/engagements/{id}/attachments/{group}/note',
  operationId: 'getNote',
  summary: 'The note under an attachment; empty when there is none',
  middleware: [needs('read')] as const,
  request: { params: groupPath },
  responses: { 200: { ...json(noteText, 'The note'), headers: etag }, ...refusals },
});

const note = createRoute({
  method: 'put',
  path: '/engagements/{id}/attachments/{group}/note',
  operationId: 'saveNote',
  summary: 'Writes a note under an attachment; an empty one removes it',
  middleware: [needs('write')] as const,
  request: {
    params: groupPath,
    headers: ifMatch,
    body: jsonBody(noteText),
  },
  responses: { 200: { ...json(noteText, 'Saved'), headers: etag }, ...refusals },
});

export const supportRoutes = newApi()
  .openapi(overview, async (c) => {
    const { caller } = whoMay(c, 'read');
    const { count, mains, differences, materialityOre } = await supportOverview(
      c.var.client,
      caller,
      c.req.valid('param').id,
    );
    return c.json(
      {
        materialityOre,
        count: { ...count, accounts: count.accounts.map((one) => ({ ...one })) },
        mains: mains.map(({ accountGroup, version, data, accounts }) => ({
          accountGroup,
          version,
          data: { ...data },
          accounts: accounts.map((one) => ({ ...one })),
        })),
        differences: [...differences],
      },
      200,
    );
  })
  .openapi(readAmount, async (c) => {
    const { caller } = whoMay(c, 'read');
    const materialityOre = await readMateriality(c.var.client, caller, c.req.valid('param').id);
    setEtag(c, materialityOre);
    return c.json({ materialityOre }, 200);
  })
  .openapi(materiality, async (c) => {
    const { materialityOre } = c.req.valid('json');
    const { id } = c.req.valid('param');
    const seen = asOre(versionSeen(c));
    await setMateriality(c.var.client, whoMay(c, 'write').caller, id, asOre(materialityOre), seen);
    setEtag(c, materialityOre);
    return c.json({ materialityOre }, 200);
  })
  .openapi(signOffs, async (c) => {
    const views = await listSignOffs(c.var.client, whoMay(c, 'read').caller, c.req.valid('param').id);
    return c.json({ items: views.map(presentSignOff) }, 200);
  })
  .openapi(sign, async (c) => {
    const { id: engagementId, group: accountGroup } = c.req.valid('param');
    const who = whoMay(c, 'write');
    const body = c.req.valid('json');
    const signed = await createOnce(c, who, body, async () =>
      presentSignOff(await signOff(c.var.client, who.caller, engagementId, accountGroup, body)),
    );
    return c.json(signed, 201);
  })
  .openapi(offers, async (c) => {
    const found = await listOffers(c.var.client, whoMay(c, 'read').caller, c.req.valid('param').id);
    const items = found.map(({ accountGroup, current, offered, moved }) => ({
      accountGroup,
      currentVersion: current.version,
      offeredVersion: offered.version,
      moved: moved.map((one) => ({ ...one })),
    }));
    return c.json({ items }, 200);
  })
  .openapi(answer('accept', 'Takes over what is offered; what the person has written stays'), async (c) => {
    const { id: engagementId, group: accountGroup } = c.req.valid('param');
    const { caller } = whoMay(c, 'write');
    const seen = c.req.valid('json').version;
    const { version } = await acceptOffer(c.var.client, caller, engagementId, accountGroup, seen);
    return c.json({ version }, 200);
  })
  .openapi(answer('decline', 'Keeps the attachment as it was worked on'), async (c) => {
    const { id: engagementId, group: accountGroup } = c.req.valid('param');
    const { caller } = whoMay(c, 'write');
    const seen = c.req.valid('json').version;
    const { version } = await declineOffer(c.var.client, caller, engagementId, accountGroup, seen);
    return c.json({ version }, 200);
  })
  .openapi(noteRead, async (c) => {
    const { id: engagementId, group: accountGroup } = c.req.valid('param');
    const found = await readNote(c.var.client, whoMay(c, 'read').caller, engagementId, accountGroup);
    setEtag(c, found.version);
    return c.json({ note: found.note }, 200);
  })
  .openapi(note, async (c) => {
    const { id: engagementId, group: accountGroup } = c.req.valid('param');
    const { caller } = whoMay(c, 'write');
    const { note: text } = c.req.valid('json');
    const save = { expectedVersion: versionSeen(c), note: text };
    const { version } = await saveNote(c.var.client, caller, engagementId, accountGroup, save);
    setEtag(c, version);
    return c.json({ note: text }, 200);
  });

type SignOffView = Awaited<ReturnType<typeof listSignOffs>>[number];

const presentSignOff = ({ history, ...view }: SignOffView): z.input<typeof signatures> => ({
  ...view,
  history: history.map(({ role, who, at, version, holds, moved }) => ({
    role,
    who,
    at: at.toISOString(),
    version,
    holds,
    moved: moved.map((one) => ({ ...one })),
  })),
});
