import { context } from '@opentelemetry/api';
import type { Context } from '@opentelemetry/api';
import { extractContextFromHeaders } from '@temporalio/interceptors-opentelemetry/lib/instrumentation.js';
import type { WorkflowInterceptorsFactory } from '@temporalio/workflow';
import type { ApprovalInput } from '../activities/contract.ts';
import type { ImportRequested } from './messages.ts';

/**
 * Puts each step into the trace of the request that it comes of: the one that started the workflow, asked for the import or gave
 * the approval. By itself all would stand under the workflow's own span, in the trace of whoever started it, and that span is sent
 * only when the workflow ends, weeks later.
 *
 * The step that takes up a message has its id in its input; those that follow come of the same request, since a close does one thing at a
 * time. A retry carries no id: what is tried again still comes of what was asked first. Around OpenTelemetry's own interceptors,
 * which must come after in the bundle; loaded only where traces are sent. Changes headers alone, so every history replays.
 */
export const interceptors: WorkflowInterceptorsFactory = () => {
  const asked = new Map<string, Context>();
  let request: Context | undefined;
  const inTrace = <T>(call: () => T): T => (request ? context.with(request, call) : call());
  return {
    inbound: [
      {
        execute(input, next) {
          request = extractContextFromHeaders(input.headers);
          return next(input);
        },
        handleSignal(input, next) {
          const id = messageIdOf(input.args[0]);
          const from = extractContextFromHeaders(input.headers);
          if (id !== undefined && from) asked.set(id, from);
          return next(input);
        },
      },
    ],
    outbound: [
      {
        scheduleActivity(input, next) {
          const id = messageIdOf(input.args[0]);
          if (id !== undefined) request = asked.get(id) ?? request;
          return inTrace(() => next(input));
        },
        startChildWorkflowExecution: (input, next) => inTrace(() => next(input)),
        signalWorkflow: (input, next) => inTrace(() => next(input)),
      },
    ],
  };
};

/** Of an import that was asked for or an approval that was given, in the message and in the step's input alike. */
function messageIdOf(input: unknown): string | undefined {
  const { requestId, approvalId } = (input ?? {}) as Partial<ImportRequested & ApprovalInput>;
  return requestId ?? approvalId;
}
