import { getEngagement } from '../../db/stores/engagements.ts';
import { listHistory } from '../../db/stores/history.ts';
import type { HistoryEntry } from '../../db/stores/history.ts';
import { actorNames } from '../../db/stores/users.ts';
import type { Caller, ClientContext } from './context.ts';

export type HistoryLine = HistoryEntry & {
  /** The actor as people know it. */
  readonly who: string;
};

/** The processing history (behandlingshistorik), oldest first. */
export async function closeHistory(
  { database }: ClientContext,
  { firmId }: Caller,
  engagementId: string,
): Promise<HistoryLine[]> {
  return database.forFirm(firmId, async (tx) => {
    await getEngagement(tx, engagementId);
    const entries = await listHistory(tx, engagementId);
    const names = await actorNames(
      tx,
      entries.map((entry) => entry.actor),
    );
    return entries.map((entry) => ({ ...entry, who: names.get(entry.actor) ?? entry.actor }));
  });
}
