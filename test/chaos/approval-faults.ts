import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { Problem } from '../../accounting/problem.ts';
import { approveAdjustments } from '../../client/close/approval.ts';
import type { ApproverInput } from './approver.ts';
import type { Fault } from './faults.ts';
import { plain } from './scenarios.ts';

const approver = fileURLToPath(new URL('approver.ts', import.meta.url));

/** Around what an approval does for good: the row with its line of history and the signal owed; the signal; the note that it was delivered. */
const approvalPoints = [
  'before storing the approval',
  'after storing the approval',
  'before the signal',
  'after the signal',
  'after noting the delivery',
] as const;
export type ApprovalPoint = (typeof approvalPoints)[number];

/** The server dies while it takes the approval in; the person, who has seen no answer, approves the same again. */
export const killedApprovals: readonly Fault[] = approvalPoints.map((point) => ({
  name: `server killed ${point}`,
  group: 'server killed: approval',
  scenario: plain,
  arm: async (close) => {
    const { house, caller, engagementId } = close;
    let killed = false;
    const again = close.giveApproval;
    close.giveApproval = async (give) => {
      close.giveApproval = again;
      const input: ApproverInput = {
        databaseUrl: house.appUrl,
        temporalAddress: house.temporalAddress,
        caller,
        engagementId,
        give,
        killAt: point,
      };
      const child = spawn(process.execPath, ['--import', 'tsx', approver, JSON.stringify(input)], {
        stdio: 'ignore',
      });
      const [, signal] = (await once(child, 'exit')) as [number | null, NodeJS.Signals | null];
      killed = signal === 'SIGKILL';
      return again(give);
    };
    return { moments: {}, struck: async () => killed };
  },
}));

const together = 20;

/** Twenty people approve in one moment: one wins, the others are told why. */
export const simultaneousApprovals: Fault = {
  name: `${together} approvals in one moment`,
  group: `${together} simultaneous approvals`,
  scenario: plain,
  arm: async (close) => {
    let given = 0;
    close.giveApproval = async (give) => {
      const gifts = Array.from({ length: together }, () => ({ ...give, id: randomUUID() }));
      const answers = await Promise.allSettled(
        gifts.map((gift) => approveAdjustments(close.house.client, close.caller, close.engagementId, gift)),
      );
      given += 1;
      const winners = answers.filter((answer) => answer.status === 'fulfilled');
      const losers = answers.filter((answer) => answer.status === 'rejected');
      const told = losers.filter(({ reason }) => reason instanceof Problem && reasons.has(reason.code));
      const [winner] = winners;
      if (!winner || winners.length !== 1 || told.length !== together - 1) {
        throw new Error(
          `${winners.length} approvals won, ${told.length} were told why: ${losers.map(({ reason }) => String(reason)).join()}`,
        );
      }
      return winner.value.id;
    };
    return { moments: {}, struck: async () => given > 0 };
  },
};

const reasons = new Set(['approval.already-approved', 'approval.export-in-progress', 'approval.stale']);
