import type { YearBalances } from '../../accounting/account-groups.ts';
import type { AccountNumber } from '../../accounting/books.ts';
import { ore } from '../../accounting/money.ts';
import type { Ore } from '../../accounting/money.ts';
import type { FirmTransaction } from '../database.ts';
import type { Snapshot } from './snapshots.ts';

/**
 * Opening balances and movements of every account in every year of a snapshot, summed by the database: small whatever the
 * number of vouchers, so that a large ledger need not come into memory for its balances.
 */
export async function balancesAt(
  { sql }: FirmTransaction,
  { engagementId, seq, header }: Pick<Snapshot, 'engagementId' | 'seq' | 'header'>,
): Promise<{ readonly closing: YearBalances; readonly others: readonly YearBalances[] }> {
  const rows = await sql<
    { kind: 'opening' | 'moved'; year: string; account: AccountNumber; amount: string }[]
  >`
    with state as (
      select distinct on (kind, key) kind, key, content, hash from record_versions
      where engagement_id = ${engagementId} and kind in ('balance', 'voucher') and since_seq <= ${seq}
      order by kind, key, since_seq desc
    )
    select 'moved' as kind, left(key, 10) as year, r ->> 0 as account, sum((r ->> 1)::bigint)::text as amount
    from state, json_array_elements(content -> 4) r
    where kind = 'voucher' and hash <> ''
    group by 2, 3
    union all
    select 'opening', left(key, 10), substr(key, 12), content #>> '{}'
    from state where kind = 'balance' and hash <> ''`;
  const years = header.years.map(({ accountingMethod: _, ...year }) => {
    const of = (kind: 'opening' | 'moved'): Map<AccountNumber, Ore> =>
      new Map(
        rows
          .filter((row) => row.kind === kind && row.year === year.from)
          .map(({ account, amount }) => [account, ore(Number(amount))]),
      );
    return { year, opening: of('opening'), moved: of('moved') };
  });
  return {
    closing: years.find(({ year }) => year.from === header.closing.from)!,
    others: years.filter(({ year }) => year.from !== header.closing.from),
  };
}
