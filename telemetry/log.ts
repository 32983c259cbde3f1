import { AsyncLocalStorage } from 'node:async_hooks';
import { trace } from '@opentelemetry/api';
import { pino } from 'pino';
import type { DestinationStream, Logger } from 'pino';

/** What a line of the log is about: opaque ids alone, so that a close, a firm or a request can be followed through all processes. */
export interface LogFields {
  /** The id of the HTTP request, which its answer carries as X-Request-Id. */
  requestId?: string;
  firmId?: string;
  /** The close. */
  engagementId?: string;
  connectionId?: string;
  /** What was asked for over HTTP and is done by a worker later: an import, an approval and the order that came of it. */
  importId?: string;
  approvalId?: string;
  orderId?: string;
  workflowId?: string;
  runId?: string;
  activity?: string;
  attempt?: number;
}

const current = new AsyncLocalStorage<LogFields>();

/** Every line that is written while the work runs, by whatever part, carries the fields. */
export const withLogFields = <T>(fields: LogFields, work: () => T): T =>
  current.run({ ...current.getStore(), ...fields }, work);

/** Adds what only shows itself on the way: who asks is known after the key was looked up. */
export function addLogFields(fields: LogFields): void {
  Object.assign(current.getStore() ?? {}, fields);
}

/** JSON lines on standard output, each with the ids of what it is about and, while traces are sent, the trace's. */
export function createLog(process_: 'worker' | 'server', level: string, to?: DestinationStream): Logger {
  const options = {
    level,
    base: { process: process_, pid: process.pid },
    mixin: () => ({ ...current.getStore(), ...traceId() }),
  };
  return to ? pino(options, to) : pino(options);
}

function traceId(): { traceId?: string } {
  const span = trace.getActiveSpan()?.spanContext();
  return span ? { traceId: span.traceId } : {};
}
