import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Books } from '../../accounting/books.ts';
import { isoDate } from '../../accounting/dates.ts';
import { ore } from '../../accounting/money.ts';
import { listProposals } from '../../client/close/attachments.ts';
import { createEngagement } from '../../db/stores/engagements.ts';
import { moveVoucher } from '../../db/stores/export-vouchers.ts';
import { openOrder } from '../../db/stores/exports.ts';
import { openDesk } from './desk.ts';
import type { Desk } from './desk.ts';
import { adjustment, books, openTestDatabase, voucher } from './support.ts';
import type { OpenTestDatabase } from './support.ts';

let opened: OpenTestDatabase;

beforeAll(async () => {
  opened = await openTestDatabase();
});

afterAll(() => opened.close());

const row = (account: string, kronor: number) => ({ account, amountOre: ore(kronor * 100), text: '' });
const unpaid = {
  ...adjustment('cash'),
  text: 'Kontantmetoden: obetalda kundfakturor per 2025-12-31',
  rows: [row('1510', 1_250), row('2618', -250), row('3001', -1_000)],
  proposalCode: 'cashMethod',
};

/** The year 2025 with two entries on their way to Fortnox, of which one is the cash method's. */
async function exported(desk: Desk) {
  const snapshotId = await desk.import(books([voucher(1)]));
  const { id: approvalId } = await desk.approve(snapshotId);
  const order = await desk.forFirm((tx) =>
    openOrder(tx, {
      engagementId: desk.id,
      approvalId,
      tenant: desk.firmId,
      yearFrom: isoDate('2025-01-01'),
      vouchers: [adjustment('a1'), unpaid].map((content) => ({
        marker: `${content.id}-${desk.firmId}`,
        adjustment: content,
        series: 'B',
      })),
    }),
  );
  return () =>
    desk.forFirm(async (tx) => {
      for (const position of [1, 2]) {
        const key = { orderId: order.id, position };
        await moveVoucher(tx, key, 'planned', { to: 'sending' });
        const fortnox = { series: 'B', number: position, yearId: 1 };
        await moveVoucher(tx, key, 'sending', { to: 'posted', fortnox });
        await moveVoucher(tx, key, 'posted', { to: 'confirmed' });
      }
    });
}

it('the year after proposes to reverse what the cash method booked, until somebody has', async () => {
  const desk = await openDesk(opened.database);
  const confirm = await exported(desk);
  const year = { from: isoDate('2026-01-01'), to: isoDate('2026-12-31') };
  const next = await desk.forFirm((tx) =>
    createEngagement(tx, {
      companyId: desk.engagement.companyId,
      yearFrom: year.from,
      yearTo: year.to,
      settings: desk.engagement.settings,
    }),
  );
  const proposalsWith = async (closing: Partial<Books['closing']>) => {
    const { closing: before, ...rest } = books([]);
    const of2026 = { ...before, year, accountingMethod: 'CASH', ...closing } as const;
    await desk.import({ ...rest, closing: of2026, otherYears: [], invoices: [], payments: [] }, next.id);
    return listProposals(desk.client, desk.anna, next.id);
  };

  expect(await proposalsWith({})).toEqual([]);
  await confirm();
  expect(await proposalsWith({})).toMatchObject([
    {
      accountGroup: '1510',
      kind: 'rule',
      proposal: {
        code: 'reversal',
        date: '2026-01-01',
        reversalDate: null,
        text: 'Återföring: Kontantmetoden: obetalda kundfakturor per 2025-12-31',
        rows: [
          { account: '1510', debitOre: 0, creditOre: 125_000 },
          { account: '2618', debitOre: 25_000, creditOre: 0 },
          { account: '3001', debitOre: 100_000, creditOre: 0 },
        ],
      },
    },
  ]);
  // By hand, on another day and with its rows in another order.
  const byHand = [row('3001', 600), row('3001', 400), row('2618', 250), row('1510', -1_250)];
  const date = isoDate('2026-01-15');
  expect(await proposalsWith({ vouchers: [voucher(1, { date, rows: byHand })] })).toEqual([]);
  expect(await proposalsWith({ vouchers: [voucher(1, { date, rows: unpaid.rows })] })).toHaveLength(1);
  expect(await proposalsWith({ accountingMethod: 'ACCRUAL' })).toEqual([]);
});
