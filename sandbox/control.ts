import { changeAssumptions } from './assumptions.ts';
import { today } from './books.ts';
import { companyFileFromBooks } from './company-file.ts';
import { readFault } from './faults.ts';
import { json, type HttpReply, type HttpRequest } from './http.ts';
import { formatDecimal } from './money.ts';
import { consent } from './oauth/oauth.ts';
import { booksOf, patchBooks } from './patch.ts';
import type { World } from './world.ts';

type Control = (world: World, request: HttpRequest) => HttpReply;

const bad = (error: string) => json(400, { error });

function body(request: HttpRequest): unknown {
  return request.body.length === 0 ? {} : (JSON.parse(request.body.toString()) as unknown);
}

function fields(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null ? { ...value } : {};
}

const controls: Record<string, Control> = {
  'GET /sandbox': (world) =>
    json(200, {
      url: world.url,
      authUrl: `${world.url}/oauth-v1/auth`,
      tokenUrl: `${world.url}/oauth-v1/token`,
      apiUrl: `${world.url}/3`,
      clientId: world.clientId,
      now: new Date(world.clock.nowMs()).toISOString(),
      companies: [...world.companies.values()].map((books) => ({
        name: books.name,
        organisationNumber: books.organisationNumber,
        databaseNumber: books.databaseNumber,
        closingYear: books.closingYear,
        today: today(books, world.clock.nowMs()),
        financialYears: books.years,
        accountSets: books.accountSets,
        manualSeries: books.series
          .filter((series) => series.manual && series.financialYear === books.closingYear)
          .map((series) => series.code),
        vouchers: [...books.vouchers.values()].reduce((sum, vouchers) => sum + vouchers.length, 0),
        invoices: books.receivables.invoices.size,
        supplierInvoices: books.payables.invoices.size,
      })),
    }),

  'POST /sandbox/consent': (world, request) => {
    const given = fields(body(request));
    const parameters: Record<string, string> = { response_type: 'code' };
    for (const [name, value] of Object.entries(given)) {
      parameters[name] = Array.isArray(value) ? value.join(' ') : String(value);
    }
    if (given['deny'] === true) parameters['decision'] = 'deny';
    const result = consent(world, parameters);
    if ('unsafe' in result) return bad(result.unsafe);
    return json(200, { ...result, state: parameters['state'] });
  },

  'GET /sandbox/requests': (world, request) => {
    const since = Number(request.query.get('since') ?? 0);
    return json(
      200,
      world.requests.filter((entry) => entry.number > since),
    );
  },

  'GET /sandbox/faults': (world) => json(200, world.faults),

  'POST /sandbox/faults': (world, request) => {
    const given = body(request);
    const faults = (Array.isArray(given) ? given : [given]).map(readFault);
    const wrong = faults.find((fault) => typeof fault === 'string');
    if (wrong !== undefined) return bad(wrong);
    for (const fault of faults) if (typeof fault !== 'string') world.faults.push(fault);
    return json(200, world.faults);
  },

  'DELETE /sandbox/faults': (world, request) => {
    const tenant = request.query.get('tenant');
    // Those of one company are kept with their hits, and play no more.
    if (tenant === null) world.faults.length = 0;
    else for (const fault of world.faults) if (fault.match.tenant === Number(tenant)) fault.left = 0;
    return json(200, world.faults);
  },

  'GET /sandbox/clock': (world) => json(200, { now: new Date(world.clock.nowMs()).toISOString() }),

  'POST /sandbox/clock': (world, request) => {
    const { advanceMs } = fields(body(request));
    if (typeof advanceMs !== 'number' || !Number.isFinite(advanceMs)) return bad('advanceMs is a number');
    world.clock.advance(advanceMs);
    const nowMs = world.clock.nowMs();
    for (const entry of world.pending.splice(0)) {
      if (entry.dueMs <= nowMs) entry.run();
      else world.pending.push(entry);
    }
    return json(200, { now: new Date(nowMs).toISOString() });
  },

  'GET /sandbox/books': (world, request) => {
    const books = booksOf(world, request.query.get('company'));
    return books ? json(200, companyFileFromBooks(books)) : bad('there is no such company');
  },

  'PATCH /sandbox/books': (world, request) => {
    const result = patchBooks(world, body(request));
    return 'error' in result ? json(400, result) : json(200, result);
  },

  'GET /sandbox/files': (world, request) => {
    const books = booksOf(world, request.query.get('company'));
    if (!books) return bad('there is no such company');
    return json(200, {
      files: [...books.files.values()].map(({ content, ...file }) => ({ ...file, size: content.length })),
      connections: books.fileConnections,
    });
  },

  'GET /sandbox/planted': (world, request) => {
    const books = booksOf(world, request.query.get('company'));
    if (!books) return bad('there is no such company');
    return json(
      200,
      books.planted.map((planted) => ({
        ...planted,
        effects: planted.effects.map(({ date, amountOre }) => ({
          date,
          amountOre,
          amount: formatDecimal(amountOre),
        })),
      })),
    );
  },

  'GET /sandbox/assumptions': (world) => json(200, world.assumptions),

  'PUT /sandbox/assumptions': (world, request) => {
    const wrong = changeAssumptions(world.assumptions, fields(body(request)));
    return wrong === null ? json(200, world.assumptions) : bad(wrong);
  },
};

/** `/sandbox/*`: what tests, the demo and people turn. Never called by the product. */
export function handleControl(world: World, request: HttpRequest): HttpReply {
  const control = controls[`${request.method} ${request.path.replace(/\/$/, '')}`];
  if (!control) return json(404, { error: 'no such control', controls: Object.keys(controls) });
  try {
    return control(world, request);
  } catch (error) {
    return bad(String(error));
  }
}
