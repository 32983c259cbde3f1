import type { AttachmentOptions } from '../accounting/attachment.ts';
import type { ExchangeRate, Ledger } from '../accounting/books.ts';
import type { EngagementSettings } from '../db/schema/engagement.ts';

/** The engagement's own account set for a ledger, when it has one, and the rates at the balance date. */
export function attachmentOptions(
  ledger: Ledger,
  { accountSets }: EngagementSettings,
  rates: readonly ExchangeRate[],
): AttachmentOptions {
  const accountSet = accountSets?.[ledger];
  return { rates, ...(accountSet && { accountSet }) };
}
