/**
 * Behaviours of Fortnox that nobody has documented or recorded. Each has a default and can be switched through
 * `PUT /sandbox/assumptions`, so that a fact found later replaces it and a test can try both. README.md has the table.
 */
export const defaultAssumptions = {
  /** Reuse of a rotated refresh token also kills the newer one. */
  refreshReuseKillsFamily: false,
  /** A new consent for the same client and tenant ends the earlier connection. */
  newConsentEndsEarlier: false,
  /** The Retry-After header of a 429, in seconds; null = none is sent. */
  retryAfterHeader: null as number | null,
  /** Status of the refusal for a missing scope (2000663): seen as 400 and as 403. */
  scopeErrorStatus: 403,
  /** Error codes come as strings. */
  errorCodesAsStrings: false,
  seriesMissingCode: 2900001,
  seriesNotManualCode: 2900002,
  noFinancialYearCode: 2900003,
  unbalancedVoucherCode: 2900004,
  fieldMissingCode: 2900005,
  notFoundCode: 2900006,
  fileAlreadyConnectedCode: 2900007,
  lockedPeriodCode: 2000401,
  /** `{"LockedPeriod":{"EndDate":null}}` or `{"LockedPeriod":{}}` when nothing is locked. */
  lockedPeriodWhenOpen: 'null' as 'null' | 'absent',
  /** Values of ApprovalState: null or a number. */
  approvalStateNone: 0,
  approvalStateWaiting: 1,
  /** Removed rows stand as #BTRANS in the SIE file; else they are left out. */
  sieRemovedRows: false,
  /** #KTYP lines in the SIE file. */
  sieAccountTypes: false,
  sieEncoding: 'cp437' as 'cp437' | 'utf8',
  /** Vouchers that wait for approval are in the SIE file. */
  sieAwaitingApproval: true,
  /** The credited invoice names its credit note too. */
  creditReferenceOnOriginal: false,
  predefinedReceivables: 'CUSTOMERCLAIM',
  predefinedPayables: 'SUPPLIERDEBT',
};

export type Assumptions = typeof defaultAssumptions;

/** Takes the given switches over. Answers what is wrong with the first that does not fit, or null. */
export function changeAssumptions(assumptions: Assumptions, changes: Record<string, unknown>): string | null {
  for (const [name, value] of Object.entries(changes)) {
    if (!Object.hasOwn(defaultAssumptions, name)) return `unknown assumption: ${name}`;
    const fits = allowed[name]?.(value) ?? typeof value === typeof Reflect.get(defaultAssumptions, name);
    if (!fits) return `${name}: value does not fit`;
  }
  Object.assign(assumptions, changes);
  return null;
}

const allowed: Record<string, (value: unknown) => boolean> = {
  retryAfterHeader: (value) => value === null || (typeof value === 'number' && value >= 0),
  scopeErrorStatus: (value) => value === 400 || value === 403,
  lockedPeriodWhenOpen: (value) => value === 'null' || value === 'absent',
  sieEncoding: (value) => value === 'cp437' || value === 'utf8',
};
