import type { Adjustment } from '../../accounting/adjustment.ts';
import type { YearBalances } from '../../accounting/account-groups.ts';
import { effectOf } from '../../accounting/effect.ts';
import type { Effect } from '../../accounting/effect.ts';
import { ore } from '../../accounting/money.ts';
import { balancesAt } from '../../db/stores/balances.ts';
import { getEngagement } from '../../db/stores/engagements.ts';
import { listVouchersOfEngagement } from '../../db/stores/exports.ts';
import type { Snapshot } from '../../db/stores/snapshots.ts';
import { importedSnapshot } from './adjustments.ts';
import type { Caller, ClientContext } from './context.ts';

/**
 * What vouchers that are not in Fortnox yet would do to the result and the balance sheet. What this close has sent since the
 * latest import counts as booked.
 * @throws Problem `engagements.not-found`, `adjustments.nothing-imported`
 */
export async function effectOfAdjustments(
  context: ClientContext,
  caller: Caller,
  engagementId: string,
  unsent: readonly Pick<Adjustment, 'rows'>[],
): Promise<Effect> {
  const { snapshot, sentSince } = await context.database.forFirm(caller.firmId, async (tx) => {
    const [, latest, vouchers] = await Promise.all([
      getEngagement(tx, engagementId),
      importedSnapshot(tx, engagementId),
      listVouchersOfEngagement(tx, engagementId),
    ]);
    return {
      snapshot: latest,
      sentSince: vouchers.filter(
        ({ status, changedAt }) => status === 'confirmed' && changedAt > latest.fetchedAt,
      ),
    };
  });
  const balances = await closingBalances(context, caller.firmId, snapshot);
  return effectOf(
    withBooked(
      balances,
      sentSince.map(({ content }) => content),
    ),
    unsent,
  );
}

/** A snapshot never changes, so its balances are summed once; the latest used of these many are kept. */
const mostKept = 200;
const kept = new Map<string, Promise<YearBalances>>();

function closingBalances(context: ClientContext, firmId: string, snapshot: Snapshot): Promise<YearBalances> {
  const key = `${firmId}/${snapshot.id}`;
  const found = kept.get(key) ?? read(context, firmId, snapshot);
  kept.delete(key);
  kept.set(key, found);
  found.catch(() => kept.delete(key));
  const [oldest] = kept.keys();
  if (kept.size > mostKept && oldest !== undefined) kept.delete(oldest);
  return found;
}

const read = async ({ database }: ClientContext, firmId: string, snapshot: Snapshot): Promise<YearBalances> =>
  (await database.forFirm(firmId, (tx) => balancesAt(tx, snapshot))).closing;

function withBooked(balances: YearBalances, vouchers: readonly Pick<Adjustment, 'rows'>[]): YearBalances {
  if (vouchers.length === 0) return balances;
  const moved = new Map(balances.moved);
  for (const { account, amountOre } of vouchers.flatMap(({ rows }) => rows))
    moved.set(account, ore((moved.get(account) ?? 0) + amountOre));
  return { ...balances, moved };
}
