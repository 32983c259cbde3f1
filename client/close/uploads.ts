import type { OwnFile } from '../../accounting/own-attachment.ts';
import type { FirmTransaction } from '../../db/database.ts';
import { listFiles } from '../../db/stores/files.ts';

/** The kind under which files lie that people have uploaded to a close in support of something. */
export const uploadKind = 'upload';

/** What has been uploaded to the close, by id. */
export async function uploadedFiles(
  tx: FirmTransaction,
  engagementId: string,
): Promise<ReadonlyMap<string, OwnFile>> {
  const files = await listFiles(tx, engagementId, uploadKind);
  return new Map(
    files.map(({ id, name, mediaType, sha256, sizeBytes }) => [
      id,
      { fileId: id, name, mediaType, sha256, sizeBytes },
    ]),
  );
}
