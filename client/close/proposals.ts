import { canonicalJson } from '../../accounting/canonical.ts';
import { Problem } from '../../accounting/problem.ts';
import type { FirmTransaction } from '../../db/database.ts';
import { sha256 } from '../../db/hash.ts';
import { getEngagement } from '../../db/stores/engagements.ts';
import { listHistoryOf, recordHistory } from '../../db/stores/history.ts';
import { readProposals } from './attachments.ts';
import type { OfferedProposal } from './attachments.ts';
import type { Caller, ClientContext } from './context.ts';
import { actorName } from '../../db/stores/users.ts';

const answers = { decline: 'proposals.declined', restore: 'proposals.restored' } as const;
export type ProposalAnswer = keyof typeof answers;

/** What an attachment proposes, and whether somebody has said no to it. */
export interface AnsweredProposal extends OfferedProposal {
  readonly declined: { readonly who: string; readonly at: Date } | undefined;
}

/** The current proposals with their answers, by the processing history. */
export async function readAnsweredProposals(
  tx: FirmTransaction,
  engagementId: string,
): Promise<AnsweredProposal[]> {
  const [proposals, history] = await Promise.all([
    readProposals(tx, engagementId),
    listHistoryOf(tx, engagementId, Object.values(answers)),
  ]);
  const latest = new Map(history.map((entry) => [(entry.details as { proposal: string }).proposal, entry]));
  const answered: AnsweredProposal[] = [];
  for (const offered of proposals) {
    const answer = latest.get(nameFor(offered));
    const declined =
      answer?.event === answers.decline
        ? { who: await actorName(tx, answer.actor), at: answer.at }
        : undefined;
    answered.push({ ...offered, declined });
  }
  return answered;
}

/**
 * Says no to a proposal, or takes the no back. It holds for the proposal as it is: with other figures it is a new one, and is
 * offered again.
 * @param key of the proposal among the current ones
 * @throws Problem `proposals.not-found` when no attachment proposes it (any more)
 */
export async function answerProposal(
  { database }: ClientContext,
  { firmId, actor }: Caller,
  engagementId: string,
  key: string,
  answer: ProposalAnswer,
): Promise<void> {
  await database.forFirm(firmId, async (tx) => {
    await getEngagement(tx, engagementId);
    const offered = (await readProposals(tx, engagementId)).find((one) => one.key === key);
    if (!offered) throw new Problem(notFound);
    const { accountGroup, proposal } = offered;
    await recordHistory(tx, {
      actor,
      event: answers[answer],
      engagementId,
      details: { accountGroup, code: proposal.code, proposal: nameFor(offered) },
    });
  });
}

/** The same for the same entry of the same attachment. */
const nameFor = ({ accountGroup, proposal: { code, date, rows, text } }: OfferedProposal): string =>
  sha256(canonicalJson({ accountGroup, code, date, rows, text }));

const notFound = {
  code: 'proposals.not-found',
  what: 'Förslaget finns inte längre: bilagorna har räknats om.',
  advice: 'Läs in sidan igen och se vad som föreslås nu.',
};
