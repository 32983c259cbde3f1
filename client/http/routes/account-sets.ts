import { createRoute, z } from '@hono/zod-openapi';
import type { AccountSets } from '../../../accounting/account-set.ts';
import { readAccountSets, setAccountSets } from '../../close/account-sets.ts';
import { newApi } from '../api.ts';
import { etag, ifMatch, setEtag, versionSeen } from '../etag.ts';
import { account, engagementPath, json, jsonBody, refusals } from '../schemas.ts';
import { needs, whoMay } from '../who.ts';

export const accountSets = z
  .object({ receivables: z.array(account).optional(), payables: z.array(account).optional() })
  .openapi('AccountSets', {
    description: "Which accounts each subledger ties to; the usual ones when absent, Fortnox's own always",
  });

const read = createRoute({
  method: 'get',
  path: '/engagements/{id}/account-sets',
  operationId: 'getAccountSets',
  summary: 'Which accounts the subledgers tie to',
  middleware: [needs('read')] as const,
  request: { params: engagementPath },
  responses: { 200: { ...json(accountSets, 'The accounts'), headers: etag }, ...refusals },
});

const change = createRoute({
  method: 'put',
  path: '/engagements/{id}/account-sets',
  operationId: 'setAccountSets',
  summary: 'Sets which accounts the subledgers tie to; books that are there are imported again',
  middleware: [needs('write')] as const,
  request: { params: engagementPath, headers: ifMatch, body: jsonBody(accountSets) },
  responses: { 200: { ...json(accountSets, 'Set'), headers: etag }, ...refusals },
});

export const accountSetRoutes = newApi()
  .openapi(read, async (c) => {
    const found = await readAccountSets(c.var.client, whoMay(c, 'read').caller, c.req.valid('param').id);
    setEtag(c, found.version);
    return c.json(present(found.accountSets), 200);
  })
  .openapi(change, async (c) => {
    const sets = toAccountSets(c.req.valid('json'));
    const { caller } = whoMay(c, 'write');
    const set = await setAccountSets(c.var.client, caller, c.req.valid('param').id, sets, versionSeen(c));
    setEtag(c, set.version);
    return c.json(present(set.accountSets), 200);
  });

export const toAccountSets = ({ receivables, payables }: z.output<typeof accountSets>): AccountSets => ({
  ...(receivables && { receivables }),
  ...(payables && { payables }),
});

const present = ({ receivables, payables }: AccountSets): z.input<typeof accountSets> => ({
  ...(receivables && { receivables: [...receivables] }),
  ...(payables && { payables: [...payables] }),
});
