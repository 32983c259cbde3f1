import { recordHistory } from '../db/stores/history.ts';
import { ensureNotification } from '../db/stores/notifications.ts';
import { getEngagement } from '../db/stores/engagements.ts';
import type { ActivityContext } from './context.ts';
import type { Activities } from './contract.ts';

export function createEndEngagement({ database }: ActivityContext): Activities['endEngagement'] {
  return ({ firmId, engagementId, outcome }) =>
    database.forFirm(firmId, async (tx) => {
      const { run } = await getEngagement(tx, engagementId);
      await recordHistory(tx, {
        actor: 'system',
        event: `engagement.${outcome}`,
        engagementId,
        details: { run },
        onceKey: `engagement.${outcome}/${engagementId}/${run}`,
      });
      await ensureNotification(tx, {
        kind: `close.${outcome}`,
        dueKey: `close.${outcome}/${engagementId}/${run}`,
        engagementId,
        details: { run },
      });
    });
}
