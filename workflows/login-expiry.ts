import {
  CancellationScope,
  condition,
  getExternalWorkflowHandle,
  setCurrentDetails,
  setHandler,
} from '@temporalio/workflow';
import type { LoginEndReason } from '../activities/contract.ts';
import { loginActivities } from './activity-proxies.ts';
import { closeWorkflowId, loginEndRequested, loginExpired, loginRenewed } from './messages.ts';
import type { LoginExpiryInput } from './messages.ts';
import { utc } from './utc.ts';

/**
 * Watches one login: reminds 7 days and 1 day before, and ends it 30 days after the last import or export.
 *
 * The deadline's truth is the connection's row. On waking it is read again, so a renewal whose signal was lost only
 * moves the picture in the UI, never the deadline.
 */
export function loginExpiry(input: LoginExpiryInput): Promise<Ended> {
  // A login that nobody watches would never be revoked: `loginEndRequested` ends it, Temporal's cancellation does not.
  return CancellationScope.nonCancellable(() => watch(input));
}

interface Ended {
  readonly ended: LoginEndReason;
}

async function watch(input: LoginExpiryInput): Promise<Ended> {
  const { firmId, connectionId, durations } = input;
  const login = { firmId, connectionId };
  const act = loginActivities(durations);
  let renewals = 0;
  let endReason: LoginEndReason | undefined;
  /** Reminders already given, by deadline and days left. */
  const reminded = new Set<string>();

  setHandler(loginRenewed, () => void (renewals += 1), {
    description: "The connection's row has changed: it is read again. No argument.",
  });
  setHandler(loginEndRequested, ({ reason }) => void (endReason ??= reason), {
    description: 'End the login now: {"reason": "disconnected"}. Revokes at Fortnox and deletes the tokens.',
  });

  async function end(reason: LoginEndReason): Promise<Ended> {
    setCurrentDetails(
      `Ends the login (${reason}): revokes at Fortnox until that is certain, deletes the tokens.`,
    );
    const { engagementIds } = await act.endLogin({ ...login, reason });
    await Promise.all(engagementIds.map((id) => tell(id, reason)));
    setCurrentDetails(
      `The login has ended (${reason}): revoked at Fortnox, tokens deleted, its closes told.`,
    );
    return { ended: reason };
  }

  async function tell(engagementId: string, reason: LoginEndReason): Promise<void> {
    try {
      await getExternalWorkflowHandle(closeWorkflowId(engagementId)).signal(loginExpired, {
        connectionId,
        reason,
      });
    } catch {
      // The close has ended meanwhile; there is nobody to tell.
    }
  }

  for (;;) {
    const term = await act.readLogin(login);
    if (term.state === 'ended') return end(term.reason);
    const { expiresAtMs } = term;
    if (Date.now() >= expiresAtMs) return end('expired');

    const dueDays = durations.reminderDays.filter(
      (days) => Date.now() >= expiresAtMs - days * durations.dayMs,
    );
    const daysLeft = dueDays.length > 0 ? Math.min(...dueDays) : undefined;
    if (daysLeft !== undefined && !reminded.has(`${expiresAtMs}/${daysLeft}`)) {
      await act.remindLogin({ ...login, daysLeft, expiresAtMs });
      reminded.add(`${expiresAtMs}/${daysLeft}`);
    }

    const wakeAtMs = nextWake(expiresAtMs, durations.reminderDays, durations.dayMs);
    setCurrentDetails(waitingText(expiresAtMs, wakeAtMs));
    const renewalsBefore = renewals;
    await condition(() => renewals > renewalsBefore || endReason !== undefined, wakeAtMs - Date.now(), {
      summary: 'until the next reminder or the end of the 30 days',
    });
    if (endReason !== undefined) return end(endReason);
  }
}

/** The next reminder that lies ahead, or the end. */
function nextWake(expiresAtMs: number, reminderDays: readonly number[], dayMs: number): number {
  const reminders = reminderDays.map((days) => expiresAtMs - days * dayMs).filter((at) => at > Date.now());
  return Math.min(expiresAtMs, ...reminders);
}

/** In Markdown, for the Temporal UI. */
const waitingText = (expiresAtMs: number, wakeAtMs: number): string =>
  [
    `Waits while the login is good: until **${utc(expiresAtMs)}**, and longer with each import or export that a person asks for.`,
    wakeAtMs < expiresAtMs
      ? `Reminds at ${utc(wakeAtMs)}.`
      : 'Then it is revoked; its closes wait for a new one.',
    '**Signals that it takes now**',
    [
      "- `loginRenewed`: read the connection's row again",
      '- `loginEndRequested` `{"reason": "disconnected"}`: end the login now',
    ].join('\n'),
  ].join('\n\n');
