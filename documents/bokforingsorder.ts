import type { Adjustment } from '../accounting/adjustment.ts';
import type { Account } from '../accounting/books.ts';
import type { OrderDocument, OrderVoucher } from './content.ts';
import type { Frame } from './frame.ts';

/** What a bokföringsorder is made from. */
export interface OrderFacts {
  readonly revision: {
    readonly revision: number;
    readonly data: readonly Adjustment[];
    readonly savedAt: Date;
  };
  readonly approval: { readonly series: string; readonly approvedAt: Date };
  /** The names of who saved the revision and who approved it. */
  readonly savedBy: string;
  readonly approvedBy: string;
  /** All that the engagement has sent, over all orders. */
  readonly exported: readonly {
    readonly adjustmentId: string;
    readonly status: string;
    readonly marker: string;
    readonly fortnoxSeries: string | null;
    readonly fortnoxNumber: number | null;
    readonly changedAt: Date;
  }[];
  readonly accounts: readonly Account[];
  /** Markers of vouchers that wait for Fortnox's own attest. */
  readonly awaitingAttest: ReadonlySet<string>;
}

/** Every adjustment of the approved revision, with Fortnox's numbers where it has them. */
export function bokforingsorder(frame: Frame, facts: OrderFacts): OrderDocument {
  const { revision, approval, savedBy, approvedBy } = facts;
  return {
    ...frame,
    signOff: {
      status: 'approved',
      version: revision.revision,
      prepared: { name: savedBy, at: revision.savedAt.toISOString() },
      approved: { name: approvedBy, at: approval.approvedAt.toISOString() },
    },
    series: approval.series,
    revision: revision.revision,
    vouchers: revision.data.map((adjustment) => orderVoucher(adjustment, facts)),
  };
}

function orderVoucher(
  { id, date, text, rows, transfer }: Adjustment,
  { exported, accounts, awaitingAttest }: OrderFacts,
): OrderVoucher {
  const names = new Map(accounts.map(({ number, name }) => [number, name]));
  const sent = exported.find(({ adjustmentId, status }) => adjustmentId === id && status === 'confirmed');
  const { fortnoxSeries: series = null, fortnoxNumber: number = null } = sent ?? {};
  return {
    date,
    text,
    rows: rows.map((row) => ({ ...row, accountName: names.get(row.account) ?? '' })),
    transfer,
    ...(sent &&
      series !== null &&
      number !== null && {
        booked: {
          series,
          number,
          at: sent.changedAt.toISOString(),
          awaitsAttest: awaitingAttest.has(sent.marker),
        },
      }),
  };
}
