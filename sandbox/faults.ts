import type { HttpReply, HttpRequest } from './http.ts';

/** A fault to be played, as the control surface takes it. */
export interface Fault {
  id: number;
  /** `tenant`: the requests of one company alone. */
  match: { method?: string; path?: string; tenant?: number };
  fault: string;
  /** How many more requests it hits; null = without end. */
  left: number | null;
  /** Let this many matching requests pass first. */
  skip: number;
  /** How long it lasts from the first request that it hits, or null. */
  durationMs: number | null;
  /** Sandbox time at which it stops by itself; null while it has hit nothing, or lasts by its count alone. */
  untilMs: number | null;
  hits: number;
  /** `slow`: how late the answer is. `commit-late`: how late the commit. Real milliseconds. */
  delayMs: number;
  /** `html`, `commit-late`: the status that is sent; 0 cuts the connection instead. */
  status: number | null;
  /** Seconds in Retry-After of `status-429` and `status-503`. */
  retryAfter: number | null;
  /** `books-change`: the body of `PATCH /sandbox/books` to apply before the request. */
  patch: unknown;
}

const faultNames = [
  'cut-before',
  'cut-after-commit',
  'cut-in-body',
  'status-429',
  'status-500',
  'status-502',
  'status-503',
  'status-504',
  'html',
  'slow',
  'commit-late',
  'wrong-content-type',
  'revoked',
  'license-missing',
  'scope-missing',
  'register-refused',
  'books-change',
] as const;

let lastId = 0;

/** Reads one entry of `POST /sandbox/faults`. Answers a text when it makes no sense. */
export function readFault(entry: unknown): Fault | string {
  if (typeof entry !== 'object' || entry === null) return 'a fault is an object';
  const given: Record<string, unknown> = { ...entry };
  const unknown = Object.keys(given).find(
    (key) =>
      ![
        'match',
        'times',
        'fault',
        'skip',
        'durationMs',
        'delayMs',
        'afterMs',
        'status',
        'retryAfter',
        'patch',
      ].includes(key),
  );
  if (unknown) return `unknown field: ${unknown}`;
  const name = given['fault'];
  if (typeof name !== 'string' || !faultNames.some((known) => known === name)) {
    return `unknown fault: ${String(name)}; known are ${faultNames.join(', ')}`;
  }
  const match = given['match'] ?? {};
  if (typeof match !== 'object') return 'match is an object {method, path, tenant}';
  const { method, path, tenant } = match as { method?: unknown; path?: unknown; tenant?: unknown };
  const number = (key: string): number | null => {
    const value = given[key];
    return typeof value === 'number' && value >= 0 ? value : null;
  };
  const duration = number('durationMs');
  return {
    id: ++lastId,
    match: {
      ...(typeof method === 'string' ? { method } : {}),
      ...(typeof path === 'string' ? { path } : {}),
      ...(typeof tenant === 'number' ? { tenant } : {}),
    },
    fault: name,
    left: number('times') ?? (duration === null ? 1 : null),
    skip: number('skip') ?? 0,
    durationMs: duration,
    untilMs: null,
    hits: 0,
    delayMs: number('delayMs') ?? number('afterMs') ?? (name === 'slow' ? 30_000 : 1000),
    status: number('status'),
    retryAfter: number('retryAfter'),
    patch: given['patch'],
  };
}

/** `/3/vouchers` matches itself and what lies below; `*` one segment, `**` any number; a query in it is compared too. */
function pathMatches(pattern: string, request: HttpRequest): boolean {
  const target = pattern.includes('?') ? `${request.path}?${request.query.toString()}` : request.path;
  const source = pattern
    .split(/(\*\*|\*)/)
    .map((part) =>
      part === '**' ? '.*' : part === '*' ? '[^/]*' : part.replace(/[.+?^${}()|[\]\\]/g, '\\$&'),
    )
    .join('');
  return new RegExp(pattern.endsWith('/') ? `^${source}` : `^${source}($|[/?&])`).test(target);
}

/** The first fault in force that means this request; it is counted as played. */
export function takeFault(
  faults: Fault[],
  request: HttpRequest,
  requestTenant: () => number | null,
  nowMs: number,
): Fault | null {
  for (const fault of faults) {
    if (fault.left === 0 || (fault.untilMs !== null && fault.untilMs <= nowMs)) continue;
    const { method, path, tenant } = fault.match;
    if (method !== undefined && method !== '*' && method.toUpperCase() !== request.method) continue;
    if (path !== undefined && !pathMatches(path, request)) continue;
    if (tenant !== undefined && tenant !== requestTenant()) continue;
    if (fault.skip > 0) {
      fault.skip--;
      continue;
    }
    if (fault.left !== null) fault.left--;
    if (fault.durationMs !== null) fault.untilMs ??= nowMs + fault.durationMs;
    fault.hits++;
    return fault;
  }
  return null;
}

const outagePage =
  '<!DOCTYPE html>\n<html><head><title>Service Unavailable</title></head>\n' +
  '<body><h1>Fortnox is temporarily unavailable</h1><p>We will be back shortly.</p></body></html>\n';

/** The reply of a fault that answers instead of Fortnox; null for those that do something else. */
export function replyOf(fault: Fault): HttpReply | null {
  const page = (status: number, contentType: string, body: string): HttpReply => ({
    status,
    headers: {
      'content-type': contentType,
      ...(fault.retryAfter === null ? {} : { 'retry-after': String(fault.retryAfter) }),
    },
    body: Buffer.from(body),
  });
  if (fault.fault === 'status-429') return page(429, 'application/json', '{"message":"Too Many Requests"}');
  if (fault.fault === 'html') return page(fault.status ?? 200, 'text/html; charset=UTF-8', outagePage);
  const status = /^status-(\d{3})$/.exec(fault.fault)?.[1];
  return status === undefined ? null : page(Number(status), 'text/html; charset=UTF-8', outagePage);
}
