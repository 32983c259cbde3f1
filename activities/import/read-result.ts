import type { AccountNumber, Books } from '../../accounting/books.ts';
import type { Ore } from '../../accounting/money.ts';
import type { ImportFinding } from './finding.ts';

/** A company's books as they were read, whole, before anything of them is stored. */
export interface ReadBooks {
  readonly books: Books;
  readonly findings: readonly ImportFinding[];
  /** The files as they came. */
  readonly raw: readonly { readonly name: string; readonly bytes: Uint8Array }[];
  /** The closing year's file's own closing balances and results (#UB, #RES). */
  readonly fileClosingBalances: ReadonlyMap<AccountNumber, Ore>;
  /** Closing balances that Fortnox itself gives for a sample of accounts. */
  readonly fortnoxBalances: ReadonlyMap<AccountNumber, Ore>;
  /** Requests made, tries included. */
  readonly fortnoxRequests: number;
  /** What was planned for it (`request-plan.ts`). */
  readonly plannedRequests: number;
}
