import { createRoute, z } from '@hono/zod-openapi';
import type { Voucher } from '../../../accounting/books.ts';
import { Problem } from '../../../accounting/problem.ts';
import { sha256 } from '../../../db/hash.ts';
import { changesSinceApproval, changesSinceLastImport } from '../../close/changes.ts';
import { closesFor, newApi } from '../api.ts';
import { createOnce } from '../idempotency.ts';
import { httpProblems } from '../problems.ts';
import {
  date,
  day,
  engagementPath,
  id,
  idempotencyKey,
  json,
  jsonBody,
  nothing,
  ore,
  orNull,
  refusals,
} from '../schemas.ts';
import { pageAnswer, pageOf, pageQuery } from '../paging.ts';
import { needs, whoMay } from '../who.ts';
import { importSummary, presentImport } from './import-summary.ts';

const requested = z.object({ requestId: z.string() }).openapi('RequestedImport');

const request = createRoute({
  method: 'post',
  path: '/engagements/{id}/imports',
  operationId: 'requestImport',
  summary: 'Asks for a new import of the books',
  middleware: [needs('write')] as const,
  request: { params: engagementPath, headers: idempotencyKey },
  responses: { 202: json(requested, 'The close was told'), ...refusals },
});

const list = createRoute({
  method: 'get',
  path: '/engagements/{id}/imports',
  operationId: 'listImports',
  summary: 'The imports, newest first',
  middleware: [needs('read')] as const,
  request: { params: engagementPath, query: pageQuery },
  responses: { 200: pageAnswer(importSummary, 'Imports'), ...refusals },
});

const foundRecord = z
  .object({
    name: z.string().openapi({ example: '1930' }),
    balanceOre: ore.optional(),
    againstOre: ore.optional().openapi({ description: 'Öre that the balance is held against' }),
    differenceOre: ore.optional(),
    count: z
      .int()
      .optional()
      .openapi({ description: 'Rows on an account, numbers that are missing, times that one is used' }),
  })
  .openapi('FoundRecord');

const finding = z
  .object({
    source: z.enum(['sie', 'fortnox', 'control']),
    code: z.string(),
    severity: z.enum(['error', 'warning', 'info']),
    message: z.string(),
    file: z.string().optional(),
    line: z.int().optional(),
    record: z.string().optional(),
    field: z.string().optional(),
    figures: z.record(z.string(), z.number()).optional(),
    records: z.array(foundRecord).optional(),
  })
  .openapi('Finding');

const findings = createRoute({
  method: 'get',
  path: '/engagements/{id}/findings',
  operationId: 'listFindings',
  summary: 'What the latest import found',
  middleware: [needs('read')] as const,
  request: { params: engagementPath, query: pageQuery },
  responses: {
    200: json(
      z.object({ import: importSummary, items: z.array(finding), next: z.string().optional() }),
      'Findings; `next`, absent on the last page, is the next `after`',
    ),
    ...refusals,
  },
});

const voucher = z
  .object({ series: z.string(), number: z.int(), date: day, text: z.string(), rows: z.int() })
  .openapi('VoucherLine');

const changes = z
  .object({
    from: importSummary,
    to: importSummary,
    unchanged: z.boolean().openapi({ description: 'Nothing but what this close itself sent' }),
    years: z.array(
      z.object({
        yearFrom: day,
        added: z.array(voucher),
        changed: z.array(voucher),
        removed: z.array(voucher),
        retold: z.array(voucher).openapi({
          description: 'Of the same content; only the order of rows, a reference or a mark is another',
        }),
        ours: z.array(voucher).openapi({ description: 'Sent by this close' }),
        moved: z.array(
          z.object({
            account: z.string(),
            amountOre: ore.openapi({
              description: 'How the closing balance moved, but for what this close sent',
            }),
            openingOre: ore.openapi({ description: 'How the opening balance moved' }),
            oursOre: ore.openapi({ description: 'What this close sent' }),
          }),
        ),
      }),
    ),
    records: z
      .array(z.object({ kind: z.string(), key: z.string() }))
      .openapi({ description: 'Accounts, balances, invoices, payments and series that differ' }),
  })
  .openapi('Changes');

const diff = createRoute({
  method: 'get',
  path: '/engagements/{id}/changes',
  operationId: 'getChanges',
  summary:
    'What is new, changed and removed since the import before the latest, or since the latest approval',
  middleware: [needs('read')] as const,
  request: {
    params: engagementPath,
    query: z.object({ since: z.enum(['import', 'approval']).default('import') }),
  },
  responses: { 200: json(orNull(changes), 'Null when there is nothing to compare with'), ...refusals },
});

const sie = createRoute({
  method: 'post',
  path: '/engagements/{id}/sie',
  operationId: 'uploadSie',
  summary: "A SIE 4 file as the close's books; it is read whole before anything is kept",
  middleware: [needs('write')] as const,
  request: {
    params: engagementPath,
    headers: idempotencyKey,
    query: z.object({ name: z.string().min(1).max(200).default('bokföring.se') }),
    body: {
      required: true,
      content: { 'application/x-sie': { schema: z.string().openapi({ format: 'binary' }) } },
    },
  },
  responses: {
    202: json(z.object({ fileId: id, sha256: z.string() }), 'Kept, and the import asked for'),
    ...refusals,
  },
});

const rate = z.object({
  currency: z.string().openapi({ example: 'EUR' }),
  date,
  rate: z.string().openapi({ example: '11.2505' }),
  source: z.string().trim().min(1).max(200).openapi({ example: 'Riksbanken' }),
});

const rates = createRoute({
  method: 'post',
  path: '/rates',
  operationId: 'enterRates',
  summary: 'Enters exchange rates of the firm: SEK for one unit, with their source',
  middleware: [needs('write')] as const,
  request: {
    headers: idempotencyKey,
    body: jsonBody(z.object({ rates: z.array(rate).min(1).max(1_000) })),
  },
  responses: { 201: json(nothing, 'Entered'), ...refusals },
});

const fetchedRates = createRoute({
  method: 'post',
  path: '/engagements/{id}/rates/fetch',
  operationId: 'fetchRates',
  summary: "Fetches the balance-date rates of the close's open items from the installation's source of rates",
  middleware: [needs('write')] as const,
  request: { params: engagementPath },
  responses: { 200: json(z.object({ rates: z.array(rate) }), 'Entered'), ...refusals },
});

const sieTypes = /^(application\/(x-sie|octet-stream)|text\/plain)\b/;

export const importRoutes = newApi()
  .openapi(request, async (c) => {
    const close = closesFor(c, 'write').of(c.req.valid('param').id);
    const answer = await createOnce(c, whoMay(c, 'write'), {}, (key) => close.requestImport(key));
    return c.json(answer, 202);
  })
  .openapi(list, async (c) => {
    const imports = await closesFor(c, 'read').of(c.req.valid('param').id).imports();
    const page = pageOf(imports, c.req.valid('query'), (one) => one.id);
    return c.json({ ...page, items: page.items.map(presentImport) }, 200);
  })
  .openapi(findings, async (c) => {
    const found = await closesFor(c, 'read').of(c.req.valid('param').id).findings();
    // By place: the findings of an import never change, and those of another are another list.
    const page = pageOf(
      found.findings,
      c.req.valid('query'),
      (_, index) => `${found.snapshot.seq}.${index + 1}`,
    );
    const items = page.items.map(({ records, ...rest }) => ({
      ...rest,
      ...(records && { records: [...records] }),
    }));
    return c.json({ ...page, import: presentImport(found.snapshot), items }, 200);
  })
  .openapi(diff, async (c) => {
    const { caller } = whoMay(c, 'read');
    const since = c.req.valid('query').since === 'approval' ? changesSinceApproval : changesSinceLastImport;
    const found = await since(c.var.client, caller, c.req.valid('param').id);
    if (!found) return c.json(null, 200);
    const { from, to, unchanged, years, records } = found;
    return c.json(
      {
        from: presentImport(from),
        to: presentImport(to),
        unchanged,
        years: years.map((year) => ({
          yearFrom: year.yearFrom,
          added: year.added.map(presentVoucher),
          changed: year.changed.map(({ after }) => presentVoucher(after)),
          removed: year.removed.map(presentVoucher),
          retold: year.retold.map(presentVoucher),
          ours: year.ours.map(presentVoucher),
          moved: [...year.moved],
        })),
        records: records.map(({ kind, key }) => ({ kind, key })),
      },
      200,
    );
  })
  .openapi(sie, async (c) => {
    if (!sieTypes.test(c.req.header('content-type') ?? '')) throw new Problem(httpProblems.unsupportedType);
    const { name } = c.req.valid('query');
    const bytes = new Uint8Array(await c.req.arrayBuffer());
    const close = closesFor(c, 'write').of(c.req.valid('param').id);
    const answer = await createOnce(c, whoMay(c, 'write'), { name, sha256: sha256(bytes) }, async (key) => {
      const { file } = await close.uploadSie({ name, bytes, ...(key !== undefined && { requestId: key }) });
      return { fileId: file.id, sha256: file.sha256 };
    });
    return c.json(answer, 202);
  })
  .openapi(rates, async (c) => {
    const body = c.req.valid('json');
    await createOnce(c, whoMay(c, 'write'), body, async () => {
      await closesFor(c, 'write').enterRates(body.rates);
      return {};
    });
    return c.json({}, 201);
  })
  .openapi(fetchedRates, async (c) => {
    const fetched = await closesFor(c, 'write').of(c.req.valid('param').id).fetchRates();
    return c.json({ rates: [...fetched] }, 200);
  });

const presentVoucher = ({ series, number, date: on, text, rows }: Voucher) => ({
  series,
  number,
  date: on,
  text,
  rows: rows.length,
});
