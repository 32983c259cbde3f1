/** What a person reads about an error: never a token, a stack trace or a name. */
export interface ProblemDetails {
  /** Stable, dotted, lower case: `export.series-not-manual`. Never changes its meaning. */
  readonly code: string;
  /** Swedish sentence: what happened, and to what. */
  readonly what: string;
  /** Swedish sentence: what the reader can do about it. */
  readonly advice: string;
  /** Fortnox's own code, message and request id, when the refusal came from there. */
  readonly fortnox?: FortnoxRefusal;
}

export interface FortnoxRefusal {
  readonly status: number;
  readonly code?: string;
  readonly message?: string;
  /** The `X-Uid` response header, which Fortnox's support asks for. */
  readonly requestId?: string;
}

/** An error that a person can mend; every error that leaves a module for a reader is one of these. */
export class Problem extends Error {
  readonly details: ProblemDetails;

  constructor(details: ProblemDetails, options?: ErrorOptions) {
    super(`${details.code}: ${details.what}`, options);
    this.name = 'Problem';
    this.details = details;
  }

  get code(): string {
    return this.details.code;
  }
}
