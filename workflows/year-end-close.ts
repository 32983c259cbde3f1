import {
  allHandlersFinished,
  CancellationScope,
  condition,
  continueAsNew,
  patched,
  setCurrentDetails,
  setHandler,
  sleep,
  upsertSearchAttributes,
  uuid4,
  workflowInfo,
} from '@temporalio/workflow';
import type { ProblemDetails } from '../accounting/problem.ts';
import type { ApprovalInput, LoginTerm, OpenedExport, VoucherInput } from '../activities/contract.ts';
import { closeActivities } from './activity-proxies.ts';
import { detailsOf, statusOf } from './close-status.ts';
import { startLoginExpiry, tellLoginExpiry } from './login-watch.ts';
import {
  adjustmentsApproved,
  cancelRequested,
  connectionEstablished,
  importRequested,
  loginExpired,
  retryRequested,
  status,
} from './messages.ts';
import type { CloseInput, CloseResult, CloseState, ImportRequested, Phase } from './messages.ts';
import { isLoginProblem, problemOf } from './problems.ts';
import { isWelcome, watchImport } from './watch-import.ts';
import {
  financialYearEndKey,
  firmIdKey,
  loginExpiresAtKey,
  needsAttentionKey,
  phaseKey,
} from './search-attributes.ts';

/** A person called the close off before anything was sent. */
class Cancelled extends Error {}
/** A new approval or import was asked for while an export stood still: the close goes back to adjusting first. */
class Superseded extends Error {}

/**
 * A year-end close from login to binder:
 * connect → import → generate attachments → adjust ⇄ (import | export) → export → complete.
 *
 * Errors that a person can mend never end the run: they put it in *attention*, and `retryRequested` resumes the same
 * step. A step that needs a login waits for one and goes on where it stood.
 *
 * Not async, nor is any function that only passes a promise on: of every promise that is pending while a close waits for
 * weeks the SDK keeps the stack, some kilobytes.
 */
export function yearEndClose(input: CloseInput): Promise<CloseResult> {
  const { cancelRequested: calledOff } = CancellationScope.current();
  return CancellationScope.nonCancellable(() => close(input, calledOff));
}

/** @param calledOff rejects when Temporal is asked to cancel the workflow, which means no more than `cancelRequested` does */
async function close(input: CloseInput, calledOff: Promise<never>): Promise<CloseResult> {
  const { firmId, engagementId, durations } = input;
  const ids = { firmId, engagementId };
  const act = closeActivities(durations);
  const state: CloseState = input.carried ?? freshState(input);
  /** What is under way is being settled before the close turns elsewhere: nothing interrupts that. */
  let settling = false;
  /** What the search attributes say, as text to compare by. */
  let shown = '';
  /** The login that the step at work was given. */
  let used: string | undefined;

  // Messages

  const once = (id: string): boolean => !state.seenMessages.includes(id) && state.seenMessages.push(id) > 0;

  setHandler(status, () => statusOf(state, input.source), {
    description: 'Phase, login, attention and what may be done next.',
  });
  setHandler(
    connectionEstablished,
    ({ connectionId }) => {
      state.connectionId = connectionId;
      delete state.loginEnd;
      delete state.loginExpiresAtMs;
      state.retries += 1;
      describe();
    },
    {
      description:
        'A login at Fortnox is stored and confirmed: {"connectionId": "…"}. Resumes a waiting step.',
    },
  );
  setHandler(
    importRequested,
    (request) => void (isWelcome(request, state) && once(request.requestId) && state.imports.push(request)),
    {
      description:
        'Import the books again: {"requestId": "any new id", "requestedBy": "person"}. Taken while adjusting.',
    },
  );
  setHandler(
    adjustmentsApproved,
    ({ approvalId }) => void (once(approvalId) && state.approvals.push(approvalId)),
    { description: 'An approval is stored: {"approvalId": "…"}. Starts the export of what it names.' },
  );
  setHandler(retryRequested, () => void (state.retries += 1), {
    description: 'The problem under attention is mended: try the same step again. No argument.',
  });
  const callOff = (): void => void (state.cancelRequested = !state.vouchersSent);
  calledOff.catch(callOff);
  setHandler(cancelRequested, callOff, {
    description: 'Call the close off. Has no effect once a voucher has been sent to Fortnox. No argument.',
  });
  setHandler(
    loginExpired,
    ({ connectionId, reason }) => {
      if (connectionId !== state.connectionId) return;
      state.loginEnd = reason;
      // An accountant may go on for weeks without a login: whoever looks for such closes finds this one from now on.
      if (patched('login-end-shown')) show();
      else describe();
    },
    {
      description:
        'The login has ended (sent by login-expiry): {"connectionId": "…", "reason": "expired|revoked|disconnected"}.',
    },
  );

  // Steps

  /** Runs a step until it succeeds: waits for a login when that is what lacks, for a person when something must be mended. */
  async function step<T>(name: string, run: () => Promise<T>): Promise<T> {
    for (;;) {
      try {
        return await run();
      } catch (error) {
        const problem = problemOf(error);
        needsAttention(name, problem);
        if (!isLoginProblem(problem)) await personMends();
        else await loginMended();
      }
    }
  }

  function needsAttention(name: string, problem: ProblemDetails): void {
    state.attention = { ...problem, step: name, sinceMs: Date.now() };
  }

  /** The login turned out dead while it was used: its watcher is told, and the step waits for a new one, unless that has come just now. */
  async function loginMended(): Promise<void> {
    const dead = used ?? state.connectionId;
    if (dead === state.connectionId) state.loginEnd ??= 'revoked';
    if (dead !== undefined) await tellLoginExpiry(dead);
    await loginAvailable();
    delete state.attention;
    show();
  }

  const cancels = (): boolean => state.cancelRequested && !settling;

  async function personMends(): Promise<void> {
    const retriesBefore = state.retries;
    const supersedes = (): boolean =>
      !settling && state.phase === 'exporting' && state.approvals.length + state.imports.length > 0;
    show();
    await condition(() => state.retries > retriesBefore || cancels() || supersedes());
    delete state.attention;
    if (cancels()) throw new Cancelled();
    if (supersedes()) throw new Superseded();
    show();
  }

  /** Waits until there is a login that is good, and answers its connection. */
  async function loginAvailable(): Promise<string> {
    for (;;) {
      const { connectionId } = state;
      if (connectionId === undefined || state.loginEnd !== undefined) {
        show();
        await condition(() => (state.connectionId !== undefined && !state.loginEnd) || cancels());
        if (cancels()) throw new Cancelled();
      } else if (state.loginExpiresAtMs === undefined) {
        await verifyLogin(connectionId);
      } else {
        return (used = connectionId);
      }
    }
  }

  /** One check of a new login. Not a `step`: what is tried again afterwards may be another login. */
  async function verifyLogin(connectionId: string): Promise<void> {
    try {
      const term = await act.verifyConnection({ ...ids, connectionId });
      if (connectionId !== state.connectionId) return;
      delete state.attention;
      loginIs(term);
      await startLoginExpiry({ firmId, connectionId, durations });
    } catch (error) {
      const problem = problemOf(error);
      if (connectionId !== state.connectionId) return;
      needsAttention('verifyConnection', problem);
      if (!isLoginProblem(problem)) return personMends();
      state.loginEnd ??= 'revoked';
      // The watcher sees to it that the login is revoked at Fortnox, for certain.
      await startLoginExpiry({ firmId, connectionId, durations });
    }
  }

  async function renewed(term: LoginTerm): Promise<void> {
    const { connectionId } = state;
    if (connectionId === undefined) return;
    loginIs(term);
    if (!(await tellLoginExpiry(connectionId))) await startLoginExpiry({ firmId, connectionId, durations });
  }

  function loginIs(term: LoginTerm): void {
    if (term.state === 'valid') state.loginExpiresAtMs = term.expiresAtMs;
    else state.loginEnd = term.reason;
    show();
  }

  async function connect(): Promise<void> {
    enter('awaitingConnection');
    if (input.source === 'fortnox') await loginAvailable();
    else await condition(() => state.imports.length > 0 || state.cancelRequested);
    if (state.cancelRequested) throw new Cancelled();
  }

  async function importBooks(request: ImportRequested): Promise<void> {
    enter('importing');
    const imported = await step('importBooks', async () =>
      act.importBooks({
        ...ids,
        ...request,
        ...(input.source === 'fortnox' && { connectionId: await loginAvailable() }),
      }),
    );
    state.snapshot = { id: imported.snapshotId, hash: imported.snapshotHash };
    if (imported.login) await renewed(imported.login);

    enter('generatingAttachments');
    await step('generateAttachments', () =>
      act.generateAttachments({ ...ids, snapshotId: imported.snapshotId }),
    );
  }

  async function exportAdjustments(approval: ApprovalInput): Promise<'final' | 'more' | 'stale'> {
    enter('exporting');
    const order = await step('openExport', async () => {
      if (input.source === 'fortnox') await loginAvailable();
      return act.openExport(approval);
    });
    if (order.outcome === 'stale') {
      needsAttention('openExport', order.problem);
      return 'stale';
    }
    const { orderId, final } = order;
    try {
      await sendVouchers(order);
    } catch (error) {
      if (error instanceof Cancelled || error instanceof Superseded) await giveUp(orderId);
      throw error;
    }
    await step('linkAttachments', () => act.linkAttachments({ ...ids, orderId }));
    const { login } = await step('closeExport', () => act.closeExport({ ...ids, orderId }));
    if (login) await renewed(login);
    return final ? 'final' : 'more';
  }

  /** What has not been sent of an order is withdrawn, so that it can be changed and approved anew. */
  async function giveUp(orderId: string): Promise<void> {
    settling = true;
    await step('giveUpExport', () => act.giveUpExport({ ...ids, orderId }));
    settling = false;
  }

  async function sendVouchers(order: OpenedExport & { outcome: 'opened' }): Promise<void> {
    const { orderId, total, remaining } = order;
    state.export = { orderId, total, confirmed: total - remaining.length };
    for (const position of remaining) {
      if (state.cancelRequested && !state.vouchersSent) throw new Cancelled();
      show();
      await sendVoucher(orderId, position);
      state.export.confirmed += 1;
    }
    show();
  }

  /** Exactly once: one attempt; when its outcome is unknown, find it by its marker; only a voucher known absent is sent again. */
  async function sendVoucher(orderId: string, position: number): Promise<void> {
    const voucher: VoucherInput = { ...ids, orderId, position };
    for (;;) {
      const sent = await step('sendVoucher', async () => {
        await loginAvailable();
        state.vouchersSent = true;
        describe();
        return act.sendVoucher(voucher).catch(outcomeUnknown);
      });
      if (sent === 'confirmed' || (await voucherFound(voucher))) return;
    }
  }

  async function voucherFound(voucher: VoucherInput): Promise<boolean> {
    const find = (settled: boolean) =>
      step('findVoucher', async () => {
        await loginAvailable();
        return act.findVoucher({ ...voucher, settled, settlingDelayMs: durations.settlingDelayMs });
      });
    const outcome = await find(false);
    if (outcome !== 'notYet') return outcome === 'confirmed';
    state.settlingUntilMs = Date.now() + durations.settlingDelayMs;
    describe();
    await sleep(durations.settlingDelayMs, {
      summary: 'until Fortnox can no longer commit the lost request',
    });
    delete state.settlingUntilMs;
    describe();
    return (await find(true)) === 'confirmed';
  }

  async function complete(): Promise<CloseResult> {
    enter('completing');
    const binder = await step('assembleBinder', () => act.assembleBinder(ids));
    await step('endEngagement', () => act.endEngagement({ ...ids, outcome: 'completed' }));
    enter('completed');
    return { outcome: 'completed', binderId: binder.fileId };
  }

  // What others see

  function enter(phase: Phase): void {
    state.phase = phase;
    state.phaseSinceMs = Date.now();
    show();
  }

  // Functions, since a message that came before the first step is taken while the handlers are set.
  function describe(): void {
    setCurrentDetails(detailsOf(state, input.source));
  }

  function show(): void {
    describe();
    if (!input.searchAttributes) return;
    const seen = [state.phase, state.attention?.code, state.loginEnd ? undefined : state.loginExpiresAtMs];
    if (JSON.stringify(seen) === shown) return;
    shown = JSON.stringify(seen);
    upsertSearchAttributes([
      { key: firmIdKey, value: firmId },
      { key: financialYearEndKey, value: new Date(`${input.financialYearEnd}T00:00:00Z`) },
      { key: phaseKey, value: state.phase },
      { key: needsAttentionKey, value: state.attention?.code ?? null },
      {
        key: loginExpiresAtKey,
        value: state.loginExpiresAtMs && !state.loginEnd ? new Date(state.loginExpiresAtMs) : null,
      },
    ]);
  }

  /** Long before Temporal's limits a run goes on as a new one, with the same id and everything that it remembers. */
  async function roomForMore(): Promise<void> {
    const { historyLength, continueAsNewSuggested } = workflowInfo();
    if (!continueAsNewSuggested && historyLength < durations.historyEvents) return;
    await condition(allHandlersFinished);
    await continueAsNew<typeof yearEndClose>({ ...input, carried: state });
  }

  // The close

  try {
    if (!state.snapshot) {
      await connect();
      await importBooks(state.imports.shift() ?? { requestId: uuid4(), requestedBy: 'person' });
    }
    for (;;) {
      enter('adjusting');
      await roomForMore();
      await condition(() => state.approvals.length + state.imports.length > 0 || state.cancelRequested);
      const isWatch = state.imports[0]?.requestedBy === 'watch' && !state.cancelRequested;
      if (!isWatch) delete state.attention;
      if (state.cancelRequested) throw new Cancelled();

      const request = state.imports.shift();
      if (request && isWatch) {
        await watchImport(act, ids, state, request);
        continue;
      }
      if (request) {
        await importBooks(request);
        continue;
      }
      const approvalId = state.approvals.shift() ?? '';
      try {
        if ((await exportAdjustments({ ...ids, approvalId })) === 'final') return await complete();
      } catch (error) {
        if (!(error instanceof Superseded)) throw error;
      }
    }
  } catch (error) {
    if (!(error instanceof Cancelled)) throw error;
    settling = true;
    await step('endEngagement', () => act.endEngagement({ ...ids, outcome: 'cancelled' }));
    enter('cancelled');
    return { outcome: 'cancelled' };
  }
}

function freshState(input: CloseInput): CloseState {
  return {
    phase: 'awaitingConnection',
    ...(input.connectionId !== undefined && { connectionId: input.connectionId }),
    vouchersSent: false,
    imports: [],
    approvals: [],
    seenMessages: [],
    retries: 0,
    cancelRequested: false,
  };
}

/** An attempt that died on the way (worker killed, database gone) may have been committed: never a reason to send again. */
function outcomeUnknown(error: unknown): 'unknown' {
  const { code } = problemOf(error);
  if (code === 'step.timed-out' || code === 'step.failed') return 'unknown';
  throw error;
}
