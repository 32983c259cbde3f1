import { eq } from 'drizzle-orm';
import type { EndReason } from '../db/schema/engagement.ts';
import { engagements } from '../db/schema/engagement.ts';
import type { FirmTransaction } from '../db/database.ts';
import { endConnection, lockConnection } from '../db/stores/connections.ts';
import type { Connection } from '../db/stores/connections.ts';
import { recordHistory } from '../db/stores/history.ts';
import { ensureNotification } from '../db/stores/notifications.ts';
import type { ActivityContext } from './context.ts';
import type { Activities } from './contract.ts';
import { passing } from './failures.ts';

/**
 * Ends a login and answers which closes must be told. Unusable at once: nothing refreshes or calls with it from the first
 * commit on. Then revoked at Fortnox, after which the tokens are deleted; a passing problem while Fortnox does not answer.
 */
export function createEndLogin(context: ActivityContext): Activities['endLogin'] {
  const { database, custody, crashPoint } = context;

  return async ({ firmId, connectionId, reason }) => {
    const { companyId } = await database.forFirm(firmId, (tx) =>
      endHere(tx, connectionId, reason, new Date(context.now())),
    );
    crashPoint?.('login.after-end');
    if ((await custody.revoke(firmId, connectionId)) === 'retry') throw revocationPending();
    crashPoint?.('login.after-revoke');
    const engagementIds = await database.forFirm(firmId, async (tx) => {
      const concerned = await tx.db
        .select({ id: engagements.id })
        .from(engagements)
        .where(eq(engagements.companyId, companyId));
      return concerned.map(({ id }) => id);
    });
    return { engagementIds };
  };
}

/** Ends the connection's row, with its line of history and its notification; an ended one stays as it is. Revocation is still to come. */
export async function endHere(
  tx: FirmTransaction,
  connectionId: string,
  reason: EndReason,
  at: Date,
): Promise<Connection> {
  const before = await lockConnection(tx, connectionId);
  const connection = await endConnection(tx, connectionId, { reason, at, revoke: true });
  const toldByWhoDisconnected = before.endReason === 'disconnected';
  if (!toldByWhoDisconnected) {
    await recordHistory(tx, {
      actor: 'system',
      event: 'login.ended',
      details: { connectionId, reason: connection.endReason },
      onceKey: `login.ended/${connectionId}`,
    });
  }
  await ensureNotification(tx, {
    kind: 'login.ended',
    dueKey: `login.ended/${connectionId}`,
    connectionId,
    details: { reason: connection.endReason },
  });
  return connection;
}

const revocationPending = () =>
  passing({
    code: 'connection.revocation-pending',
    what: 'Inloggningen är avslutad här, men Fortnox har ännu inte bekräftat att den är återkallad.',
    advice: 'Programmet försöker igen av sig självt; du behöver inte göra något.',
  });
