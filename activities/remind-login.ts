import { ensureNotification } from '../db/stores/notifications.ts';
import type { ActivityContext } from './context.ts';
import type { Activities } from './contract.ts';

/** Writes the reminder down once per deadline and number of days; what sends notifications takes it from there. */
export function createRemindLogin({ database }: ActivityContext): Activities['remindLogin'] {
  return async ({ firmId, connectionId, daysLeft, expiresAtMs }) => {
    await database.forFirm(firmId, (tx) =>
      ensureNotification(tx, {
        kind: 'login.expires',
        dueKey: `login.expires/${connectionId}/${expiresAtMs}/${daysLeft}`,
        connectionId,
        details: { daysLeft, expiresAt: new Date(expiresAtMs).toISOString() },
      }),
    );
  };
}
