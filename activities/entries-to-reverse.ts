import type { Adjustment } from '../accounting/adjustment.ts';
import { isToBeReversed } from '../accounting/proposals/reversal.ts';
import type { FirmTransaction } from '../db/database.ts';
import { findPriorEngagement } from '../db/stores/engagements.ts';
import type { Engagement } from '../db/stores/engagements.ts';
import { listVouchersOfEngagement } from '../db/stores/exports.ts';

/** What the company's close of the year before has booked in Fortnox for its last day alone. */
export async function entriesToReverse(tx: FirmTransaction, engagement: Engagement): Promise<Adjustment[]> {
  const prior = await findPriorEngagement(tx, engagement);
  if (!prior) return [];
  const vouchers = await listVouchersOfEngagement(tx, prior.id);
  return vouchers
    .filter(({ status }) => status === 'confirmed')
    .map(({ content }) => content)
    .filter(isToBeReversed);
}
