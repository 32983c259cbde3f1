import type { FinancialYear } from '../../accounting/books.ts';
import type { FirmTransaction } from '../database.ts';
import { getCompany } from './companies.ts';
import type { Engagement } from './engagements.ts';
import { getFirm } from './firms.ts';
import type { Snapshot } from './snapshots.ts';

/** What a document's frame is made of (`documents/frame.ts`). */
export async function frameRows(tx: FirmTransaction, engagement: Engagement, snapshot: Snapshot) {
  const year: FinancialYear = { from: engagement.yearFrom, to: engagement.yearTo };
  return { firm: await getFirm(tx), company: await getCompany(tx, engagement.companyId), year, snapshot };
}
