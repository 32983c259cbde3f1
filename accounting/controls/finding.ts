/** What an import control found: a stable code, the figures and the records behind it. */
export interface ControlFinding {
  readonly code: ControlCode;
  readonly severity: 'error' | 'warning' | 'info';
  /** Swedish, for the accountant. */
  readonly message: string;
  /** Amounts in öre (`…Ore`) and counts. */
  readonly figures: Readonly<Record<string, number>>;
  /** Vouchers `A-12`, accounts `1510` or series `A`: the first hundred; `figures.count` tells how many there are. */
  readonly records: readonly string[];
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

/** How many records a finding names. */
export const mostRecords = 100;

/** The first few, and how many more: for a message. */
export const some = (list: readonly string[]): string =>
  list.length > 5 ? `${list.slice(0, 5).join(', ')} och ${list.length - 5} till` : list.join(', ');
