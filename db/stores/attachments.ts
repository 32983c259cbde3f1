import { and, asc, desc, eq, ne } from 'drizzle-orm';
import { attachmentKind } from '../../accounting/attachment-kind.ts';
import type { AttachmentKind } from '../../accounting/attachment-kind.ts';
import type { ItemMark } from '../../accounting/item-marks.ts';
import { canonicalJson } from '../../accounting/canonical.ts';
import type { Proposal } from '../../accounting/proposals/proposal.ts';
import { Problem } from '../../accounting/problem.ts';
import type { Actor } from '../actor.ts';
import type { FirmTransaction } from '../database.ts';
import { attachments, signOffs } from '../schema/close.ts';
import type { AttachmentOrigin } from '../schema/close.ts';
import { lockEngagement } from './engagements.ts';

export type StoredAttachment = typeof attachments.$inferSelect;
export type SignOff = typeof signOffs.$inferSelect;

export interface AttachmentToSave {
  readonly engagementId: string;
  /** What it is kept under: '1510', '2440' (ledgers), '15' (main), 'own-1930' (accounting/attachment-kind.ts). */
  readonly accountGroup: string;
  /** The highest version that the caller knows of; 0 when there is none. */
  readonly expectedVersion: number;
  readonly snapshotId: string;
  readonly origin: AttachmentOrigin;
  readonly data: unknown;
  /** SHA-256 of the figures alone: what a signature vouches for. */
  readonly figuresHash: string;
  readonly savedBy: Actor;
}

/**
 * Saves the next version. A step that is retried finds its own version: the same data from the same snapshot
 * is not saved twice.
 * @throws Problem `attachments.conflict` when somebody saved in between
 */
export async function saveAttachment(tx: FirmTransaction, save: AttachmentToSave): Promise<StoredAttachment> {
  const { expectedVersion, ...values } = save;
  await lockEngagement(tx, save.engagementId);
  const [latest] = await versions(tx, save.engagementId, save.accountGroup).limit(1);
  if (
    latest?.snapshotId === save.snapshotId &&
    latest.origin === save.origin &&
    canonicalJson(latest.data) === canonicalJson(save.data)
  ) {
    return latest;
  }
  if ((latest?.version ?? 0) !== expectedVersion) {
    throw new Problem({
      code: 'attachments.conflict',
      what: `Bilagan ${save.accountGroup} har sparats av någon annan: version ${latest?.version ?? 0} finns, och ändringen utgick från version ${expectedVersion}.`,
      advice: 'Läs in den senaste versionen, gör ändringen där och spara igen.',
    });
  }
  const [saved] = await tx.db
    .insert(attachments)
    .values({ ...values, version: expectedVersion + 1 })
    .returning();
  return saved!;
}

/** The current attachments of one kind, by account group: of each the latest version that is not merely offered. */
export async function currentAttachments(
  tx: FirmTransaction,
  engagementId: string,
  kind: AttachmentKind = 'ledger',
): Promise<StoredAttachment[]> {
  const current = await currentOfEveryKind(tx, engagementId);
  return current.filter(({ accountGroup }) => attachmentKind(accountGroup) === kind);
}

/** The same of all kinds, or that of one account group. */
export async function currentOfEveryKind(
  tx: FirmTransaction,
  engagementId: string,
  accountGroup?: string,
): Promise<StoredAttachment[]> {
  const one = accountGroup === undefined ? undefined : eq(attachments.accountGroup, accountGroup);
  return tx.db
    .selectDistinctOn([attachments.accountGroup])
    .from(attachments)
    .where(and(eq(attachments.engagementId, engagementId), ne(attachments.origin, 'offered'), one))
    .orderBy(asc(attachments.accountGroup), desc(attachments.version));
}

/** What people have said of open items, by account group, without the rest of the attachments; empty when there are none. */
export async function currentMarks(
  { sql }: FirmTransaction,
  engagementId: string,
): Promise<Map<string, readonly ItemMark[]>> {
  const stored = await sql<{ accountGroup: string; marks: readonly ItemMark[] | null }[]>`
    select distinct on (account_group) account_group as "accountGroup", data -> 'marks' as marks
    from attachments
    where engagement_id = ${engagementId} and origin <> 'offered'
    order by account_group, version desc`;
  return new Map(stored.map(({ accountGroup, marks }) => [accountGroup, marks ?? []]));
}

/** Which version of each attachment is the newest, offered or not, without what it says. */
export async function newestVersions(
  tx: FirmTransaction,
  engagementId: string,
): Promise<Pick<StoredAttachment, 'id' | 'accountGroup' | 'version'>[]> {
  const { id, accountGroup, version } = attachments;
  return tx.db
    .selectDistinctOn([accountGroup], { id, accountGroup, version })
    .from(attachments)
    .where(eq(attachments.engagementId, engagementId))
    .orderBy(asc(accountGroup), desc(version));
}

/** By account group the latest version that an import made with other figures than the version before. */
export async function versionsLastMoved(
  { sql }: FirmTransaction,
  engagementId: string,
): Promise<ReadonlyMap<string, number>> {
  const moved = await sql<{ accountGroup: string; version: number }[]>`
    with versions as (
      select account_group, version, saved_by,
        figures_hash is distinct from lag(figures_hash) over (partition by account_group order by version) as moved
      from attachments where engagement_id = ${engagementId}
    )
    select account_group as "accountGroup", max(version) as version
    from versions where moved and saved_by = 'system' group by account_group`;
  return new Map(moved.map(({ accountGroup, version }) => [accountGroup, version]));
}

/** What a current attachment of a ledger proposes to book. */
export interface StoredProposals {
  readonly accountGroup: string;
  readonly proposals: readonly Proposal[] | null;
  readonly suggestions: readonly Proposal[] | null;
}

/** What the current attachments of the ledgers propose, without the rest of them: thousands of open items come along else. */
export async function currentProposals(
  { sql }: FirmTransaction,
  engagementId: string,
): Promise<StoredProposals[]> {
  const stored = await sql<StoredProposals[]>`
    select distinct on (account_group) account_group as "accountGroup",
      data -> 'proposals' as proposals, data -> 'suggestions' as suggestions
    from attachments
    where engagement_id = ${engagementId} and origin <> 'offered'
    order by account_group, version desc`;
  return stored.filter(({ accountGroup }) => attachmentKind(accountGroup) === 'ledger');
}

/** The newest version of each attachment of every kind, offered or not. */
export async function newestAttachments(
  tx: FirmTransaction,
  engagementId: string,
): Promise<StoredAttachment[]> {
  return tx.db
    .selectDistinctOn([attachments.accountGroup])
    .from(attachments)
    .where(eq(attachments.engagementId, engagementId))
    .orderBy(asc(attachments.accountGroup), desc(attachments.version));
}

/** Every version of one attachment, newest first; an offered one at the front waits for a person's word. */
export async function attachmentVersions(
  tx: FirmTransaction,
  engagementId: string,
  accountGroup: string,
): Promise<StoredAttachment[]> {
  return versions(tx, engagementId, accountGroup);
}

const versions = (tx: FirmTransaction, engagementId: string, accountGroup: string) =>
  tx.db
    .select()
    .from(attachments)
    .where(and(eq(attachments.engagementId, engagementId), eq(attachments.accountGroup, accountGroup)))
    .orderBy(desc(attachments.version));

/** @throws Problem `attachments.not-found` */
export async function getAttachment(tx: FirmTransaction, id: string): Promise<StoredAttachment> {
  const [attachment] = await tx.db.select().from(attachments).where(eq(attachments.id, id));
  if (attachment) return attachment;
  throw new Problem({
    code: 'attachments.not-found',
    what: `Bilagan ${id} finns inte hos byrån.`,
    advice: 'Öppna bokslutets lista över bilagor och välj en därifrån.',
  });
}

/** Puts a name under the figures of an attachment as they are in that version. */
export async function signAttachment(
  tx: FirmTransaction,
  sign: {
    readonly attachmentId: string;
    readonly role: 'prepared' | 'reviewed';
    readonly signedBy: Actor;
  },
): Promise<SignOff> {
  const { figuresHash } = await getAttachment(tx, sign.attachmentId);
  const [signOff] = await tx.db
    .insert(signOffs)
    .values({ ...sign, figuresHash })
    .returning();
  return signOff!;
}

/** An engagement's signatures under any version, newest first. Whether one holds: `sign-off-states.ts`. */
export async function listSignOffs(
  tx: FirmTransaction,
  engagementId: string,
): Promise<(SignOff & { readonly accountGroup: string })[]> {
  const rows = await tx.db
    .select({ signOff: signOffs, accountGroup: attachments.accountGroup })
    .from(signOffs)
    .innerJoin(attachments, eq(attachments.id, signOffs.attachmentId))
    .where(eq(attachments.engagementId, engagementId))
    .orderBy(desc(signOffs.signedAt), desc(signOffs.id));
  return rows.map(({ signOff, accountGroup }) => ({ ...signOff, accountGroup }));
}
