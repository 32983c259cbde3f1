import { context, propagation, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api';
import { httpSeconds } from './metrics.ts';

interface HttpRequest {
  readonly method: string;
  readonly requestId: string;
  /** Of which a caller's `traceparent` is read: the host product's own trace goes on here. */
  readonly headers: Readonly<Record<string, string>>;
}
interface HttpAnswer {
  /** The address's pattern, never the address itself: few, and no ids. */
  readonly route: string;
  readonly status: number;
}

/** Counts a request and makes it a span, under which everything happens that it sets off. */
export async function observeHttpRequest(
  { method, requestId, headers }: HttpRequest,
  answer: () => Promise<HttpAnswer>,
): Promise<void> {
  const startedAtMs = performance.now();
  const attributes = { 'http.request.method': method, 'bokslut.request_id': requestId };
  await context.with(propagation.extract(context.active(), headers), () =>
    trace
      .getTracer('bokslut')
      .startActiveSpan(`HTTP ${method}`, { kind: SpanKind.SERVER, attributes }, async (span) => {
        try {
          const { route, status } = await answer();
          httpSeconds.observe({ method, route, status }, (performance.now() - startedAtMs) / 1_000);
          span.updateName(`${method} ${route}`);
          span.setAttributes({ 'http.route': route, 'http.response.status_code': status });
          if (status >= 500) span.setStatus({ code: SpanStatusCode.ERROR });
        } finally {
          span.end();
        }
      }),
  );
}
