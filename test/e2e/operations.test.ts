import { readFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { checkoutFolder } from '../../dev/local-folder.ts';
import { freePort } from '../../dev/ports.ts';
import { runPython } from '../setup/python.ts';
import { startProgram } from '../setup/run-program.ts';
import type { Running } from '../setup/run-program.ts';
import { startTraceReceiver } from '../setup/trace-receiver.ts';
import type { ReceivedSpan, TraceReceiver } from '../setup/trace-receiver.ts';
import { control } from '../workflow/world.ts';
import { createHttpWorld, request, startOverHttp, toFortnoxAndBack, until } from './http-world.ts';
import type { HttpWorld } from './http-world.ts';

/* One close through a server and a worker that run as processes of their own, seen as operators see them. */

let http: HttpWorld;
let traces: TraceReceiver;
let worker: Running;
let server: Running;
let ofWorker: string;
let ofServer: string;
let closeId: string;

beforeAll(async () => {
  const own = await createHttpWorld();
  traces = await startTraceReceiver();
  const { world } = own;
  const ports = { http: await freePort(), worker: await freePort(), server: await freePort() };
  const environment = {
    DATABASE_URL: world.appUrl,
    TOKEN_KEYS: world.tokenKeys,
    FORTNOX_CLIENT_ID: world.sandbox.clientId,
    FORTNOX_CLIENT_SECRET: world.sandbox.clientSecret,
    FORTNOX_BASE_URL: world.sandbox.url,
    FORTNOX_AUTH_URL: world.sandbox.url,
    TEMPORAL_ADDRESS: inject('temporalAddress'),
    TEMPORAL_TASK_QUEUE: world.client.taskQueue,
    PUBLIC_URL: 'http://127.0.0.1:1/',
    PORT: String(ports.http),
    LOG_LEVEL: 'debug',
    OTEL_EXPORTER_OTLP_ENDPOINT: traces.url,
    OTEL_BSP_SCHEDULE_DELAY: '100',
  };
  ofWorker = `127.0.0.1:${ports.worker}`;
  ofServer = `127.0.0.1:${ports.server}`;
  worker = startProgram('worker/main.ts', [], { ...environment, METRICS_ADDRESS: ofWorker });
  server = startProgram('client/http/main.ts', [], { ...environment, METRICS_ADDRESS: ofServer });
  await Promise.all([worker.says('"worker started"'), server.says('"server started"')]);
  const url = `http://127.0.0.1:${ports.http}`;
  http = {
    ...own,
    call: (method, address, body, headers = {}) =>
      request(`${url}${address}`, method, body, { authorization: `Bearer ${own.key}`, ...headers }),
  };
  closeId = await closeAYear(url);
}, 240_000);

let stopping: Promise<unknown> | undefined;
/** Both end as they do when an operator stops them. */
function stop(): Promise<unknown> {
  stopping ??= Promise.all(
    [worker, server].map(({ pid, ended }) => {
      process.kill(pid, 'SIGTERM');
      return ended;
    }),
  );
  return stopping;
}

afterAll(async () => {
  await stop();
  await traces.stop();
  await http.end();
});

/** One voucher's answer is lost on the way, so that its outcome is unknown for a while. */
async function closeAYear(url: string): Promise<string> {
  const id = await startOverHttp(http);
  const back = await toFortnoxAndBack(http, id);
  const callback = await request(`${url}/fortnox/callback?${new URLSearchParams(back).toString()}`, 'GET');
  const { connectionId } = callback.body as { connectionId: string };
  await http.call('POST', `/api/engagements/${id}/connection/confirm`, { connectionId });
  await stands(id, 'adjusting');
  const asked = await http.call('POST', `/api/engagements/${id}/imports`);
  expect([asked.status, asked.text]).toEqual([202, expect.any(String)]);
  await until(
    http,
    id,
    () => traces.spans.filter(({ name }) => name === 'RunActivity:generateAttachments').length === 2,
  );
  await stands(id, 'adjusting');
  await control(http.world, 'POST', 'faults', [
    { match: { method: 'POST', path: '/3/vouchers' }, times: 1, fault: 'cut-after-commit' },
  ]);
  await http.call('PUT', `/api/engagements/${id}/adjustments`, { adjustments }, { 'if-match': '"0"' });
  const { body } = await http.call('GET', `/api/engagements/${id}/preflight`);
  const preflight = body as { import: { id: string }; revision: number; revisionHash: string };
  const approval = {
    revision: preflight.revision,
    revisionHash: preflight.revisionHash,
    snapshotId: preflight.import.id,
    series: 'K',
    final: true,
  };
  const approved = await http.call('POST', `/api/engagements/${id}/approvals`, approval);
  expect([approved.status, approved.text]).toEqual([201, expect.any(String)]);
  await stands(id, 'completed');
  return id;
}

async function stands(id: string, wanted: string): Promise<void> {
  const { phase, attention } = await until(
    http,
    id,
    (view) => view.phase === wanted || view.attention !== null,
  );
  expect([phase, attention]).toEqual([wanted, null]);
}

const adjustments = ['one', 'two'].map((id) => ({
  id,
  date: '2025-12-31',
  text: 'Hemlig kostnad',
  rows: [
    { account: '3740', amountOre: 12_550 },
    { account: '1930', amountOre: -12_550, text: 'Bank' },
  ],
}));

const scrape = async (address: string): Promise<string> =>
  (await request(`http://${address}/metrics`, 'GET')).text;

/** The value of one series; undefined when it is not there. */
function valueOf(text: string, series: string): number | undefined {
  const line = text.split('\n').find((one) => one.startsWith(`${series} `));
  return line === undefined ? undefined : Number(line.slice(series.length + 1));
}

/** Every name that an expression of Prometheus asks for. */
const metricsIn = (expression: string): string[] =>
  [...expression.matchAll(/\b(?:bokslut|temporal|nodejs|process)_\w+/g)].map(([name]) => name);

const file = (name: string): string => readFileSync(path.join(checkoutFolder, name), 'utf8');

interface Dashboard {
  readonly panels: readonly { readonly targets?: readonly { readonly expr: string }[] }[];
}
interface Alert {
  readonly alert: string;
  readonly expr: string;
  readonly labels: { readonly severity: string };
  readonly annotations: { readonly summary: string; readonly runbook: string };
}

/** Read by a YAML reader that is not ours. */
async function alerts(): Promise<Alert[]> {
  const script = 'import json, sys, yaml; print(json.dumps(yaml.safe_load(open(sys.argv[1]))))';
  const rules = path.join(checkoutFolder, 'deploy/prometheus/alerts.yaml');
  const { groups } = JSON.parse(await runPython('PyYAML==6.0.2', script, [rules])) as {
    groups: readonly { readonly rules: readonly Alert[] }[];
  };
  return groups.flatMap((group) => group.rules);
}

/** The SDK tells of it only once it has happened. */
const whenItHappens = new Set(['temporal_workflow_task_execution_failed_total']);

describe('metrics', () => {
  it('count what the worker did', async () => {
    const text = await scrape(ofWorker);
    expect(valueOf(text, 'bokslut_voucher_sends_total{outcome="confirmed"}')).toBe(1);
    expect(valueOf(text, 'bokslut_voucher_sends_total{outcome="unknown"}')).toBe(1);
    expect(valueOf(text, 'bokslut_voucher_finds_total{outcome="confirmed"}')).toBe(1);
    expect(valueOf(text, 'bokslut_import_rows_total')).toBeGreaterThan(80);
    expect(valueOf(text, 'bokslut_import_duration_seconds_count')).toBe(2);
    const posts = 'bokslut_fortnox_requests_total{endpoint="createVoucher",outcome=';
    expect(valueOf(text, `${posts}"ok"}`)).toBe(1);
    expect(valueOf(text, `${posts}"fortnox.connection"}`)).toBe(1);
    expect(text).toMatch(/bokslut_fortnox_limiter_wait_seconds_count [1-9]/);
    expect(text).toMatch(/temporal_num_pollers\{[^}]*poller_type="workflow_task"[^}]*\} [1-9]/);
    expect(text).toMatch(/temporal_workflow_completed_total\{.*workflow_type="yearEndClose".*\} 1/);
  });

  it('count the server’s requests by route, and tell how the whole stands', async () => {
    const text = await scrape(ofServer);
    const starts = 'method="POST",route="/api/engagements",status="201"';
    expect(valueOf(text, `bokslut_http_request_duration_seconds_count{${starts}}`)).toBe(1);
    expect(text).not.toContain(closeId);
    expect(valueOf(text, 'bokslut_closes{phase="adjusting"}')).toBe(0);
    expect(valueOf(text, 'bokslut_logins{days_left="14-30"}')).toBe(1);
    expect(valueOf(text, 'bokslut_signals_undelivered')).toBe(0);
    for (const queue of ['steps', 'imports', 'documents'])
      expect(valueOf(text, `bokslut_workers{queue="${queue}"}`)).toBe(1);
    for (const source of ['temporal', 'postgres'])
      expect(valueOf(text, `bokslut_gauge_failures_total{source="${source}"}`)).toBe(0);
  });

  it('that the dashboard and the alerts ask for are all there', async () => {
    const exposed = `${await scrape(ofWorker)}\n${await scrape(ofServer)}`;
    const known = new Set(
      [...exposed.matchAll(/^# TYPE (\w+) (\w+)/gm)].flatMap(([, name = '', type]) =>
        type === 'histogram' ? [`${name}_bucket`, `${name}_sum`, `${name}_count`] : [name],
      ),
    );
    const { panels } = JSON.parse(file('deploy/grafana/bokslut.json')) as Dashboard;
    const ofDashboard = panels.flatMap(({ targets = [] }) => targets.map(({ expr }) => expr));
    const ofAlerts = (await alerts()).map(({ expr }) => expr);
    expect(ofDashboard.length).toBeGreaterThan(20);
    expect(ofAlerts.length).toBeGreaterThan(12);
    const asked = new Set([...ofDashboard, ...ofAlerts].flatMap(metricsIn));
    expect([...asked].filter((name) => !known.has(name) && !whenItHappens.has(name))).toEqual([]);
  });
});

describe('alerts', () => {
  it('have a runbook entry each, and no entry is without its alert', async () => {
    const rules = await alerts();
    expect(new Set(rules.map(({ labels }) => labels.severity))).toEqual(new Set(['page', 'ticket']));
    const entries = [...file('docs/runbooks.md').matchAll(/^## (\w+)$/gm)].map(([, name]) => name);
    expect(new Set(rules.map(({ alert }) => alert))).toEqual(new Set(entries));
    expect(entries).toHaveLength(rules.length);
    for (const { alert, annotations } of rules) {
      expect(annotations.runbook).toBe(`docs/runbooks.md#${alert.toLowerCase()}`);
      expect(annotations.summary.length).toBeGreaterThan(20);
    }
  });
});

describe('health', () => {
  it('of worker and server: the process, and what it stands on', async () => {
    const there = { database: true, temporal: true };
    for (const [address, checks] of [
      [ofWorker, { ...there, polling: true }],
      [ofServer, there],
    ] as const) {
      expect((await request(`http://${address}/healthz`, 'GET')).body).toEqual({ ok: true });
      const ready = await request(`http://${address}/readyz`, 'GET');
      expect([ready.status, ready.body]).toEqual([200, checks]);
      expect((await request(`http://${address}/api/engagements`, 'GET')).status).toBe(404);
    }
  });
});

describe('traces', () => {
  const named = (wanted: string) => traces.spans.filter(({ name }) => name === wanted);

  /** From the first span of its trace to this one, by parents alone. */
  function wayTo({ service, name, traceId, parentSpanId }: ReceivedSpan): string[] {
    const parent = traces.spans.find((one) => one.traceId === traceId && one.spanId === parentSpanId);
    return [...(parent ? wayTo(parent) : []), `${service} ${name}`];
  }

  it('lead from the request that started the close, or asked for an import, to the requests at Fortnox', () => {
    const ways = named('Fortnox GET sie/{type}').map((span) => wayTo(span).join(' → '));
    const ofImports = ways.filter((way) => way.includes('RunActivity:importBooks'));
    const onwards =
      'bokslut-worker StartActivity:importBooks → bokslut-worker RunActivity:importBooks → bokslut-worker Fortnox GET sie/{type}';
    // Never by the workflow's own span, which is there only when the close has ended.
    expect([...new Set(ofImports)]).toEqual([
      `bokslut-server POST /api/engagements → bokslut-server StartWorkflow:yearEndClose → ${onwards}`,
      `bokslut-server POST /api/engagements/:id/imports → bokslut-server SignalWorkflow:importRequested → ${onwards}`,
    ]);
  });

  it('lead from the approval to each voucher at Fortnox', () => {
    const ways = named('Fortnox POST vouchers').map(wayTo);
    const way = [
      'bokslut-server POST /api/engagements/:id/approvals',
      'bokslut-server SignalWorkflow:adjustmentsApproved',
      'bokslut-worker StartActivity:sendVoucher',
      'bokslut-worker RunActivity:sendVoucher',
      'bokslut-worker Fortnox POST vouchers',
    ];
    expect(ways).toEqual([way, way]);
  });

  it('hold no name, number or secret', () => {
    const [company] = http.world.sandbox.companies;
    const sent = traces.everything();
    expect(sent).toContain(closeId);
    const { clientSecret } = http.world.sandbox;
    for (const secret of [company!.name, company!.organisationNumber, clientSecret, http.key, 'Hemlig'])
      expect(sent).not.toContain(secret);
  });
});

describe('logs', () => {
  it('carry close, firm, step and trace in the worker, and the request’s id in the server', async () => {
    await stop();
    const [ofSteps, ofRequests] = [(await worker.ended).out, (await server.ended).out].map(linesOf);
    const ids = {
      engagementId: closeId,
      firmId: http.world.caller.firmId,
      traceId: expect.stringMatching(/^[0-9a-f]{32}$/) as string,
    };
    expect(ofSteps).toContainEqual(
      expect.objectContaining({ ...ids, activity: 'sendVoucher', attempt: 1, endpoint: 'createVoucher' }),
    );
    expect(ofRequests).toContainEqual(
      expect.objectContaining({
        ...ids,
        path: `/api/engagements/${closeId}/approvals`,
        status: 201,
        requestId: expect.stringMatching(/^[0-9a-f-]{36}$/) as string,
      }),
    );
    expect(JSON.stringify([ofSteps, ofRequests])).not.toContain('Hemlig');
  });

  it('lead from a request to the steps that came of it, traces or not', async () => {
    const lines = [worker, server].map(async ({ ended }) => linesOf((await ended).out));
    const [ofSteps, ofRequests] = (await Promise.all(lines)) as [Line[], Line[]];
    const { approvalId } = ofRequests.find(
      (line) => line.path?.endsWith('/approvals') && line.status === 201,
    )!;
    const opened = ofSteps.find((line) => line.msg === 'export opened' && line.approvalId === approvalId)!;
    expect(opened.orderId).toMatch(/^[0-9a-f-]{36}$/);
    const sent = ofSteps.filter(
      ({ activity, orderId }) => activity === 'sendVoucher' && orderId === opened.orderId,
    );
    expect(sent).not.toEqual([]);
    const imports = ofSteps.filter(({ msg, importId }) => msg === 'books imported' && importId !== undefined);
    expect(imports).not.toEqual([]);
  });
});

type Line = Partial<
  Readonly<Record<'msg' | 'path' | 'activity' | 'approvalId' | 'orderId' | 'importId', string>>
> & {
  readonly status?: number;
};

const linesOf = (out: string): Line[] =>
  out
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line) as Line);
