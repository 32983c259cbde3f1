import { firmIds } from '../../db/stores/firms.ts';
import type { ClientContext } from '../close/context.ts';
import type { Finding } from './findings.ts';
import { reconcileFirm, reconcileStrangers } from './reconcile-firm.ts';
import { reconcileFortnox } from './reconcile-fortnox.ts';

/**
 * After a restore of the database or of Temporal: where the two and Fortnox disagree, of all firms or of one. Looks alone;
 * `mend` of each finding, in their order, brings the closes to go on, each voucher once.
 *
 * The database's rows say how far a close has come, whatever its workflow remembers; what Fortnox holds is the truth about
 * vouchers, and everything that may have been sent is looked for there before anything is sent.
 */
export async function reconcile(context: ClientContext, firmId?: string): Promise<Finding[]> {
  const firms = firmId === undefined ? await firmIds(context.database) : [firmId];
  const findings = await reconcileStrangers(context, new Set(firms), firmId === undefined);
  for (const id of firms) {
    findings.push(...(await reconcileFirm(context, id)));
    for (const one of await reconcileFortnox(context, id)) {
      const isSaid = findings.some(
        ({ about, action }) => action === 'look-for' && one.action === action && about === one.about,
      );
      if (!isSaid) findings.push(one);
    }
  }
  return findings;
}
