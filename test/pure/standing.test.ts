import { describe, expect, it } from 'vitest';
import type { Adjustment } from '../../accounting/adjustment.ts';
import type { YearBooks } from '../../accounting/books.ts';
import { isoDate } from '../../accounting/dates.ts';
import { markedText } from '../../accounting/marker.ts';
import { ore } from '../../accounting/money.ts';
import { markerKey } from '../../activities/export/marker-key.ts';
import { markVouchers } from '../../activities/export/standing.ts';
import type { ExportVoucher } from '../../db/stores/exports.ts';

const adjustment: Adjustment = {
  id: 'one',
  date: isoDate('2025-12-31'),
  text: 'Bokslut',
  rows: [
    { account: '1930', amountOre: ore(-100), text: '' },
    { account: '3740', amountOre: ore(100), text: '' },
  ],
  transfer: true,
};
const approval = { engagementId: 'e', series: 'K' };
const mark = (withdrawn: number): string => markerKey('e', adjustment, withdrawn);

/** A ledger that holds one voucher with the mark. */
const ledgerWith = (series: string, marker: string): YearBooks => ({
  year: { from: isoDate('2025-01-01'), to: isoDate('2025-12-31') },
  accountingMethod: 'ACCRUAL',
  openingBalances: new Map(),
  vouchers: [{ series, number: 7, date: adjustment.date, text: markedText('Bokslut', marker), rows: [] }],
});
const withdrawnRow = { adjustmentId: 'one', status: 'withdrawn', marker: mark(0) } as ExportVoucher;
const marksOf = (earlier: readonly ExportVoucher[], ledger: YearBooks) => {
  const { vouchers, standing } = markVouchers(approval, [adjustment], earlier, ledger);
  return { marks: vouchers.map(({ marker }) => marker), standing: [...standing] };
};

describe('the marks of what is about to be sent', () => {
  it('are new ones when Fortnox holds nothing of it', () => {
    const other = ledgerWith('K', '000000000000');
    expect(marksOf([], other)).toEqual({ marks: [mark(0)], standing: [] });
    expect(marksOf([withdrawnRow], other)).toEqual({ marks: [mark(1)], standing: [] });
  });

  it('are those that Fortnox holds, also when the database has lost how often it was withdrawn', () => {
    expect(marksOf([], ledgerWith('K', mark(0)))).toEqual({ marks: [mark(0)], standing: [mark(0)] });
    expect(marksOf([], ledgerWith('K', mark(3)))).toEqual({ marks: [mark(3)], standing: [mark(3)] });
  });

  it('are never taken from a voucher that the database knows', () => {
    expect(marksOf([withdrawnRow], ledgerWith('K', mark(0)))).toEqual({ marks: [mark(1)], standing: [] });
  });

  it('stop the export when it stands in another series', () => {
    expect(() => marksOf([], ledgerWith('A', mark(0)))).toThrow('export.stands-elsewhere');
  });
});
