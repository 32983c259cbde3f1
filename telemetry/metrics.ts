import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';

/**
 * The program's own metrics, by Prometheus' conventions; no label names a firm, a company or a person. The worker counts what
 * its steps do, the server its requests and, over the whole system, the gauges (client/http/system-gauges.ts).
 */
export const registry = new Registry();
const registers = [registry];

// Memory, processor time, and how long the event loop was held up.
collectDefaultMetrics({ register: registry });

const seconds = [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60];

export const fortnoxRequests = new Counter({
  name: 'bokslut_fortnox_requests_total',
  help: 'Requests to Fortnox, tries included, by endpoint and outcome (ok, or the code of the failure).',
  labelNames: ['endpoint', 'outcome'] as const,
  registers,
});
export const fortnoxRequestSeconds = new Histogram({
  name: 'bokslut_fortnox_request_duration_seconds',
  help: 'Duration of requests to Fortnox, headers and body.',
  labelNames: ['endpoint'] as const,
  buckets: seconds,
  registers,
});
export const limiterWaitSeconds = new Histogram({
  name: 'bokslut_fortnox_limiter_wait_seconds',
  help: 'How long a request waited for its place in the budget of 25 in 5 seconds before it left.',
  buckets: [0.01, ...seconds],
  registers,
});

export const voucherSends = new Counter({
  name: 'bokslut_voucher_sends_total',
  help: 'Attempts to post a voucher, by outcome (confirmed, unknown).',
  labelNames: ['outcome'] as const,
  registers,
});
export const voucherFinds = new Counter({
  name: 'bokslut_voucher_finds_total',
  help: 'Searches for a voucher whose outcome was unknown, by what they found (confirmed, notYet, absent).',
  labelNames: ['outcome'] as const,
  registers,
});

export const importRows = new Counter({
  name: 'bokslut_import_rows_total',
  help: 'Rows of the books (vouchers, invoices, payments, accounts, balances) that imports have stored or found unchanged.',
  registers,
});
export const importSeconds = new Histogram({
  name: 'bokslut_import_duration_seconds',
  help: 'Duration of imports that succeeded, reading and storing. Rows a second = rate of rows / rate of this sum.',
  buckets: [0.5, 1, 2.5, 5, 10, 30, 60, 120, 300, 900],
  registers,
});

export const stepFailures = new Counter({
  name: 'bokslut_step_failures_total',
  help: 'Attempts of a step that failed, by step and the code of the problem.',
  labelNames: ['step', 'code'] as const,
  registers,
});

export const httpSeconds = new Histogram({
  name: 'bokslut_http_request_duration_seconds',
  help: 'Duration of HTTP requests until the answer began, by route and status.',
  labelNames: ['method', 'route', 'status'] as const,
  buckets: [0.01, 0.025, ...seconds],
  registers,
});

export const gaugeFailures = new Counter({
  name: 'bokslut_gauge_failures_total',
  help: 'Times that the gauges of a source (temporal, postgres) could not be filled.',
  labelNames: ['source'] as const,
  registers,
});

/** A gauge that is filled when Prometheus asks; after `clear` it has no value at all. */
export function gauge<Label extends string>(name: string, help: string, labelNames: readonly Label[] = []) {
  const made = new Gauge({ name, help, labelNames: [...labelNames], registers });
  const clear = (): void => {
    made.reset();
    // Without labels a reset one stands at 0.
    if (labelNames.length === 0) made.remove();
  };
  return Object.assign(made, { clear });
}
