import { getEngagement } from '../../db/stores/engagements.ts';
import type { Engagement } from '../../db/stores/engagements.ts';
import { frameRows } from '../../db/stores/frame-rows.ts';
import type { Snapshot } from '../../db/stores/snapshots.ts';
import { frameOf } from '../../documents/frame.ts';
import type { Frame } from '../../documents/frame.ts';
import { importedSnapshot } from './adjustments.ts';
import type { Caller, ClientContext } from './context.ts';
import type { Download } from './files.ts';

/** What every document that is made on demand shares: its frame and its form. */

/** A printed document is read, a workbook reckoned with. */
export type PrintType = 'pdf' | 'xlsx';

const mediaTypes = {
  pdf: 'application/pdf',
  xlsx: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
} as const;

export const printed = (name: string, type: PrintType, bytes: Uint8Array): Download => ({
  name: `${name}.${type}`,
  mediaType: mediaTypes[type],
  bytes,
});

/** Of the latest import. @throws Problem `adjustments.nothing-imported` */
export async function frameNow(
  { database }: ClientContext,
  { firmId }: Caller,
  engagementId: string,
): Promise<{ frame: Frame; engagement: Engagement; snapshot: Snapshot }> {
  return database.forFirm(firmId, async (tx) => {
    const engagement = await getEngagement(tx, engagementId);
    const snapshot = await importedSnapshot(tx, engagementId);
    return { engagement, snapshot, frame: frameOf(await frameRows(tx, engagement, snapshot)) };
  });
}
