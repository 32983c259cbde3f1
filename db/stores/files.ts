import { and, desc, eq } from 'drizzle-orm';
import { Problem } from '../../accounting/problem.ts';
import type { Actor } from '../actor.ts';
import type { FirmTransaction } from '../database.ts';
import { sha256 } from '../hash.ts';
import { files } from '../schema/record.ts';

/** What a file is, without its bytes. */
export type FileInfo = Omit<typeof files.$inferSelect, 'bytes' | 'firmId'>;

const info = {
  id: files.id,
  engagementId: files.engagementId,
  kind: files.kind,
  name: files.name,
  mediaType: files.mediaType,
  sha256: files.sha256,
  sizeBytes: files.sizeBytes,
  storedBy: files.storedBy,
  storedAt: files.storedAt,
};

export interface NewFile {
  readonly engagementId: string;
  /** 'attachment', 'order', 'sie', 'binder', 'upload' … */
  readonly kind: string;
  readonly name: string;
  readonly mediaType: string;
  readonly bytes: Uint8Array;
  readonly storedBy: Actor;
}

/** Stores a document; the same content under the same kind and name again is the row that is there. */
export async function storeFile(tx: FirmTransaction, file: NewFile): Promise<FileInfo> {
  const hash = sha256(file.bytes);
  const [stored] = await tx.db
    .insert(files)
    .values({ ...file, sha256: hash, sizeBytes: file.bytes.byteLength })
    .onConflictDoNothing()
    .returning(info);
  if (stored) return stored;
  const [existing] = await tx.db
    .select(info)
    .from(files)
    .where(
      and(
        eq(files.engagementId, file.engagementId),
        eq(files.kind, file.kind),
        eq(files.name, file.name),
        eq(files.sha256, hash),
      ),
    );
  return existing!;
}

/** Newest first. */
export async function listFiles(
  tx: FirmTransaction,
  engagementId: string,
  kind?: string,
): Promise<FileInfo[]> {
  return tx.db
    .select(info)
    .from(files)
    .where(and(eq(files.engagementId, engagementId), kind === undefined ? undefined : eq(files.kind, kind)))
    .orderBy(desc(files.storedAt), desc(files.id));
}

/** @throws Problem `files.not-found` */
export async function getFile(
  tx: FirmTransaction,
  id: string,
): Promise<FileInfo & { readonly bytes: Uint8Array }> {
  const [file] = await tx.db
    .select({ ...info, bytes: files.bytes })
    .from(files)
    .where(eq(files.id, id));
  if (file) return file;
  throw new Problem({
    code: 'files.not-found',
    what: `Filen ${id} finns inte hos byrån.`,
    advice: 'Öppna bokslutets lista över filer och välj en därifrån.',
  });
}
