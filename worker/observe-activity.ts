import type { Context } from '@temporalio/activity';
import { ApplicationFailure } from '@temporalio/common';
import type { ActivityInterceptors } from '@temporalio/worker';
import type { ImportedSnapshot } from '../activities/contract.ts';
import { withLogFields } from '../telemetry/log.ts';
import type { LogFields } from '../telemetry/log.ts';
import { importRows, importSeconds, stepFailures, voucherFinds, voucherSends } from '../telemetry/metrics.ts';

/**
 * Around every step: its log lines carry the close, the firm and the attempt, and what it came to is counted. The steps
 * themselves know nothing of it.
 */
export function observeActivity({ info }: Context): ActivityInterceptors {
  return {
    inbound: {
      execute: (input, next) =>
        withLogFields(fieldsOf(info, input.args[0]), async () => {
          const startedAtMs = performance.now();
          try {
            const result = await next(input);
            count(info.activityType, result, (performance.now() - startedAtMs) / 1_000);
            return result;
          } catch (error) {
            const code = error instanceof ApplicationFailure ? error.type : undefined;
            stepFailures.inc({ step: info.activityType, code: code ?? 'cancelled' });
            throw error;
          }
        }),
    },
  };
}

const idNames = ['firmId', 'engagementId', 'connectionId', 'approvalId', 'orderId'] as const;

function fieldsOf({ activityType, attempt, workflowExecution }: Context['info'], input: unknown): LogFields {
  const { requestId, ...ids } = input as Partial<Record<(typeof idNames)[number] | 'requestId', string>>;
  return {
    activity: activityType,
    attempt,
    ...(workflowExecution && { workflowId: workflowExecution.workflowId, runId: workflowExecution.runId }),
    ...(requestId && { importId: requestId }),
    ...Object.fromEntries(idNames.flatMap((name) => (ids[name] ? [[name, ids[name]]] : []))),
  };
}

function count(activity: string, result: unknown, seconds: number): void {
  if (activity === 'importBooks') {
    importRows.inc((result as ImportedSnapshot).rows);
    importSeconds.observe(seconds);
  }
  if (activity === 'sendVoucher') voucherSends.inc({ outcome: String(result) });
  if (activity === 'findVoucher') voucherFinds.inc({ outcome: String(result) });
}
