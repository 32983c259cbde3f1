/** Something in which the database, Temporal and Fortnox disagree, and what is done about it. Ids, numbers and codes alone. */
export interface Finding {
  readonly firmId: string;
  /** The workflow's id. */
  readonly about: string;
  /** `look`: nothing is done; a person must. */
  readonly action: 'start' | 'replace' | 'end' | 'look-for' | 'watch' | 'look';
  /** English, one sentence. */
  readonly why: string;
  /** Does it; safe to repeat. */
  readonly mend?: () => Promise<unknown>;
}
