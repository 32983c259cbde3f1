import type { OpenTelemetryPlugin } from '@temporalio/interceptors-opentelemetry';

export interface Tracing {
  /** For Temporal's client, worker and workflow bundle: carries the trace along in headers, never in arguments. */
  readonly plugin: OpenTelemetryPlugin;
  /** Sends what is left. */
  end(): Promise<void>;
}

/**
 * Traces from the HTTP request through workflow and activity to the request at Fortnox, sent by OTLP over HTTP. Off, and not
 * even loaded, unless OTEL_EXPORTER_OTLP_ENDPOINT says where to; OpenTelemetry's other OTEL_ variables are read by its SDK.
 */
export async function startTracing(
  service: 'worker' | 'server',
  environment: Readonly<Record<string, string | undefined>>,
): Promise<Tracing | undefined> {
  if (!environment['OTEL_EXPORTER_OTLP_ENDPOINT']) return undefined;
  const { createTracing } = await import('./tracing-sdk.ts');
  return createTracing(environment['OTEL_SERVICE_NAME'] || `bokslut-${service}`);
}
