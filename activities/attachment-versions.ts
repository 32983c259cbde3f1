import type { MainAttachment } from '../accounting/account-groups.ts';
import type { Attachment } from '../accounting/attachment.ts';
import type { AccountNumber } from '../accounting/books.ts';
import { canonicalJson } from '../accounting/canonical.ts';
import { figuresOf, offersNews } from '../accounting/figures.ts';
import type { WorkedOn } from '../accounting/figures.ts';
import type { Ore } from '../accounting/money.ts';
import { againstBalances, carriedForward } from '../accounting/own-attachment.ts';
import type { OwnAttachment } from '../accounting/own-attachment.ts';
import type { FirmTransaction } from '../db/database.ts';
import { sha256 } from '../db/hash.ts';
import { currentAttachments, newestAttachments, saveAttachment } from '../db/stores/attachments.ts';
import type { StoredAttachment } from '../db/stores/attachments.ts';
import { findPriorEngagement } from '../db/stores/engagements.ts';
import type { Engagement } from '../db/stores/engagements.ts';
import { recordHistory } from '../db/stores/history.ts';
import type { AttachmentOrigin } from '../db/schema/close.ts';
import type { Snapshot } from '../db/stores/snapshots.ts';

type Balances = ReadonlyMap<AccountNumber, Ore>;

/** Writes versions of an engagement's attachments as one import gives them. */
export class AttachmentVersions {
  private readonly tx: FirmTransaction;
  private readonly snapshot: Snapshot;
  private readonly newest: ReadonlyMap<string, StoredAttachment>;
  private readonly current: ReadonlyMap<string, StoredAttachment>;

  private constructor(
    tx: FirmTransaction,
    snapshot: Snapshot,
    newest: readonly StoredAttachment[],
    current: readonly StoredAttachment[],
  ) {
    this.tx = tx;
    this.snapshot = snapshot;
    this.newest = byGroup(newest);
    this.current = byGroup(current);
  }

  static async open(tx: FirmTransaction, snapshot: Snapshot): Promise<AttachmentVersions> {
    const { engagementId } = snapshot;
    const current = [
      ...(await currentAttachments(tx, engagementId, 'ledger')),
      ...(await currentAttachments(tx, engagementId, 'main')),
      ...(await currentAttachments(tx, engagementId, 'own')),
    ];
    return new AttachmentVersions(tx, snapshot, await newestAttachments(tx, engagementId), current);
  }

  /**
   * An attachment that the books give. The same books give no new version; what a person has worked on is never
   * overwritten: news of the books is laid beside it as an offer. What is no figure (a payment after the balance date, a
   * text) is brought up to date under the person's words, since no figure of it moves.
   */
  async fromBooks(accountGroup: string, data: Attachment | MainAttachment): Promise<StoredAttachment> {
    const current = this.current.get(accountGroup);
    if (current?.origin !== 'edited') {
      return current && isSame(current, data) ? current : this.save(accountGroup, 'generated', data);
    }
    const newest = this.newest.get(accountGroup);
    const waits = newest?.origin === 'offered' ? newest : undefined;
    if (waits && isSame(waits, data)) return waits;
    // An offer that the books have taken back is answered by one that offers nothing new.
    const isNews = offersNews(accountGroup, current.data, data);
    const tookBack = waits !== undefined && offersNews(accountGroup, current.data, waits.data);
    if (isNews || tookBack) return this.save(accountGroup, 'offered', data);
    const { note, marks, keptAgainst } = current.data as WorkedOn;
    if (keptAgainst) return current;
    const fresh = { ...data, ...(note !== undefined && { note }), ...(marks && { marks }) };
    return isSame(current, fresh) ? current : this.save(accountGroup, 'edited', fresh);
  }

  /** People's own attachments keep what people wrote; only the balances that they are held against are the books'. */
  async holdOwn(balances: Balances): Promise<void> {
    for (const { accountGroup, origin, data } of this.current.values()) {
      if (!isOwn(data)) continue;
      const held = againstBalances(data, balances);
      if (canonicalJson(held) !== canonicalJson(data)) await this.save(accountGroup, origin, held);
    }
  }

  /** At a close's first import: text and rows of last year's own attachments come along as drafts. */
  async carryForward(engagement: Engagement, balances: Balances): Promise<void> {
    if (this.snapshot.seq !== 1) return;
    const prior = await findPriorEngagement(this.tx, engagement);
    if (!prior) return;
    const carried: string[] = [];
    for (const { accountGroup, data } of await currentAttachments(this.tx, prior.id, 'own')) {
      const own = data as OwnAttachment;
      if (own.withdrawn || this.current.has(accountGroup)) continue;
      await this.save(accountGroup, 'generated', carriedForward(own, prior.yearTo, balances));
      carried.push(accountGroup);
    }
    if (carried.length === 0) return;
    await recordHistory(this.tx, {
      actor: 'system',
      event: 'attachments.carried-forward',
      engagementId: engagement.id,
      details: { from: prior.id, attachments: carried },
      onceKey: `attachments.carried-forward/${engagement.id}`,
    });
  }

  private save(accountGroup: string, origin: AttachmentOrigin, data: object): Promise<StoredAttachment> {
    return saveAttachment(this.tx, {
      engagementId: this.snapshot.engagementId,
      accountGroup,
      expectedVersion: this.newest.get(accountGroup)?.version ?? 0,
      snapshotId: this.snapshot.id,
      origin,
      data,
      figuresHash: sha256(canonicalJson(figuresOf(accountGroup, data))),
      savedBy: 'system',
    });
  }
}

const byGroup = (versions: readonly StoredAttachment[]): ReadonlyMap<string, StoredAttachment> =>
  new Map(versions.map((version) => [version.accountGroup, version]));

const isSame = (version: StoredAttachment, data: object): boolean =>
  canonicalJson(version.data) === canonicalJson(data);

const isOwn = (data: unknown): data is OwnAttachment =>
  typeof data === 'object' && data !== null && 'rows' in data && 'closing' in data && !('withdrawn' in data);
