import type { FirmTransaction } from '../../db/database.ts';
import { getEngagement } from '../../db/stores/engagements.ts';
import { listHistory } from '../../db/stores/history.ts';

/** How the engagement's present run ended, by the processing history; undefined while it has not. */
export async function endOfRun(
  tx: FirmTransaction,
  engagementId: string,
): Promise<'completed' | 'cancelled' | undefined> {
  const { run } = await getEngagement(tx, engagementId);
  for (const { event, details } of (await listHistory(tx, engagementId)).toReversed()) {
    if ((details as { readonly run?: number }).run !== run) continue;
    if (event === 'engagement.completed') return 'completed';
    if (event === 'engagement.cancelled') return 'cancelled';
  }
  return undefined;
}
