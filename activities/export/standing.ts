import type { Adjustment } from '../../accounting/adjustment.ts';
import type { YearBooks } from '../../accounting/books.ts';
import { findMarker } from '../../accounting/marker.ts';
import { Problem } from '../../accounting/problem.ts';
import type { Approval } from '../../db/stores/approvals.ts';
import type { ExportVoucher, VoucherToSend } from '../../db/stores/exports.ts';
import { markerKey } from './marker-key.ts';

export interface Marked {
  /** In the order of sending, each with its mark. */
  readonly vouchers: readonly VoucherToSend[];
  /** The marks among them that Fortnox holds already. */
  readonly standing: ReadonlySet<string>;
}

/** How many times an adjustment may have been withdrawn in an interval that the database has lost. */
const lostWithdrawals = 10;

/**
 * Gives each adjustment its mark. A database that was restored knows less than Fortnox: what is about to be sent may stand there,
 * sent by an order that is lost; then it keeps the mark that it has there.
 * @param ledger the closing year as Fortnox holds it now
 * @throws Problem `export.stands-elsewhere` when one stands in another series than the approved one
 */
export function markVouchers(
  { engagementId, series }: Pick<Approval, 'engagementId' | 'series'>,
  adjustments: readonly Adjustment[],
  earlier: readonly ExportVoucher[],
  ledger: YearBooks,
): Marked {
  const known = new Set(earlier.map(({ marker }) => marker));
  const inFortnox = new Map(ledger.vouchers.map((voucher) => [findMarker(voucher.text) ?? '', voucher]));
  const standing = new Set<string>();
  const elsewhere: string[] = [];
  const vouchers = adjustments.map((adjustment) => {
    const withdrawn = earlier.filter(
      ({ adjustmentId, status }) => adjustmentId === adjustment.id && status === 'withdrawn',
    ).length;
    for (let times = 0; times <= withdrawn + lostWithdrawals; times += 1) {
      const marker = markerKey(engagementId, adjustment, times);
      const voucher = inFortnox.get(marker);
      if (!voucher || known.has(marker)) continue;
      standing.add(marker);
      if (voucher.series !== series) elsewhere.push(`${voucher.series}-${voucher.number}`);
      return { adjustment, series, marker };
    }
    return { adjustment, series, marker: markerKey(engagementId, adjustment, withdrawn) };
  });
  if (elsewhere.length > 0) throw new Problem(standsElsewhere(elsewhere, series));
  return { vouchers, standing };
}

const standsElsewhere = (names: readonly string[], series: string) => ({
  code: 'export.stands-elsewhere',
  what: `Inget har förts över: det som är godkänt för serie ${series} står redan i Fortnox som ${names.join(', ')}, sänt härifrån.`,
  advice: 'Godkänn på nytt med den serie som verifikationerna står i; då sänds inget en gång till.',
});
