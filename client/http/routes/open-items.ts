import { createRoute, z } from '@hono/zod-openapi';
import { markKinds } from '../../../accounting/item-marks.ts';
import { listItems, markItem } from '../../close/item-marks.ts';
import type { MarkedItem } from '../../close/item-marks.ts';
import { newApi } from '../api.ts';
import { etag, ifMatch, setEtag, versionSeen } from '../etag.ts';
import { day, json, jsonBody, ore, refusals } from '../schemas.ts';
import { needs, whoMay } from '../who.ts';
import { groupPath } from './attachment-path.ts';
import { presentTrail, trail } from './trail.ts';

/** The open items of 1510 and 2440, how each came about, and what people have said of them. */

const mark = z
  .object({
    kind: z
      .enum(markKinds)
      .optional()
      .openapi({ description: 'Osäker, tvistig or konstaterad förlust; absent: only a note' }),
    note: z.string().max(10_000).optional(),
  })
  .openapi('ItemMark');

const item = z
  .object({
    invoiceNumber: z.string(),
    externalNumber: z.string().optional(),
    partyNumber: z.string(),
    partyName: z.string(),
    invoiceDate: day,
    dueDate: day,
    total: ore.openapi({ description: "Hundredths of the invoice's own currency" }),
    openOre: ore,
    currency: z.string().optional(),
    daysOverdue: z.int(),
    flags: z.array(z.string()),
    mark: mark.optional(),
    trail,
  })
  .openapi('OpenItem');

const list = createRoute({
  method: 'get',
  path: '/engagements/{id}/attachments/{group}/items',
  operationId: 'listOpenItems',
  summary: 'The open items of an attachment, each with its trail and what people have said of it',
  middleware: [needs('read')] as const,
  request: { params: groupPath },
  responses: {
    200: { ...json(z.object({ items: z.array(item) }), 'Open items'), headers: etag },
    ...refusals,
  },
});

const save = createRoute({
  method: 'put',
  path: '/engagements/{id}/attachments/{group}/items/{invoice}/mark',
  operationId: 'markOpenItem',
  summary: 'Marks an open item as doubtful, disputed or lost, with a note; an empty object takes it back',
  middleware: [needs('write')] as const,
  request: {
    params: groupPath.extend({ invoice: z.string().min(1).max(50) }),
    headers: ifMatch,
    body: jsonBody(mark),
  },
  responses: { 200: { ...json(item, 'The item'), headers: etag }, ...refusals },
});

export const openItemRoutes = newApi()
  .openapi(list, async (c) => {
    const { id: engagementId, group } = c.req.valid('param');
    const { version, items } = await listItems(c.var.client, whoMay(c, 'read').caller, engagementId, group);
    setEtag(c, version);
    return c.json({ items: items.map(present) }, 200);
  })
  .openapi(save, async (c) => {
    const { id: engagementId, group, invoice } = c.req.valid('param');
    const { kind, note } = c.req.valid('json');
    const said = {
      expectedVersion: versionSeen(c),
      invoiceNumber: invoice,
      ...(kind && { kind }),
      ...(note !== undefined && { note }),
    };
    const saved = await markItem(c.var.client, whoMay(c, 'write').caller, engagementId, group, said);
    setEtag(c, saved.version);
    return c.json(present(saved.item), 200);
  });

const present = (one: MarkedItem): z.input<typeof item> => ({
  invoiceNumber: one.invoiceNumber,
  ...(one.externalNumber !== undefined && { externalNumber: one.externalNumber }),
  partyNumber: one.partyNumber,
  partyName: one.partyName,
  invoiceDate: one.invoiceDate,
  dueDate: one.dueDate,
  total: one.total,
  openOre: one.openOre,
  ...(one.currency !== undefined && { currency: one.currency }),
  daysOverdue: one.daysOverdue,
  flags: [...one.flags],
  ...(one.mark && { mark: { ...one.mark } }),
  trail: presentTrail(one),
});
