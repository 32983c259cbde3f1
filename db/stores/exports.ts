import { and, asc, eq, isNull } from 'drizzle-orm';
import type { Adjustment } from '../../accounting/adjustment.ts';
import type { IsoDate } from '../../accounting/dates.ts';
import { Problem } from '../../accounting/problem.ts';
import type { FirmTransaction } from '../database.ts';
import { exportOrders, exportVouchers } from '../schema/export.ts';

export type ExportOrder = typeof exportOrders.$inferSelect;
export type ExportVoucher = typeof exportVouchers.$inferSelect;

export interface OrderToOpen {
  readonly engagementId: string;
  readonly approvalId: string;
  /** Fortnox's DatabaseNumber: with the year it names what only one order at a time may write to. */
  readonly tenant: string;
  readonly yearFrom: IsoDate;
  /** In the order of sending. */
  readonly vouchers: readonly VoucherToSend[];
}

export interface VoucherToSend {
  /** Unique for ever; it is written into the voucher at Fortnox. */
  readonly marker: string;
  readonly adjustment: Adjustment;
  readonly series: string;
}

/**
 * Writes down what is to be sent, before anything is. The same approval again gives the order that is there.
 * @throws Problem `export.another-in-progress` while another order is open on the company and year;
 * `export.already-sent` when an adjustment was sent, or is planned, by an earlier order
 */
export async function openOrder(tx: FirmTransaction, open: OrderToOpen): Promise<ExportOrder> {
  const existing = await findOrderOfApproval(tx, open.approvalId);
  if (existing) return existing;
  const { vouchers, ...values } = open;
  const [order] = await tx.db.insert(exportOrders).values(values).onConflictDoNothing().returning();
  if (!order) {
    // The same approval may have come in between; otherwise somebody else writes to the company's year.
    const raced = await findOrderOfApproval(tx, open.approvalId);
    if (raced) return raced;
    throw new Problem({
      code: 'export.another-in-progress',
      what: 'En annan överföring till samma företag och räkenskapsår pågår.',
      advice: 'Vänta tills den är klar och försök igen.',
    });
  }
  if (vouchers.length === 0) return order;
  const planned = await tx.db
    .insert(exportVouchers)
    .values(
      vouchers.map(({ marker, adjustment, series }, index) => ({
        orderId: order.id,
        position: index + 1,
        engagementId: open.engagementId,
        adjustmentId: adjustment.id,
        marker,
        content: adjustment,
        series,
      })),
    )
    .onConflictDoNothing()
    .returning({ position: exportVouchers.position });
  if (planned.length === vouchers.length) return order;
  throw new Problem({
    code: 'export.already-sent',
    what: `${vouchers.length - planned.length} av bokslutsverifikationerna har redan överförts eller är på väg.`,
    advice: 'Läs in överföringarna på nytt; det som redan har sänts ska inte sändas igen.',
  });
}

export async function findOrder(tx: FirmTransaction, id: string): Promise<ExportOrder | undefined> {
  const [order] = await tx.db.select().from(exportOrders).where(eq(exportOrders.id, id));
  return order;
}

export async function findOrderOfApproval(
  tx: FirmTransaction,
  approvalId: string,
): Promise<ExportOrder | undefined> {
  const [order] = await tx.db.select().from(exportOrders).where(eq(exportOrders.approvalId, approvalId));
  return order;
}

/** The engagement's order that is not finished, if there is one. */
export async function findOpenOrder(
  tx: FirmTransaction,
  engagementId: string,
): Promise<ExportOrder | undefined> {
  const [order] = await tx.db
    .select()
    .from(exportOrders)
    .where(and(eq(exportOrders.engagementId, engagementId), isNull(exportOrders.finishedAt)));
  return order;
}

/** An engagement's orders, oldest first. */
export async function listOrders(tx: FirmTransaction, engagementId: string): Promise<ExportOrder[]> {
  return tx.db
    .select()
    .from(exportOrders)
    .where(eq(exportOrders.engagementId, engagementId))
    .orderBy(asc(exportOrders.createdAt));
}

/** An order's vouchers in the order of sending. */
export async function listVouchers(tx: FirmTransaction, orderId: string): Promise<ExportVoucher[]> {
  return tx.db
    .select()
    .from(exportVouchers)
    .where(eq(exportVouchers.orderId, orderId))
    .orderBy(asc(exportVouchers.position));
}

/** All that the engagement has sent or meant to, over all orders: by marker our own vouchers are recognised. */
export async function listVouchersOfEngagement(
  tx: FirmTransaction,
  engagementId: string,
): Promise<ExportVoucher[]> {
  return tx.db
    .select()
    .from(exportVouchers)
    .where(eq(exportVouchers.engagementId, engagementId))
    .orderBy(asc(exportVouchers.changedAt), asc(exportVouchers.position));
}

/** The markers of the engagement's vouchers that Fortnox holds for its own attest (Bokföringsattest), as they were read back. */
export async function markersAwaitingAttest(
  tx: FirmTransaction,
  engagementId: string,
): Promise<ReadonlySet<string>> {
  const rows = await tx.sql<{ marker: string }[]>`
    select details ->> 'marker' as marker from processing_history
    where engagement_id = ${engagementId} and event = 'voucher.exported' and details ? 'approvalState'`;
  return new Set(rows.map(({ marker }) => marker));
}

/**
 * Closes the order, so that the company and year are free for the next; closing it again changes nothing.
 * @throws Problem `export.illegal-step` while a voucher is neither confirmed nor withdrawn
 */
export async function finishOrder(tx: FirmTransaction, id: string): Promise<void> {
  await tx.db
    .update(exportOrders)
    .set({ finishedAt: new Date() })
    .where(and(eq(exportOrders.id, id), isNull(exportOrders.finishedAt)));
}
