import type { AccountNumber } from './books.ts';

/**
 * What an attachment is, told by the name that its versions are kept under: `ledger` specifies 1510 or 2440 from the
 * invoices, `main` (huvudbilaga) shows one group of accounts (`15`, `244`), `own` is what people write themselves
 * (`own-1930`).
 */
export type AttachmentKind = 'ledger' | 'main' | 'own';

const ownPrefix = 'own-';

export function attachmentKind(accountGroup: string): AttachmentKind {
  if (accountGroup.startsWith(ownPrefix)) return 'own';
  return /^\d{2,3}$/.test(accountGroup) ? 'main' : 'ledger';
}

/** The name of the own attachment that begins with this account. */
export const ownAttachmentGroup = (account: AccountNumber): string => `${ownPrefix}${account}`;
