import { proxyActivities, workflowInfo } from '@temporalio/workflow';
import type { ActivityOptions } from '@temporalio/workflow';
import type { Activities } from '../activities/contract.ts';
import type { Durations } from './durations.ts';
import { queueOf } from './task-queues.ts';

/** A close's activities, each with the time-outs and retries that its kind of work allows. */
export function closeActivities(durations: Durations) {
  const step: ActivityOptions = {
    startToCloseTimeout: durations.stepTimeoutMs,
    scheduleToCloseTimeout: durations.patienceMs,
    retry: { initialInterval: durations.firstRetryMs, backoffCoefficient: 2, maximumInterval: '1 minute' },
  };
  const long: ActivityOptions = {
    ...step,
    startToCloseTimeout: durations.importTimeoutMs,
    scheduleToCloseTimeout: durations.importTimeoutMs + durations.patienceMs,
    heartbeatTimeout: durations.heartbeatTimeoutMs,
  };
  const { taskQueue } = workflowInfo();
  const reading: ActivityOptions = { ...long, taskQueue: queueOf(taskQueue, 'imports') };
  const rendering: ActivityOptions = { ...long, taskQueue: queueOf(taskQueue, 'documents') };
  // No heartbeat: a false time-out would look like a lost request. No second attempt: a voucher could be posted twice.
  const once: ActivityOptions = {
    startToCloseTimeout: durations.sendTimeoutMs,
    retry: { maximumAttempts: 1 },
  };

  return {
    ...activity('verifyConnection', step, 'verify company, year, scopes and licences'),
    ...activity('importBooks', reading, "import the year's books"),
    ...activity('generateAttachments', rendering, 'make the attachments (bilagor)'),
    ...activity('reportMoves', step, 'tell of signed and approved figures that moved'),
    ...activity('openExport', step, 'pre-flight and intent rows'),
    ...activity('sendVoucher', once, 'post one voucher, one attempt'),
    ...activity('findVoucher', step, 'find a voucher by its marker'),
    ...activity('giveUpExport', step, 'withdraw what has not been sent'),
    ...activity('linkAttachments', rendering, 'upload the attachments and connect them'),
    ...activity('closeExport', step, 'close the export order'),
    ...activity('assembleBinder', rendering, 'put the binder (årsakt) together'),
    ...activity('endEngagement', step, 'write the end into the processing history'),
  };
}

/** A login's activities. Ending one is retried until Fortnox has answered, however long that takes. */
export function loginActivities(durations: Durations) {
  const patient: ActivityOptions = {
    startToCloseTimeout: durations.stepTimeoutMs,
    retry: { initialInterval: durations.firstRetryMs, backoffCoefficient: 2, maximumInterval: '1 hour' },
  };
  return {
    ...activity('readLogin', patient, "read the connection's row"),
    ...activity('remindLogin', patient, 'remind that the login runs out'),
    ...activity('endLogin', patient, 'revoke at Fortnox and delete the tokens'),
  };
}

/**
 * One activity by its name, with the line that the Temporal UI shows beside it. The SDK's proxy is made for each call: a
 * close that waits for weeks would hold a dozen of them in memory.
 */
function activity<Name extends keyof Activities>(
  name: Name,
  options: ActivityOptions,
  summary: string,
): Pick<Activities, Name> {
  const call: AnyActivity = (...input) => {
    const proxies = proxyActivities<Activities>({ ...options, summary });
    return (proxies[name] as unknown as AnyActivity)(...input);
  };
  return { [name]: call } as unknown as Pick<Activities, Name>;
}

type AnyActivity = (...input: never[]) => Promise<unknown>;
