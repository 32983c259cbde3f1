import { inArray } from 'drizzle-orm';
import { figuresOf, movedFigures, offersNews } from '../../accounting/figures.ts';
import type { MovedFigure } from '../../accounting/figures.ts';
import type { FirmTransaction } from '../database.ts';
import { attachments } from '../schema/close.ts';
import { currentAttachments, listSignOffs, newestAttachments } from './attachments.ts';
import type { SignOff, StoredAttachment } from './attachments.ts';

/** A signature under any version of an attachment, held against the figures as they are now. */
export interface Signature extends SignOff {
  readonly version: number;
  readonly holds: boolean;
  /** What moved since it was given; empty while it holds. */
  readonly moved: readonly MovedFigure[];
}

/** An attachment that counts, the version that a re-import offers in its place, and its signatures. */
export interface SignOffState {
  readonly accountGroup: string;
  readonly current: StoredAttachment;
  /** Waits for a person's word. While it does, signatures under other figures do not hold. */
  readonly offer: StoredAttachment | undefined;
  /** The highest version that there is, offers included: what the next save goes out from. */
  readonly newestVersion: number;
  /** Newest first. */
  readonly signatures: readonly Signature[];
}

/** How every attachment of an engagement stands, by account group. */
export async function signOffStates(tx: FirmTransaction, engagementId: string): Promise<SignOffState[]> {
  const current = [
    ...(await currentAttachments(tx, engagementId, 'main')),
    ...(await currentAttachments(tx, engagementId, 'ledger')),
    ...(await currentAttachments(tx, engagementId, 'own')),
  ];
  const newest = new Map(
    (await newestAttachments(tx, engagementId)).map((version) => [version.accountGroup, version]),
  );
  const signOffs = await listSignOffs(tx, engagementId);
  const signed = await versionsOf(tx, [...new Set(signOffs.map(({ attachmentId }) => attachmentId))]);

  return current.map((attachment) => {
    const { accountGroup } = attachment;
    const latest = newest.get(accountGroup);
    const offer = latest && isOffer(attachment, latest) ? latest : undefined;
    const stands = offer ?? attachment;
    return {
      accountGroup,
      current: attachment,
      offer,
      newestVersion: latest?.version ?? attachment.version,
      signatures: signOffs
        .filter((signOff) => signOff.accountGroup === accountGroup)
        .map(({ accountGroup: _, ...signOff }) => {
          const under = signed.get(signOff.attachmentId)!;
          const holds = signOff.figuresHash === stands.figuresHash;
          const moved = holds
            ? []
            : movedFigures(figuresOf(accountGroup, under.data), figuresOf(accountGroup, stands.data));
          return { ...signOff, version: under.version, holds, moved };
        }),
    };
  });
}

/** A later version that a re-import laid beside a worked-on one, and that says something else of the books. */
const isOffer = (current: StoredAttachment, latest: StoredAttachment): boolean =>
  latest.version > current.version && offersNews(current.accountGroup, current.data, latest.data);

async function versionsOf(
  tx: FirmTransaction,
  ids: readonly string[],
): Promise<Map<string, StoredAttachment>> {
  if (ids.length === 0) return new Map();
  const found = await tx.db
    .select()
    .from(attachments)
    .where(inArray(attachments.id, [...ids]));
  return new Map(found.map((version) => [version.id, version]));
}
