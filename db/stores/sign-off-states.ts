import { inArray } from 'drizzle-orm';
import type { MainAttachment } from '../../accounting/account-groups.ts';
import { attachmentKind } from '../../accounting/attachment-kind.ts';
import { figuresOf, movedFigures, offersNews } from '../../accounting/figures.ts';
import type { MovedFigure } from '../../accounting/figures.ts';
import type { FirmTransaction } from '../database.ts';
import { attachments } from '../schema/close.ts';
import { currentOfEveryKind, listSignOffs, newestVersions } from './attachments.ts';
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

/**
 * How every attachment of an engagement stands, by kind and account group; or one alone. A main attachment whose group has
 * left the books is among them as long as something of a person's hangs on it: then it stands at 0.
 */
export async function signOffStates(
  tx: FirmTransaction,
  engagementId: string,
  only?: string,
): Promise<SignOffState[]> {
  const isWanted = ({ accountGroup }: { readonly accountGroup: string }): boolean =>
    only === undefined || accountGroup === only;
  const all = await currentOfEveryKind(tx, engagementId, only);
  const current = kinds.flatMap((kind) =>
    all.filter(({ accountGroup }) => attachmentKind(accountGroup) === kind),
  );
  const newest = (await newestVersions(tx, engagementId)).filter(isWanted);
  const signOffs = (await listSignOffs(tx, engagementId)).filter(isWanted);
  // An attachment can be megabytes: each version is read once, and only if something hangs on what it says.
  const byId = new Map(current.map((attachment) => [attachment.id, attachment]));
  const others = [...newest.map(({ id }) => id), ...signOffs.map(({ attachmentId }) => attachmentId)];
  for (const version of await versionsOf(
    tx,
    [...new Set(others)].filter((id) => !byId.has(id)),
  ))
    byId.set(version.id, version);
  const latestOf = new Map(newest.map(({ accountGroup, id }) => [accountGroup, byId.get(id)]));

  const states = current.map((attachment): SignOffState => {
    const { accountGroup } = attachment;
    const latest = latestOf.get(accountGroup);
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
          const under = byId.get(signOff.attachmentId)!;
          // Equal hashes are equal figures. Those of earlier versions may differ in figures of 0, which are none.
          const moved =
            signOff.figuresHash === stands.figuresHash
              ? []
              : movedFigures(figuresOf(accountGroup, under.data), figuresOf(accountGroup, stands.data));
          return { ...signOff, version: under.version, holds: moved.length === 0, moved };
        }),
    };
  });
  return states.filter((state) => !hasLeftTheBooks(state));
}

/** Its group has no accounts any more, and nobody has ever signed or written anything under it. */
const hasLeftTheBooks = ({ accountGroup, current, signatures }: SignOffState): boolean =>
  attachmentKind(accountGroup) === 'main' &&
  (current.data as MainAttachment).accounts.length === 0 &&
  current.origin === 'generated' &&
  signatures.length === 0;

const kinds = ['main', 'ledger', 'own'] as const;

/** A later version that a re-import laid beside a worked-on one, and that says something else of the books. */
const isOffer = (current: StoredAttachment, latest: StoredAttachment): boolean =>
  latest.version > current.version && offersNews(current.accountGroup, current.data, latest.data);

async function versionsOf(tx: FirmTransaction, ids: readonly string[]): Promise<StoredAttachment[]> {
  if (ids.length === 0) return [];
  return tx.db
    .select()
    .from(attachments)
    .where(inArray(attachments.id, [...ids]));
}
