import { createRoute, z } from '@hono/zod-openapi';
import { ore as asOre } from '../../../accounting/money.ts';
import type { CloseLine, CloseView } from '../../close/overview.ts';
import type { NewClose } from '../../close/engagements.ts';
import { closesFor, newApi } from '../api.ts';
import { createOnce } from '../idempotency.ts';
import {
  date,
  day,
  engagementPath,
  id,
  idempotencyKey,
  json,
  jsonBody,
  moment,
  nothing,
  orNull,
  refusals,
} from '../schemas.ts';
import { needs, whoMay } from '../who.ts';
import { accountSets, toAccountSets } from './account-sets.ts';
import { importSummary, presentImport } from './import-summary.ts';

const newClose = z
  .object({
    company: z.union([
      z.object({ id }),
      z.object({
        name: z.string().trim().min(1).max(200),
        organisationNumber: z
          .string()
          .regex(/^(\d{2})?\d{6}-?\d{4}$/)
          .openapi({ example: '999999-0013' }),
      }),
    ]),
    year: z
      .object({ from: date, to: date })
      .refine(({ from, to }) => from < to, 'räkenskapsåret slutar före det börjar'),
    source: z.enum(['fortnox', 'sie']).default('fortnox'),
    materialityOre: z.int().min(0).default(100_00),
    accountSets: accountSets.optional(),
    responsibleUserId: id.optional(),
  })
  .openapi('NewEngagement');

const started = z.object({ id }).openapi('StartedEngagement');

const phase = z
  .enum([
    'awaitingConnection',
    'importing',
    'generatingAttachments',
    'adjusting',
    'exporting',
    'completing',
    'completed',
    'cancelled',
  ])
  .openapi('Phase');

const base = {
  id,
  company: z.object({ id, name: z.string(), organisationNumber: z.string() }),
  year: z.object({ from: day, to: day }),
  source: z.enum(['fortnox', 'sie']),
  run: z.int(),
  createdAt: moment,
};

const line = z
  .object({
    ...base,
    responsible: z.string().nullable(),
    phase: orNull(phase),
    attention: z.string().nullable().openapi({ description: 'The code of what needs a person' }),
    loginExpiresAt: moment.nullable(),
  })
  .openapi('EngagementLine');

const view = z
  .object({
    ...base,
    phase,
    login: z.object({
      state: z.enum(['none', 'valid', 'expired', 'revoked']),
      connectionId: z.string().optional(),
      expiresAt: moment.optional(),
    }),
    attention: z
      .object({ code: z.string(), what: z.string(), advice: z.string(), step: z.string(), since: moment })
      .nullable(),
    doing: z.string(),
    allowed: z.array(z.enum(['connect', 'import', 'approve', 'retry', 'cancel'])),
    export: z.object({ orderId: z.string(), total: z.int(), confirmed: z.int() }).nullable(),
    connection: z
      .object({
        id,
        tenant: z.string(),
        companyName: z.string(),
        createdAt: moment,
        renewedAt: moment,
        endedAt: moment.nullable(),
        endReason: z.string().nullable(),
      })
      .nullable(),
    lastImport: orNull(importSummary),
    revision: z.int(),
    approval: z
      .object({
        id,
        revision: z.int(),
        series: z.string(),
        final: z.boolean(),
        approvedAt: moment,
        stale: z.boolean(),
      })
      .nullable(),
  })
  .openapi('Engagement');

const progress = z
  .object({
    step: z.string(),
    attempt: z.int(),
    part: z.string().optional(),
    done: z.int(),
    total: z.int().openapi({ description: '0: not known' }),
    requests: z.int().optional().openapi({ description: 'Planned requests to Fortnox, as far as known' }),
  })
  .openapi('Progress');

const list = createRoute({
  method: 'get',
  path: '/engagements',
  operationId: 'listEngagements',
  summary: "The firm's closes, newest balance date first",
  middleware: [needs('read')] as const,
  request: {
    query: z.object({ after: id.optional(), limit: z.coerce.number().int().min(1).max(200).optional() }),
  },
  responses: {
    200: json(
      z.object({ items: z.array(line), next: z.string().optional() }),
      'A page; `next` is the next `after`',
    ),
    ...refusals,
  },
});

const create = createRoute({
  method: 'post',
  path: '/engagements',
  operationId: 'startEngagement',
  summary: 'Starts a close of a company and financial year',
  middleware: [needs('write')] as const,
  request: { headers: idempotencyKey, body: jsonBody(newClose) },
  responses: { 201: json(started, 'Started'), ...refusals },
});

const read = createRoute({
  method: 'get',
  path: '/engagements/{id}',
  operationId: 'getEngagement',
  summary: 'Where a close stands, and what may be done next',
  middleware: [needs('read')] as const,
  request: { params: engagementPath },
  responses: { 200: json(view, 'The close'), ...refusals },
});

const readProgress = createRoute({
  method: 'get',
  path: '/engagements/{id}/progress',
  operationId: 'getProgress',
  summary: 'The steps that are at work now',
  middleware: [needs('read')] as const,
  request: { params: engagementPath },
  responses: { 200: json(z.object({ items: z.array(progress) }), 'Steps at work'), ...refusals },
});

const act = (name: 'retry' | 'cancel', summary: string) =>
  createRoute({
    method: 'post',
    path: `/engagements/{id}/${name}`,
    operationId: `${name}Engagement`,
    summary,
    middleware: [needs('write')] as const,
    request: { params: engagementPath },
    responses: { 202: json(nothing, 'The close was told'), ...refusals },
  });

const reopen = createRoute({
  method: 'post',
  path: '/engagements/{id}/reopen',
  operationId: 'reopenEngagement',
  summary: 'Opens a completed close again as a new run',
  middleware: [needs('write')] as const,
  request: { params: engagementPath, headers: idempotencyKey },
  responses: { 200: json(z.object({ run: z.int() }), 'Opened'), ...refusals },
});

export const engagementRoutes = newApi()
  .openapi(list, async (c) => {
    const { after, limit } = c.req.valid('query');
    const { lines, next } = await closesFor(c, 'read').list({ after, limit });
    return c.json({ items: lines.map(presentLine), ...(next !== undefined && { next }) }, 200);
  })
  .openapi(create, async (c) => {
    const body = c.req.valid('json');
    const answer = await createOnce(c, whoMay(c, 'write'), body, async (made) => {
      const engagement = await closesFor(c, 'write').start({
        ...toNewClose(body),
        ...(made !== undefined && { id: made }),
      });
      return { id: engagement.id };
    });
    c.header('Location', `/api/engagements/${answer.id}`);
    return c.json(answer, 201);
  })
  .openapi(read, async (c) => {
    const { id: engagementId } = c.req.valid('param');
    return c.json(presentView(await closesFor(c, 'read').of(engagementId).view()), 200);
  })
  .openapi(readProgress, async (c) => {
    const items = await closesFor(c, 'read').of(c.req.valid('param').id).progress();
    return c.json({ items }, 200);
  })
  .openapi(act('retry', 'What was wrong is mended: the same step again'), async (c) => {
    await closesFor(c, 'write').of(c.req.valid('param').id).retry();
    return c.json({}, 202);
  })
  .openapi(act('cancel', 'Calls the close off, before the first voucher was sent'), async (c) => {
    await closesFor(c, 'write').of(c.req.valid('param').id).cancel();
    return c.json({}, 202);
  })
  .openapi(reopen, async (c) => {
    const close = closesFor(c, 'write').of(c.req.valid('param').id);
    const answer = await createOnce(c, whoMay(c, 'write'), {}, async () => ({ run: await close.reopen() }));
    return c.json(answer, 200);
  });

function toNewClose(body: z.output<typeof newClose>): NewClose {
  const { company, year, source, materialityOre, responsibleUserId } = body;
  return {
    company,
    year,
    settings: {
      source,
      materialityOre: asOre(materialityOre),
      ...(body.accountSets && { accountSets: toAccountSets(body.accountSets) }),
    },
    ...(responsibleUserId !== undefined && { responsibleUserId }),
  };
}

function presentBase({ engagement, company }: Pick<CloseView, 'engagement' | 'company'>) {
  return {
    id: engagement.id,
    company: { id: company.id, name: company.name, organisationNumber: company.organisationNumber },
    year: { from: engagement.yearFrom, to: engagement.yearTo },
    source: engagement.settings.source,
    run: engagement.run,
    createdAt: engagement.createdAt.toISOString(),
  };
}

const presentLine = (close: CloseLine): z.input<typeof line> => ({
  ...presentBase(close),
  responsible: close.responsible,
  phase: close.phase,
  attention: close.attention,
  loginExpiresAt: close.loginExpiresAt?.toISOString() ?? null,
});

function presentView(close: CloseView): z.input<typeof view> {
  const { status, connection, lastImport, revision, approval } = close;
  const { login, attention } = status;
  return {
    ...presentBase(close),
    phase: status.phase,
    login: {
      state: login.state,
      ...('connectionId' in login && { connectionId: login.connectionId }),
      ...(login.state === 'valid' && { expiresAt: new Date(login.expiresAtMs).toISOString() }),
    },
    attention: attention && {
      code: attention.code,
      what: attention.what,
      advice: attention.advice,
      step: attention.step,
      since: new Date(attention.sinceMs).toISOString(),
    },
    doing: status.doing,
    allowed: [...status.allowed],
    export: status.export,
    connection: connection && {
      ...connection,
      createdAt: connection.createdAt.toISOString(),
      renewedAt: connection.renewedAt.toISOString(),
      endedAt: connection.endedAt?.toISOString() ?? null,
    },
    lastImport: lastImport && presentImport(lastImport),
    revision,
    approval: approval && {
      id: approval.id,
      revision: approval.revision,
      series: approval.series,
      final: approval.final,
      approvedAt: approval.approvedAt.toISOString(),
      stale: approval.stale,
    },
  };
}
