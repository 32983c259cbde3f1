import type { Attachment } from '../../accounting/attachment.ts';
import { Problem } from '../../accounting/problem.ts';
import type { Proposal } from '../../accounting/proposals/proposal.ts';
import type { FirmTransaction } from '../../db/database.ts';
import { currentAttachments, currentProposals } from '../../db/stores/attachments.ts';
import type { StoredAttachment } from '../../db/stores/attachments.ts';
import { getEngagement } from '../../db/stores/engagements.ts';
import type { Caller, ClientContext } from './context.ts';

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
  { database }: ClientContext,
  { firmId }: Caller,
  engagementId: string,
): Promise<OfferedProposal[]> {
  return database.forFirm(firmId, async (tx) => {
    await getEngagement(tx, engagementId);
    return readProposals(tx, engagementId);
  });
}

export async function readProposals(tx: FirmTransaction, engagementId: string): Promise<OfferedProposal[]> {
  const stored = await currentProposals(tx, engagementId);
  return stored.flatMap(({ accountGroup, proposals, suggestions }) => [
    ...(proposals ?? []).map((proposal, index) => offered(accountGroup, 'rule', proposal, index)),
    ...(suggestions ?? []).map((proposal, index) => offered(accountGroup, 'judgement', proposal, index)),
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
