import { condition, getExternalWorkflowHandle, setCurrentDetails, setHandler } from '@temporalio/workflow';
import type { LoginEndReason } from '../activities/contract.ts';
import { loginActivities } from './activity-proxies.ts';
import { closeWorkflowId, loginEndRequested, loginExpired, loginRenewed } from './messages.ts';
import type { LoginExpiryInput } from './messages.ts';

/**
 * Watches one login: reminds 7 days and 1 day before, and ends it 30 days after the last import or export.
 *
 * The deadline's truth is the connection's row. On waking it is read again, so a renewal whose signal was lost only
 * moves the picture in the UI, never the deadline.
 */
export async function loginExpiry(input: LoginExpiryInput): Promise<{ readonly ended: LoginEndReason }> {
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

  async function end(reason: LoginEndReason): Promise<{ readonly ended: LoginEndReason }> {
    setCurrentDetails(
      `Ends the login (${reason}): revokes at Fortnox until that is certain, deletes the tokens.`,
    );
    const { engagementIds } = await act.endLogin({ ...login, reason });
    await Promise.all(engagementIds.map((id) => tell(id, reason)));
    setCurrentDetails(`The login has ended (${reason}).`);
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
    setCurrentDetails(
      `Good until **${new Date(expiresAtMs).toISOString()}**. Wakes at ${new Date(wakeAtMs).toISOString()}.`,
    );
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
