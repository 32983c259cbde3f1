import { ActivityFailure, ApplicationFailure, TimeoutFailure, isCancellation } from '@temporalio/workflow';
import type { ProblemDetails } from '../accounting/problem.ts';

const timedOut: ProblemDetails = {
  code: 'step.timed-out',
  what: 'Steget blev inte klart i tid.',
  advice: 'Försök igen. Kontrollera att Fortnox och programmets delar svarar om felet kommer tillbaka.',
};

/** The problem behind a failed activity. Anything that is no activity's failure is a bug and is thrown on. */
export function problemOf(error: unknown): ProblemDetails {
  if (!(error instanceof ActivityFailure) || isCancellation(error)) throw error;
  const cause = error.cause;
  if (cause instanceof TimeoutFailure) return problemOfTimeout(cause);
  if (cause instanceof ApplicationFailure) return problemOfFailure(cause);
  throw error;
}

/** When the last attempt timed out, the failure of an attempt before it tells more than the time-out. */
function problemOfTimeout(failure: TimeoutFailure): ProblemDetails {
  return failure.cause instanceof ApplicationFailure ? problemOfFailure(failure.cause) : timedOut;
}

function problemOfFailure(failure: ApplicationFailure): ProblemDetails {
  const details: unknown = failure.details?.[0];
  if (isProblem(details)) return details;
  return {
    code: 'step.failed',
    what: 'Steget misslyckades av ett internt fel.',
    advice: 'Försök igen. Om felet kommer tillbaka behöver driften se loggen.',
  };
}

function isProblem(value: unknown): value is ProblemDetails {
  return (
    typeof value === 'object' && value !== null && 'code' in value && 'what' in value && 'advice' in value
  );
}

const loginProblems: ReadonlySet<string> = new Set([
  'login.none',
  'login.expired',
  'login.revoked',
  'login.disconnected',
  'login.refused',
  'login.lost',
  'login.wrong-company',
]);

/** Only a new login at Fortnox helps. A refused register, a missing licence or a refresh that failed is not one of these. */
export const isLoginProblem = ({ code }: ProblemDetails): boolean => loginProblems.has(code);
