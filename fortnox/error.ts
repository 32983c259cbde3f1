import { Problem } from '../accounting/problem.ts';
import type { ProblemDetails } from '../accounting/problem.ts';

/**
 * What to do about a failure: `retry` the same call later; `attention`: a person must mend something in Fortnox or in the
 * work; `reconnect`: a person must log in again; `bug`: our request was wrong, or the answer one that we do not understand.
 */
export type FailureKind = 'retry' | 'attention' | 'reconnect' | 'bug';

/** Whether Fortnox did what a POST asked: certainly not, certainly, or nobody can say. */
export type Sent = 'no' | 'yes' | 'unknown';

/** Every failure of a call to Fortnox, classified once (`classify.ts`). */
export class FortnoxError extends Problem {
  readonly kind: FailureKind;
  readonly sent: Sent;
  /** Fortnox asked for a pause of this length. */
  readonly retryAfterMs?: number;

  constructor(
    details: ProblemDetails,
    about: { kind: FailureKind; sent: Sent; retryAfterMs?: number },
    options?: ErrorOptions,
  ) {
    super(details, options);
    this.name = 'FortnoxError';
    this.kind = about.kind;
    this.sent = about.sent;
    if (about.retryAfterMs !== undefined) this.retryAfterMs = about.retryAfterMs;
  }
}
