import { createHash } from 'node:crypto';
import type { ProblemDetails } from '../../accounting/problem.ts';
import { Problem } from '../../accounting/problem.ts';
import type { CloseStatus } from '../../workflows/messages.ts';
import type { Caller, ClientContext } from '../close/context.ts';
import { closeFacts } from '../close/overview.ts';
import type { CloseFacts } from '../close/overview.ts';
import { progressOf } from '../close/progress.ts';
import type { StepProgress } from '../close/progress.ts';
import { describeClose, statusOfKnown } from '../close/status.ts';

/** All that one look at a close needs. What the database knows is shown also while no workflow answers. */
export interface Close extends CloseFacts {
  readonly id: string;
  /** Undefined while the workflow does not answer; `trouble` says why. */
  readonly status: CloseStatus | undefined;
  readonly trouble: ProblemDetails | undefined;
  readonly progress: readonly StepProgress[];
  /** Another text when something on the page has changed. */
  readonly version: string;
}

/** @throws Problem `engagements.not-found` */
export async function loadClose(context: ClientContext, caller: Caller, id: string): Promise<Close> {
  // Asked for beforehand; nothing of it is told before the close is known to be the firm's.
  const described = describeClose(context, id);
  described.catch(() => undefined);
  const facts = await closeFacts(context, caller, id);
  const [{ status, trouble }, progress] = await Promise.all([
    statusOrTrouble(statusOfKnown(context, caller, id, facts.ended, described)),
    facts.ended ? [] : described.then(progressOf).catch((): StepProgress[] => []),
  ]);
  const { revision, approval, lastImport, connection } = facts;
  const moved = [
    status,
    trouble,
    progress,
    revision,
    approval?.id,
    approval?.stale,
    lastImport?.id,
    connection,
    facts.lastEntry,
  ];
  const version = createHash('sha256').update(JSON.stringify(moved)).digest('base64url').slice(0, 12);
  return { ...facts, id, status, trouble, progress, version };
}

interface Standing {
  readonly status: CloseStatus | undefined;
  readonly trouble: ProblemDetails | undefined;
}

/** A page is shown without the workflow's word rather than late; it hears of it as soon as there is one. */
const waitForWordMs = 3_000;

async function statusOrTrouble(asked: Promise<CloseStatus>): Promise<Standing> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<Standing>((resolve) => {
    timer = setTimeout(() => resolve({ status: undefined, trouble: noWord }), waitForWordMs);
  });
  try {
    return await Promise.race([answerOrTrouble(asked), late]);
  } finally {
    clearTimeout(timer);
  }
}

async function answerOrTrouble(asked: Promise<CloseStatus>): Promise<Standing> {
  try {
    return { status: await asked, trouble: undefined };
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    return { status: undefined, trouble: error.details };
  }
}

const noWord = {
  code: 'close.no-answer',
  what: 'Bokslutets arbetsflöde svarar inte just nu.',
  advice: 'Inget är förlorat, och det som är sparat visas. Sidan läser om läget av sig själv.',
};

/** A login at Fortnox that nobody has said yes to yet: the close does not use it. */
export function loginToConfirm({ connection, status, progress }: Close): CloseFacts['connection'] {
  if (!connection || connection.endedAt !== null || !status) return null;
  if (progress.some(({ step }) => step === 'verifyConnection')) return null;
  const used = status.login.state === 'none' ? undefined : status.login.connectionId;
  return used === connection.id ? null : connection;
}
