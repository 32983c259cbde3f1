import { SpanKind, SpanStatusCode, trace } from '@opentelemetry/api';
import { fortnoxRequests, fortnoxRequestSeconds, limiterWaitSeconds } from './metrics.ts';

/** What is told of each request to Fortnox; `RequestLog` in fortnox/http.ts. */
interface RequestLine {
  readonly endpoint: string;
  readonly method: string;
  /** The address's pattern: no id, no query. */
  readonly path: string;
  readonly attempt: number;
  readonly waitedMs: number;
  readonly durationMs: number;
  readonly status?: number;
  readonly requestId?: string;
  readonly failure?: string;
}

/** Counts a request that was just made, and gives it a span in the trace under way. */
export function observeFortnoxRequest(line: RequestLine): void {
  fortnoxRequests.inc({ endpoint: line.endpoint, outcome: line.failure ?? 'ok' });
  fortnoxRequestSeconds.observe({ endpoint: line.endpoint }, line.durationMs / 1_000);
  limiterWaitSeconds.observe(line.waitedMs / 1_000);

  const endedAtMs = Date.now();
  const span = trace.getTracer('bokslut').startSpan(`Fortnox ${line.method} ${line.path}`, {
    kind: SpanKind.CLIENT,
    startTime: endedAtMs - line.durationMs,
    attributes: {
      'http.request.method': line.method,
      'url.template': line.path,
      'bokslut.fortnox.endpoint': line.endpoint,
      'bokslut.fortnox.attempt': line.attempt,
      'bokslut.fortnox.limiter_wait_ms': line.waitedMs,
      ...(line.status !== undefined && { 'http.response.status_code': line.status }),
      ...(line.requestId !== undefined && { 'bokslut.fortnox.request_id': line.requestId }),
    },
  });
  if (line.failure !== undefined) span.setStatus({ code: SpanStatusCode.ERROR, message: line.failure });
  span.end(endedAtMs);
}
