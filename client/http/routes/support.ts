import { createRoute, z } from '@hono/zod-openapi';
import { ore as asOre } from '../../../accounting/money.ts';
import { acceptOffer, declineOffer, listOffers, saveNote } from '../../close/offers.ts';
import { listSignOffs, signOff } from '../../close/sign-offs.ts';
import { setMateriality, supportOverview } from '../../close/support.ts';
import { newApi } from '../api.ts';
import { engagementPath, json, jsonBody, moment, nothing, ore, refusals } from '../schemas.ts';
import { needs, whoMay } from '../who.ts';
import { groupPath, versioned } from './attachment-path.ts';

/** What supports each balance: main attachments, signatures, and what a re-import offers. */

const overview = createRoute({
  method: 'get',
  path: '/engagements/{id}/support',
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

const materiality = createRoute({
  method: 'put',
  path: '/engagements/{id}/materiality',
  summary: 'Sets the amount below which a difference is noise',
  middleware: [needs('write')] as const,
  request: { params: engagementPath, body: jsonBody(z.object({ materialityOre: z.int().min(0) })) },
  responses: { 200: json(nothing, 'Set'), ...refusals },
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
  summary: 'The signatures under each attachment, and what moved under those that fell',
  middleware: [needs('read')] as const,
  request: { params: engagementPath },
  responses: { 200: json(z.object({ items: z.array(signatures) }), 'Signatures'), ...refusals },
});

const sign = createRoute({
  method: 'post',
  path: '/engagements/{id}/attachments/{group}/sign-offs',
  summary: "Puts the caller's name under an attachment as it was seen; a person's act",
  middleware: [needs('write')] as const,
  request: {
    params: groupPath,
    body: jsonBody(versioned.extend({ role: z.enum(['prepared', 'reviewed']) })),
  },
  responses: { 201: json(signatures, 'Signed'), ...refusals },
});

const offers = createRoute({
  method: 'get',
  path: '/engagements/{id}/offers',
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
    summary,
    middleware: [needs('write')] as const,
    request: { params: groupPath, body: jsonBody(versioned) },
    responses: { 200: json(z.object({ version: z.int() }), 'The version that stands now'), ...refusals },
  });

const note = createRoute({
  method: 'put',
  path: '/engagements/{id}/attachments/{group}/note',
  summary: 'Writes a note under an attachment; an empty one removes it',
  middleware: [needs('write')] as const,
  request: {
    params: groupPath,
    body: jsonBody(z.object({ expectedVersion: z.int().min(1), note: z.string().max(100_000) })),
  },
  responses: { 200: json(z.object({ version: z.int() }), 'Saved'), ...refusals },
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
  .openapi(materiality, async (c) => {
    const { materialityOre } = c.req.valid('json');
    await setMateriality(
      c.var.client,
      whoMay(c, 'write').caller,
      c.req.valid('param').id,
      asOre(materialityOre),
    );
    return c.json({}, 200);
  })
  .openapi(signOffs, async (c) => {
    const views = await listSignOffs(c.var.client, whoMay(c, 'read').caller, c.req.valid('param').id);
    return c.json({ items: views.map(presentSignOff) }, 200);
  })
  .openapi(sign, async (c) => {
    const { id: engagementId, group: accountGroup } = c.req.valid('param');
    const { caller } = whoMay(c, 'write');
    const view = await signOff(c.var.client, caller, engagementId, accountGroup, c.req.valid('json'));
    return c.json(presentSignOff(view), 201);
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
  .openapi(note, async (c) => {
    const { id: engagementId, group: accountGroup } = c.req.valid('param');
    const { caller } = whoMay(c, 'write');
    const { version } = await saveNote(c.var.client, caller, engagementId, accountGroup, c.req.valid('json'));
    return c.json({ version }, 200);
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
