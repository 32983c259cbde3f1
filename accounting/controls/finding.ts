import type { Ore } from '../money.ts';

/** What an import control found: a stable code, the figures and the records behind it. */
export interface ControlFinding {
  readonly code: ControlCode;
  readonly severity: 'error' | 'warning' | 'info';
  /** Swedish, for the accountant. */
  readonly message: string;
  /** Amounts in öre (`…Ore`) and counts. `differencesOre` is summed without signs: two that cancel out are still wrong. */
  readonly figures: Readonly<Record<string, number>>;
  /** The first of them (`mostRecords`); `figures.count` tells how many there are. */
  readonly records: readonly FoundRecord[];
}

/** One record behind a finding, with the figures that it has of its own. Amounts: debit positive. */
export interface FoundRecord {
  /** Voucher `A-12`, numbers `A-4–6`, account `1510`, financial year `2024-01-01–2024-12-31`. */
  readonly name: string;
  readonly balanceOre?: Ore;
  /** What the balance is held against. */
  readonly againstOre?: Ore;
  /** How far it is off. */
  readonly differenceOre?: Ore;
  /** Rows on an account, numbers that are missing, times that a number is used. */
  readonly count?: number;
}

export type ControlCode =
  | 'control.opening-differs'
  | 'control.year-gap'
  | 'control.opening-sum'
  | 'control.closing-differs'
  | 'control.fortnox-balance-differs'
  | 'control.voucher-unbalanced'
  | 'control.number-gap'
  | 'control.number-duplicate'
  | 'control.voucher-outside-year'
  | 'control.after-locked-date'
  | 'control.account-unknown'
  | 'control.account-inactive'
  | 'control.text-missing'
  | 'control.subledger-differs';

/** How many records a finding holds: all that have figures, but for a file that is wrong throughout; else enough to begin with. */
export const mostRecords = { withFigures: 1_000, named: 100 } as const;

/** The first few, and how many more: for a message. */
export const some = (list: readonly string[]): string =>
  list.length > 5 ? `${list.slice(0, 5).join(', ')} och ${list.length - 5} till` : list.join(', ');
