import { createRoute, z } from '@hono/zod-openapi';
import { closesFor, newApi } from '../api.ts';
import { engagementPath, json, jsonBody, nothing, orNull, refusals } from '../schemas.ts';
import { needs } from '../who.ts';

const names = z.array(z.string());

const change = z
  .object({
    approvalId: z.string(),
    fingerprint: z.string(),
    added: names,
    changed: names,
    removed: names,
    openingBalances: names.openapi({ description: 'Accounts' }),
  })
  .openapi('LedgerChange', { description: 'Vouchers as "A-12"; the first hundred of each kind' });

const readChange = createRoute({
  method: 'get',
  path: '/engagements/{id}/export/ledger-change',
  operationId: 'getLedgerChange',
  summary: "What the latest approval's export found changed in Fortnox since the import",
  middleware: [needs('read')] as const,
  request: { params: engagementPath },
  responses: { 200: json(z.object({ change: orNull(change) }), 'The change, or null'), ...refusals },
});

const accept = createRoute({
  method: 'post',
  path: '/engagements/{id}/export/ledger-change',
  operationId: 'acceptLedgerChange',
  summary: 'Accepts that change, so that the export goes on; a later one stops it again',
  middleware: [needs('approve')] as const,
  request: {
    params: engagementPath,
    body: jsonBody(z.object({ fingerprint: z.string().regex(/^[0-9a-f]{64}$/) })),
  },
  responses: { 202: json(nothing, 'The close was told'), ...refusals },
});

const take = createRoute({
  method: 'post',
  path: '/engagements/{id}/export/vouchers/{position}',
  operationId: 'takeVoucher',
  summary: 'Says which voucher in Fortnox is the sent one, and takes it as it stands there',
  description:
    'For a voucher that is `ambiguous` (names one of its candidates, which is read back) or `differs` (accepts the difference).',
  middleware: [needs('approve')] as const,
  request: {
    params: engagementPath.extend({ position: z.coerce.number().int().min(1) }),
    body: jsonBody(z.object({ series: z.string().min(1).max(20), number: z.int().min(1) })),
  },
  responses: { 202: json(nothing, 'The close was told'), ...refusals },
});

export const exportDecisionRoutes = newApi()
  .openapi(readChange, async (c) => {
    const found = await closesFor(c, 'read').of(c.req.valid('param').id).ledgerChange();
    if (!found) return c.json({ change: null }, 200);
    const { added, changed, removed, openingBalances } = found;
    return c.json(
      {
        change: {
          ...found,
          added: [...added],
          changed: [...changed],
          removed: [...removed],
          openingBalances: [...openingBalances],
        },
      },
      200,
    );
  })
  .openapi(accept, async (c) => {
    const close = closesFor(c, 'approve').of(c.req.valid('param').id);
    await close.acceptLedgerChange(c.req.valid('json').fingerprint);
    return c.json({}, 202);
  })
  .openapi(take, async (c) => {
    const { id, position } = c.req.valid('param');
    await closesFor(c, 'approve')
      .of(id)
      .takeVoucher({ position, ...c.req.valid('json') });
    return c.json({}, 202);
  });
