import { and, eq, isNull } from 'drizzle-orm';
import type { FirmTransaction } from '../database.ts';
import { fileUploads } from '../schema/export.ts';
import type { VoucherKey } from './export-vouchers.ts';

export type FileUpload = typeof fileUploads.$inferSelect;

export interface UploadKey extends VoucherKey {
  readonly sha256: string;
}

/** The upload of a file to a voucher, begun now or earlier: what it lacks is what remains to be done. */
export async function ensureUpload(tx: FirmTransaction, key: UploadKey, name: string): Promise<FileUpload> {
  await tx.db
    .insert(fileUploads)
    .values({ ...key, name })
    .onConflictDoNothing();
  const [upload] = await tx.db.select().from(fileUploads).where(is(key));
  return upload!;
}

/**
 * The file lies in Fortnox's inbox. Of two attempts that both uploaded it the first counts: the answer is that one's file.
 */
export async function markUploaded(
  tx: FirmTransaction,
  key: UploadKey,
  fortnoxFileId: string,
): Promise<string> {
  await tx.db
    .update(fileUploads)
    .set({ fortnoxFileId })
    .where(and(is(key), isNull(fileUploads.fortnoxFileId)));
  const [upload] = await tx.db.select().from(fileUploads).where(is(key));
  return upload?.fortnoxFileId ?? fortnoxFileId;
}

/** The file hangs on its voucher. */
export async function markConnected(tx: FirmTransaction, key: UploadKey): Promise<void> {
  await tx.db.update(fileUploads).set({ connectedAt: new Date() }).where(is(key));
}

const is = (key: UploadKey) =>
  and(
    eq(fileUploads.orderId, key.orderId),
    eq(fileUploads.position, key.position),
    eq(fileUploads.sha256, key.sha256),
  );
