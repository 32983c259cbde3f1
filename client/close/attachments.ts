import type { Attachment } from '../../accounting/attachment.ts';
import { Problem } from '../../accounting/problem.ts';
import type { Proposal } from '../../accounting/proposals/proposal.ts';
import { currentAttachments } from '../../db/stores/attachments.ts';
import type { StoredAttachment } from '../../db/stores/attachments.ts';
import { getEngagement } from '../../db/stores/engagements.ts';
import { getFile, listFiles } from '../../db/stores/files.ts';
import type { Caller, ClientContext } from './context.ts';
import type { Download } from './files.ts';

/** An attachment (bilaga) as it stands: its version and its figures. */
export type CurrentAttachment = Omit<StoredAttachment, 'data'> & { readonly data: Attachment };

/** The current attachments, by account group. Empty before the first import, and when the books are a SIE file's. */
export async function listAttachments(
  { database }: ClientContext,
  { firmId }: Caller,
  engagementId: string,
): Promise<CurrentAttachment[]> {
  return database.forFirm(firmId, async (tx) => {
    await getEngagement(tx, engagementId);
    const stored = await currentAttachments(tx, engagementId);
    return stored.map((attachment) => ({ ...attachment, data: attachment.data as Attachment }));
  });
}

/** @throws Problem `attachments.not-found` */
export async function getAttachment(
  context: ClientContext,
  caller: Caller,
  engagementId: string,
  accountGroup: string,
): Promise<CurrentAttachment> {
  const all = await listAttachments(context, caller, engagementId);
  const found = all.find((attachment) => attachment.accountGroup === accountGroup);
  if (found) return found;
  throw new Problem({
    code: 'attachments.not-found',
    what: `Bokslutet har ingen bilaga ${accountGroup}.`,
    advice: 'Importera bokföringen först, eller välj en bilaga ur bokslutets lista.',
  });
}

/**
 * The current version of an attachment as a document.
 * @throws Problem `attachments.not-found`, `attachments.not-rendered` while the document is being made
 */
export async function attachmentFile(
  context: ClientContext,
  caller: Caller,
  engagementId: string,
  accountGroup: string,
  type: 'pdf' | 'xlsx',
): Promise<Download> {
  const { version } = await getAttachment(context, caller, engagementId, accountGroup);
  const name = `bilaga-${accountGroup}-version-${version}.${type}`;
  return context.database.forFirm(caller.firmId, async (tx) => {
    const files = await listFiles(tx, engagementId, 'attachment');
    const newest = files.find((file) => file.name === name);
    if (newest) return getFile(tx, newest.id);
    throw new Problem({
      code: 'attachments.not-rendered',
      what: `Bilaga ${accountGroup} finns inte som fil än.`,
      advice: 'Vänta en stund och försök igen.',
    });
  });
}

/** An entry that an attachment proposes, and whether the latest revision holds one that was taken from it. */
export interface OfferedProposal {
  /** Names it among the close's proposals: `1510/revaluation/1`. */
  readonly key: string;
  readonly accountGroup: string;
  /** `rule`: follows from the figures. `judgement`: needs a person's. */
  readonly kind: 'rule' | 'judgement';
  readonly proposal: Proposal;
}

/** What the current attachments propose to book. */
export async function listProposals(
  context: ClientContext,
  caller: Caller,
  engagementId: string,
): Promise<OfferedProposal[]> {
  const attachments = await listAttachments(context, caller, engagementId);
  return attachments.flatMap(({ accountGroup, data }) => [
    ...data.proposals.map((proposal, index) => offered(accountGroup, 'rule', proposal, index)),
    ...data.suggestions.map((proposal, index) => offered(accountGroup, 'judgement', proposal, index)),
  ]);
}

const offered = (
  accountGroup: string,
  kind: OfferedProposal['kind'],
  proposal: Proposal,
  index: number,
): OfferedProposal => ({
  key: `${accountGroup}/${kind}/${proposal.code}/${index + 1}`,
  accountGroup,
  kind,
  proposal,
});
