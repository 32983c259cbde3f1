import type { AccountNumber } from '../books.ts';
import type { Evidence } from '../explain/evidence.ts';
import type { Finding } from '../explain/explanation.ts';
import type { ItemMark } from '../item-marks.ts';
import type { Ore } from '../money.ts';
import type { OpenItems } from '../open-items.ts';
import { suggestCorrections } from './difference.ts';
import { suggestDisputedDebts } from './disputed-debts.ts';
import { suggestDoubtful } from './doubtful.ts';
import type { Proposal } from './proposal.ts';

export interface SuggestionInput {
  readonly evidence: Evidence;
  readonly open: OpenItems;
  /** Closing balances, debit positive. */
  readonly balances: ReadonlyMap<AccountNumber, Ore>;
  readonly findings: readonly Finding[];
  readonly unexplainedOre: Ore;
  /** Percent. */
  readonly assumedVatRate: number;
  /** By invoice number. */
  readonly marks: ReadonlyMap<string, ItemMark>;
}

/** Entries that need a person's judgement before they are made. */
export const suggest = (input: SuggestionInput): Proposal[] => [
  ...suggestDoubtful(input),
  ...suggestDisputedDebts(input),
  ...suggestCorrections(input),
];
