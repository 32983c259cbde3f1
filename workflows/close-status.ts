import { isLoginProblem } from './problems.ts';
import { loginExpiryWorkflowId } from './messages.ts';
import type { Action, CloseInput, CloseState, CloseStatus, LoginStatus } from './messages.ts';
import { utc } from './utc.ts';

type Source = CloseInput['source'];

/** The one place where a close's status is made from its state. */
export function statusOf(state: CloseState, source: Source): CloseStatus {
  const login = loginOf(state);
  return {
    phase: state.phase,
    login,
    attention: state.attention ?? null,
    doing: doingOf(state, login, source),
    snapshot: state.snapshot ?? null,
    export: state.export ?? null,
    allowed: allowedOf(state, login, source),
  };
}

function loginOf({ connectionId, loginEnd, loginExpiresAtMs }: CloseState): LoginStatus {
  if (connectionId === undefined) return { state: 'none' };
  if (loginEnd !== undefined) return { state: loginEnd === 'expired' ? 'expired' : 'revoked', connectionId };
  if (loginExpiresAtMs === undefined) return { state: 'none' };
  return { state: 'valid', connectionId, expiresAtMs: loginExpiresAtMs };
}

const doing: Record<CloseState['phase'], string> = {
  awaitingConnection: 'Waits for a login at Fortnox (signal connectionEstablished).',
  importing: 'Imports the books from Fortnox.',
  generatingAttachments: 'Makes the attachments for receivables and payables.',
  adjusting: 'Waits for the accountant: an approval (adjustmentsApproved) or a new import (importRequested).',
  exporting: 'Sends the approved vouchers to Fortnox.',
  completing: 'Puts the binder together.',
  completed: 'Completed.',
  cancelled: 'Cancelled before anything was sent.',
};

/** The phases in which an uploaded file stands in for Fortnox. */
const doingWithFile: Partial<Record<CloseState['phase'], string>> = {
  awaitingConnection:
    'Waits for the SIE file: a person uploads it on the page, which asks for the import (importRequested).',
  importing: 'Imports the books from the uploaded SIE file.',
  exporting: 'Makes the order of the approved vouchers, for a person to enter them by.',
};

/** Phases that cannot go on without a login; the others need none. */
const needLogin: ReadonlySet<CloseState['phase']> = new Set(['awaitingConnection', 'importing', 'exporting']);

function doingOf(state: CloseState, login: LoginStatus, source: Source): string {
  const { attention, phase } = state;
  if (needLogin.has(phase) && login.state !== 'valid' && state.connectionId !== undefined && state.loginEnd) {
    return `Waits for a new login at Fortnox, then goes on with ${phase} (signal connectionEstablished).`;
  }
  if (attention && phase === 'adjusting') {
    return `Nothing was exported: ${attention.code}. Waits for a new approval (adjustmentsApproved) or import (importRequested).`;
  }
  if (attention) {
    return `Needs a person in step ${attention.step}: ${attention.code}. Mend it, then send retryRequested.`;
  }
  if (state.settlingUntilMs !== undefined) {
    return `A voucher was sent, its answer was lost, and Fortnox does not show it. Looks again at ${utc(state.settlingUntilMs)}, when Fortnox can no longer commit it; only then is it sent again.`;
  }
  if (source === 'sie') return doingWithFile[phase] ?? doing[phase];
  if (phase === 'exporting' && state.export) {
    return `Sends the approved vouchers to Fortnox: ${state.export.confirmed} of ${state.export.total} confirmed.`;
  }
  return doing[phase];
}

function allowedOf(state: CloseState, login: LoginStatus, source: Source): Action[] {
  const { phase, attention } = state;
  if (phase === 'completed' || phase === 'cancelled') return [];
  const allowed: Action[] = [];
  if (source === 'fortnox' && login.state !== 'valid') allowed.push('connect');
  if (phase === 'adjusting') allowed.push('import', 'approve');
  if (attention && phase !== 'adjusting' && !isLoginProblem(attention)) {
    allowed.push('retry');
    // Instead of mending it: what has not been sent is withdrawn, and the close goes back to adjusting.
    if (phase === 'exporting') allowed.push('import');
    if (attention.step === 'openExport') allowed.push('approve');
  }
  if (!state.vouchersSent) allowed.push('cancel');
  return allowed;
}

/** The signal behind each action, with what it carries. */
const signals: Readonly<Record<Action, string>> = {
  connect:
    '`connectionEstablished` `{"connectionId": "UUID"}`: a login at Fortnox is stored and confirmed; the page sends it',
  import: '`importRequested` `{"requestId": "any new id", "requestedBy": "person"}`: import the books again',
  approve: '`adjustmentsApproved` `{"approvalId": "UUID"}`: an approval is stored; the page sends it',
  retry:
    '`retryRequested`: what was wrong is mended, the same step again (a new login does the same by itself)',
  cancel:
    '`cancelRequested`: call the close off, as *Request Cancellation* does (*Terminate* and *Reset* would lose track of it)',
};

/**
 * The same in Markdown, for the Temporal UI: what it does or waits for, since when, what went wrong, which message to send.
 * The UI runs the items of a list within a list together, so there are none.
 */
export function detailsOf(state: CloseState, source: Source): string {
  const { phase, login, attention, doing: now, snapshot, export: sending, allowed } = statusOf(state, source);
  const since = state.phaseSinceMs === undefined ? '' : ` since ${utc(state.phaseSinceMs)}`;
  const blocks = [`**${phase}**${since}. ${now}`];
  if (attention) {
    blocks.push(
      `**Attention** since ${utc(attention.sinceMs)} in ${attention.step}: \`${attention.code}\``,
      `${attention.what} ${attention.advice}`,
    );
  }
  if (allowed.length > 0)
    blocks.push('**Signals that it takes now**', listed(allowed.map((action) => signals[action])));
  const holds = [source === 'sie' ? 'login: none is needed' : `login: ${loginText(login)}`];
  if (snapshot) holds.push(`snapshot: \`${snapshot.id}\` (${snapshot.hash.slice(0, 12)}…)`);
  if (sending)
    holds.push(`export order: \`${sending.orderId}\`, ${sending.confirmed} of ${sending.total} confirmed`);
  blocks.push('**What it holds**', listed(holds));
  return blocks.join('\n\n');
}

const listed = (items: readonly string[]): string => items.map((item) => `- ${item}`).join('\n');

function loginText(login: LoginStatus): string {
  if (login.state === 'none') return 'none';
  const watcher = `\`${loginExpiryWorkflowId(login.connectionId)}\``;
  return login.state === 'valid'
    ? `valid until ${utc(login.expiresAtMs)}, watched by ${watcher}`
    : `${login.state}, see ${watcher}`;
}
