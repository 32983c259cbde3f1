import { closingOf } from '../../accounting/account-groups.ts';
import type { YearBalances } from '../../accounting/account-groups.ts';
import { latestFirst } from '../../accounting/balances.ts';
import type { AccountNumber, ClosedYear } from '../../accounting/books.ts';
import type { IsoDate } from '../../accounting/dates.ts';
import { ore } from '../../accounting/money.ts';
import type { Ore } from '../../accounting/money.ts';
import type { FirmTransaction } from '../database.ts';
import type { Snapshot } from './snapshots.ts';

/**
 * Opening balances and movements of every account in the closing year, and how the years before closed, the latest first;
 * summed by the database: small whatever the number of vouchers, so that a large ledger need not come into memory.
 */
export async function balancesAt(
  { sql }: FirmTransaction,
  { engagementId, seq, header }: Pick<Snapshot, 'engagementId' | 'seq' | 'header'>,
): Promise<{ readonly closing: YearBalances; readonly before: readonly ClosedYear[] }> {
  const rows = await sql<
    { kind: 'balance' | 'moved'; day: IsoDate; account: AccountNumber; amount: string }[]
  >`
    with state as (
      select distinct on (kind, key) kind, key, content, hash from record_versions
      where engagement_id = ${engagementId} and kind in ('balance', 'voucher') and since_seq <= ${seq}
      order by kind, key, since_seq desc
    )
    select 'moved' as kind, left(key, 10) as day, r ->> 0 as account, sum((r ->> 1)::bigint)::text as amount
    from state, json_array_elements(content -> 4) r
    where kind = 'voucher' and hash <> ''
    group by 2, 3
    union all
    select 'balance', left(key, 10), substr(key, 12), content #>> '{}'
    from state where kind = 'balance' and hash <> ''`;
  const of = (kind: 'balance' | 'moved', day: IsoDate): Map<AccountNumber, Ore> =>
    new Map(
      rows
        .filter((row) => row.kind === kind && row.day === day)
        .map(({ account, amount }) => [account, ore(Number(amount))]),
    );
  const years = header.years.map(({ accountingMethod: _, ...year }) => ({
    year,
    opening: of('balance', year.from),
    moved: of('moved', year.from),
  }));
  const reckoned = years
    .filter(({ year }) => year.to < header.closing.from)
    .map((year) => ({ year: year.year, closingBalances: closingOf(year) }));
  const stated = (header.statedYears ?? []).map((year) => ({
    year,
    closingBalances: of('balance', year.to),
  }));
  return {
    closing: years.find(({ year }) => year.from === header.closing.from)!,
    before: latestFirst([...reckoned, ...stated]),
  };
}
