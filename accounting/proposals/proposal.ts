import type { AccountNumber } from '../books.ts';
import type { IsoDate } from '../dates.ts';
import { ore, zeroOre } from '../money.ts';
import type { Ore } from '../money.ts';
import { compareNumbers } from '../number-order.ts';

export type ProposalCode =
  | 'revaluation'
  | 'cashMethod'
  | 'doubtfulReceivable'
  | 'doubtfulTransfer'
  | 'disputedTransfer'
  | 'confirmedLoss'
  | 'difference'
  | 'reversal';

export interface ProposalRow {
  readonly account: AccountNumber;
  readonly debitOre: Ore;
  readonly creditOre: Ore;
}

/** A year-end entry that follows from the figures, for the accountant to take, change or leave. */
export interface Proposal {
  readonly code: ProposalCode;
  readonly date: IsoDate;
  /** The day on which the opposite entry belongs; null for none. */
  readonly reversalDate: IsoDate | null;
  /** One row an account, by account, each with a debit or a credit; they balance. */
  readonly rows: readonly ProposalRow[];
  /** The voucher's text, in characters that Fortnox accepts. */
  readonly text: string;
  /** How it was worked out, line by line, in Swedish. */
  readonly reckoning: readonly string[];
}

/** Collects signed amounts (debit positive) by account; accounts that come to 0 give no row. */
export class ProposalRows {
  readonly #sums = new Map<AccountNumber, number>();

  add(account: AccountNumber, amountOre: number): void {
    this.#sums.set(account, (this.#sums.get(account) ?? 0) + amountOre);
  }

  /** One row an account, in order of account. Throws RangeError when they do not balance: a proposal never may. */
  rows(): ProposalRow[] {
    const rows: ProposalRow[] = [];
    let sum = 0;
    for (const [account, amount] of this.#sums) {
      sum += amount;
      if (amount === 0) continue;
      rows.push({
        account,
        debitOre: amount > 0 ? ore(amount) : zeroOre,
        creditOre: amount < 0 ? ore(-amount) : zeroOre,
      });
    }
    if (sum !== 0) throw new RangeError(`proposal is off by ${sum} öre`);
    return rows.toSorted((a, b) => compareNumbers(a.account, b.account));
  }
}
