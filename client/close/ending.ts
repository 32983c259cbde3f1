import type { FirmTransaction } from '../../db/database.ts';
import { getEngagement } from '../../db/stores/engagements.ts';
import { endingOf } from '../../db/stores/history.ts';

/** How the engagement's present run ended, by the processing history; undefined while it has not. */
export async function endOfRun(
  tx: FirmTransaction,
  engagementId: string,
): Promise<'completed' | 'cancelled' | undefined> {
  const { run } = await getEngagement(tx, engagementId);
  return endingOf(tx, engagementId, run);
}
