import type { FirmTransaction } from '../../db/database.ts';
import { listHistory } from '../../db/stores/history.ts';
import { actorNames } from '../../db/stores/users.ts';
import type { HistoryDocument } from '../../documents/content.ts';
import type { Frame } from '../../documents/frame.ts';
import { historyEntry } from '../../documents/history-entry.ts';

/** The processing history as a document: who, what, when, and which revision, snapshot or voucher it concerned. */
export async function historyDocument(
  tx: FirmTransaction,
  frame: Frame,
  engagementId: string,
): Promise<HistoryDocument> {
  const entries = await listHistory(tx, engagementId);
  const names = await actorNames(
    tx,
    entries.map((entry) => entry.actor),
  );
  return {
    ...frame,
    entries: entries.map((entry) => historyEntry(entry, names.get(entry.actor) ?? entry.actor)),
  };
}
