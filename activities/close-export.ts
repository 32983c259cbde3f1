import type { FirmTransaction } from '../db/database.ts';
import { findLiveConnection, getConnection, renew } from '../db/stores/connections.ts';
import { finishOrder } from '../db/stores/exports.ts';
import { storeFile } from '../db/stores/files.ts';
import { frameRows } from '../db/stores/frame-rows.ts';
import { recordHistory } from '../db/stores/history.ts';
import { ensureNotification } from '../db/stores/notifications.ts';
import { findOrderParts } from '../db/stores/order-parts.ts';
import { bokforingsorder } from '../documents/bokforingsorder.ts';
import { frameOf } from '../documents/frame.ts';
import type { ActivityContext } from './context.ts';
import type { Activities, LoginTerm, OrderInput } from './contract.ts';
import { readOrder } from './export/order-context.ts';
import { loginTermOf } from './login-term.ts';

/**
 * Closes an order, so that the company and year are free for the next; stores the bokföringsorder with Fortnox's voucher
 * numbers, and renews the login, because an export is a person's deed.
 */
export function createCloseExport(context: ActivityContext): Activities['closeExport'] {
  return async (input) => {
    const pdf = await orderPdf(context, input);
    return context.database.forFirm(input.firmId, (tx) => close(tx, context, input, pdf));
  };
}

interface NamedPdf {
  readonly name: string;
  readonly bytes: Uint8Array;
}

async function orderPdf(
  { database, render }: ActivityContext,
  input: OrderInput,
): Promise<NamedPdf | undefined> {
  const document = await database.forFirm(input.firmId, async (tx) => {
    const { order, engagement } = await readOrder(tx, input);
    const parts = await findOrderParts(tx, engagement.id, order.approvalId);
    return parts && bokforingsorder(frameOf(await frameRows(tx, engagement, parts.snapshot)), parts);
  });
  if (!document) return undefined;
  const bytes = await render('bokforingsorderPdf', document);
  return { name: `bokforingsorder-revision-${document.revision}-serie-${document.series}.pdf`, bytes };
}

async function close(
  tx: FirmTransaction,
  { limits, now }: ActivityContext,
  input: OrderInput,
  pdf: NamedPdf | undefined,
): Promise<{ readonly login?: LoginTerm }> {
  const { order, vouchers, engagement } = await readOrder(tx, input);
  const connection = await findLiveConnection(tx, engagement.companyId);
  if (order.finishedAt === null) {
    await finishOrder(tx, input.orderId);
    if (connection) await renew(tx, connection.id, new Date(now()));
    const about = { engagementId: engagement.id, kind: 'order', mediaType: 'application/pdf' };
    if (pdf) await storeFile(tx, { ...about, ...pdf, storedBy: 'system' });
  }
  await recordHistory(tx, {
    actor: 'system',
    event: 'export.closed',
    engagementId: engagement.id,
    details: { orderId: input.orderId, vouchers: vouchers.length },
    onceKey: `export.closed/${input.orderId}`,
  });
  await ensureNotification(tx, {
    kind: 'export.completed',
    dueKey: `export.completed/${input.orderId}`,
    engagementId: engagement.id,
    details: { orderId: input.orderId },
  });
  if (!connection || engagement.settings.source === 'sie') return {};
  return { login: loginTermOf(await getConnection(tx, connection.id), limits.loginTermMs) };
}
