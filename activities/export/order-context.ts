import { Problem } from '../../accounting/problem.ts';
import { findLiveConnection } from '../../db/stores/connections.ts';
import type { FirmTransaction } from '../../db/database.ts';
import { getEngagement } from '../../db/stores/engagements.ts';
import type { Engagement } from '../../db/stores/engagements.ts';
import { findOrder, listVouchers } from '../../db/stores/exports.ts';
import type { ExportOrder, ExportVoucher } from '../../db/stores/exports.ts';
import type { FortnoxClient } from '../../fortnox/client.ts';
import { stopSignal } from '../context.ts';
import type { ActivityContext } from '../context.ts';
import type { OrderInput, VoucherInput } from '../contract.ts';
import { yearOf } from '../verify-connection.ts';

/** An order with its vouchers and whose it is. Throws Problem `export.order-not-found`. */
export async function readOrder(
  tx: FirmTransaction,
  { orderId, engagementId }: OrderInput,
): Promise<{
  readonly order: ExportOrder;
  readonly vouchers: ExportVoucher[];
  readonly engagement: Engagement;
}> {
  const order = await findOrder(tx, orderId);
  if (order?.engagementId !== engagementId) {
    throw new Problem({
      code: 'export.order-not-found',
      what: `Överföringen ${orderId} finns inte för det här bokslutet.`,
      advice: 'Godkänn bokslutsverifikationerna på nytt.',
    });
  }
  return {
    order,
    vouchers: await listVouchers(tx, orderId),
    engagement: await getEngagement(tx, engagementId),
  };
}

/** One voucher of an order. Throws as `readOrder`, and when the order has no such position. */
export async function readVoucher(
  tx: FirmTransaction,
  input: VoucherInput,
): Promise<{ readonly voucher: ExportVoucher; readonly engagement: Engagement }> {
  const { vouchers, engagement } = await readOrder(tx, input);
  const voucher = vouchers.find(({ position }) => position === input.position);
  if (!voucher) throw new RangeError(`order has no position ${input.position}`);
  return { voucher, engagement };
}

/** Fortnox's id of a year never changes, so that it need not be asked for with every voucher. */
const knownYearIds = new Map<string, number>();

/** Fortnox for the company's live login, with the closing year's id there. Throws Problem `login.none` without one. */
export async function fortnoxOf(
  context: ActivityContext,
  firmId: string,
  engagement: Engagement,
  signal: AbortSignal = stopSignal(),
): Promise<{ readonly client: FortnoxClient; readonly yearId: number }> {
  const connection = await context.database.forFirm(firmId, (tx) =>
    findLiveConnection(tx, engagement.companyId),
  );
  if (!connection) throw loginMissing();
  const client = context.openFortnox(connection, { signal });
  const key = `${connection.id} ${engagement.id}`;
  const yearId = knownYearIds.get(key) ?? yearOf(engagement, (await client.financialYears()).records).id;
  knownYearIds.set(key, yearId);
  return { client, yearId };
}

export const loginMissing = (): Problem =>
  new Problem({
    code: 'login.none',
    what: 'Det finns ingen inloggning till Fortnox som gäller.',
    advice: 'Logga in hos Fortnox på nytt.',
  });
