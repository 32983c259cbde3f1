import type { MainAttachment } from '../../accounting/account-groups.ts';
import type { Attachment } from '../../accounting/attachment.ts';
import { attachmentKind } from '../../accounting/attachment-kind.ts';
import type { AttachmentKind } from '../../accounting/attachment-kind.ts';
import type { WorkedOn } from '../../accounting/figures.ts';
import type { OwnAttachment } from '../../accounting/own-attachment.ts';
import type { FirmTransaction } from '../../db/database.ts';
import type { StoredAttachment } from '../../db/stores/attachments.ts';
import type { Engagement } from '../../db/stores/engagements.ts';
import { frameRows } from '../../db/stores/frame-rows.ts';
import { signOffStates } from '../../db/stores/sign-off-states.ts';
import type { SignOffState } from '../../db/stores/sign-off-states.ts';
import { getSnapshot } from '../../db/stores/snapshots.ts';
import { actorName } from '../../db/stores/users.ts';
import type {
  AttachmentDocument,
  MainAttachmentDocument,
  OwnAttachmentDocument,
  Signature,
  SignOff,
} from '../../documents/content.ts';
import { frameOf } from '../../documents/frame.ts';
import { mainGroups, supportNames } from '../../documents/main-attachments.ts';

/** Stored attachments of one engagement as documents, with the signatures that still hold under their figures. */
export class AttachmentDocuments {
  private readonly tx: FirmTransaction;
  private readonly engagement: Engagement;
  private readonly states: ReadonlyMap<string, SignOffState>;

  private constructor(tx: FirmTransaction, engagement: Engagement, states: readonly SignOffState[]) {
    this.tx = tx;
    this.engagement = engagement;
    this.states = new Map(states.map((state) => [state.accountGroup, state]));
  }

  static async open(tx: FirmTransaction, engagement: Engagement): Promise<AttachmentDocuments> {
    return new AttachmentDocuments(tx, engagement, await signOffStates(tx, engagement.id));
  }

  async ledger(stored: StoredAttachment): Promise<AttachmentDocument> {
    // What a person writes under the reconciliation is kept with the figures.
    const attachment = stored.data as Attachment & WorkedOn;
    const { note } = attachment;
    return { ...(await this.parts(stored)), attachment, ...(note !== undefined && { note }) };
  }

  async own(stored: StoredAttachment): Promise<OwnAttachmentDocument> {
    return { ...(await this.parts(stored)), attachment: stored.data as OwnAttachment };
  }

  /** The main attachments (huvudbilagor) of all groups, each with its own signatures. */
  async mains(): Promise<MainAttachmentDocument['groups']> {
    const states = [...this.states.values()];
    const of = (kind: AttachmentKind): unknown[] =>
      states
        .filter(({ accountGroup }) => attachmentKind(accountGroup) === kind)
        .map(({ current }) => current.data);
    const supportedBy = supportNames(of('ledger') as Attachment[], of('own') as OwnAttachment[]);
    const mains: (MainAttachment & WorkedOn & { readonly signOff: SignOff })[] = [];
    for (const { accountGroup, current } of states) {
      if (attachmentKind(accountGroup) !== 'main') continue;
      mains.push({ ...(current.data as MainAttachment & WorkedOn), signOff: await this.signOff(current) });
    }
    return mainGroups(mains, supportedBy);
  }

  private async parts(stored: StoredAttachment) {
    const snapshot = await getSnapshot(this.tx, stored.snapshotId);
    return {
      ...frameOf(await frameRows(this.tx, this.engagement, snapshot)),
      signOff: await this.signOff(stored),
    };
  }

  private async signOff({ id, accountGroup, version }: StoredAttachment): Promise<SignOff> {
    const state = this.states.get(accountGroup);
    if (state?.offer?.id === id) return { status: 'draft', version, standingVersion: state.current.version };
    const signatures = state?.signatures ?? [];
    const signature = async (role: 'prepared' | 'reviewed'): Promise<Signature | undefined> => {
      const found = signatures.find((one) => one.holds && one.role === role);
      return found && { name: await actorName(this.tx, found.signedBy), at: found.signedAt.toISOString() };
    };
    const prepared = await signature('prepared');
    const approved = await signature('reviewed');
    const unsigned = signatures.length > 0 ? 'stale' : 'draft';
    return {
      status: approved ? 'approved' : prepared ? 'prepared' : unsigned,
      version,
      ...(state?.offer && { offeredVersion: state.offer.version }),
      ...(prepared && { prepared }),
      ...(approved && { approved }),
    };
  }
}
