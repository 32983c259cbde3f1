import { defineSearchAttributeKey, SearchAttributeType } from '@temporalio/common';

/** What ops can find a close by in the Temporal UI. Never an organisation number or a name. */
export const firmIdKey = defineSearchAttributeKey('FirmId', SearchAttributeType.KEYWORD);
export const phaseKey = defineSearchAttributeKey('Phase', SearchAttributeType.KEYWORD);
/** The code of the problem that a person must mend; absent when there is none. */
export const needsAttentionKey = defineSearchAttributeKey('NeedsAttention', SearchAttributeType.KEYWORD);
export const financialYearEndKey = defineSearchAttributeKey('FinancialYearEnd', SearchAttributeType.DATETIME);
export const loginExpiresAtKey = defineSearchAttributeKey('LoginExpiresAt', SearchAttributeType.DATETIME);

/** Name and type of each, as `temporal operator search-attribute create` and the dev server want them. */
export const searchAttributes = {
  FirmId: 'Keyword',
  Phase: 'Keyword',
  NeedsAttention: 'Keyword',
  FinancialYearEnd: 'Datetime',
  LoginExpiresAt: 'Datetime',
} as const;
