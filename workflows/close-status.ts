import { isLoginProblem } from './problems.ts';
import type { Action, CloseState, CloseStatus, LoginStatus } from './messages.ts';

/** The one place where a close's status is made from its state. */
export function statusOf(state: CloseState): CloseStatus {
  const login = loginOf(state);
  return {
    phase: state.phase,
    login,
    attention: state.attention ?? null,
    doing: doingOf(state, login),
    snapshot: state.snapshot ?? null,
    export: state.export ?? null,
    allowed: allowedOf(state, login),
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

/** Phases that cannot go on without a login; the others need none. */
const needLogin: ReadonlySet<CloseState['phase']> = new Set(['awaitingConnection', 'importing', 'exporting']);

function doingOf(state: CloseState, login: LoginStatus): string {
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
  if (state.phase === 'exporting' && state.export) {
    return `Sends the approved vouchers to Fortnox: ${state.export.confirmed} of ${state.export.total} confirmed.`;
  }
  return doing[state.phase];
}

function allowedOf(state: CloseState, login: LoginStatus): Action[] {
  const { phase, attention } = state;
  if (phase === 'completed' || phase === 'cancelled') return [];
  const allowed: Action[] = [];
  if (login.state !== 'valid') allowed.push('connect');
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
  retry: '`retryRequested`: what was wrong is mended, the same step again',
  cancel: '`cancelRequested`: call the close off',
};

/** The same in Markdown, for the Temporal UI: what it does or waits for, since when, what went wrong, which message to send. */
export function detailsOf(state: CloseState): string {
  const { phase, login, attention, doing: now, snapshot, export: sending, allowed } = statusOf(state);
  const since = state.phaseSinceMs === undefined ? '' : ` since ${timeOf(state.phaseSinceMs)}`;
  const lines = [`**${phase}**${since}. ${now}`, '', `- login: ${login.state}${expiry(login)}`];
  if (snapshot) lines.push(`- snapshot: \`${snapshot.id}\` (${snapshot.hash.slice(0, 12)}…)`);
  if (sending)
    lines.push(`- export order \`${sending.orderId}\`: ${sending.confirmed} of ${sending.total} confirmed`);
  if (attention) {
    lines.push(
      `- **attention** since ${timeOf(attention.sinceMs)} in ${attention.step}: \`${attention.code}\``,
      `  - ${attention.what}`,
      `  - ${attention.advice}`,
    );
  }
  if (allowed.length > 0)
    lines.push('- signals that it takes now:', ...allowed.map((action) => `  - ${signals[action]}`));
  return lines.join('\n');
}

const expiry = (login: LoginStatus): string =>
  login.state === 'valid' ? ` until ${timeOf(login.expiresAtMs)}` : '';

const timeOf = (ms: number): string => new Date(ms).toISOString();
