import { moveVoucher } from '../db/stores/export-vouchers.ts';
import { finishOrder } from '../db/stores/exports.ts';
import type { ExportVoucher } from '../db/stores/exports.ts';
import { recordHistory } from '../db/stores/history.ts';
import type { ActivityContext } from './context.ts';
import type { Activities } from './contract.ts';
import { fortnoxOf, readOrder } from './export/order-context.ts';
import { unsettledMs } from './export/voucher-life.ts';
import { passing } from './failures.ts';
import { settle } from './find-voucher.ts';

/** Withdraws what has not been sent and closes the order. What may stand in Fortnox is found out first. */
export function createGiveUpExport(context: ActivityContext): Activities['giveUpExport'] {
  const { database } = context;

  return async (input) => {
    const { vouchers, engagement, order } = await database.forFirm(input.firmId, (tx) =>
      readOrder(tx, input),
    );
    if (order.finishedAt !== null) return;
    const uncertain = vouchers.filter(({ status }) => !settledStates.has(status));
    if (uncertain.length > 0) {
      const { client, yearId } = await fortnoxOf(context, input.firmId, engagement);
      for (const voucher of uncertain) {
        const settled = unsettledMs(context, voucher) === 0;
        const outcome = await settle(context, client, yearId, voucher, settled);
        if (outcome === 'notYet') throw outcomeUnknown();
      }
    }
    await database.forFirm(input.firmId, async (tx) => {
      const { vouchers: left } = await readOrder(tx, input);
      const withdrawn = left.filter(({ status }) => status === 'planned' || status === 'refused');
      for (const voucher of withdrawn) await moveVoucher(tx, voucher, voucher.status, { to: 'withdrawn' });
      await finishOrder(tx, input.orderId);
      await recordHistory(tx, {
        actor: 'system',
        event: 'export.given-up',
        engagementId: input.engagementId,
        details: {
          orderId: input.orderId,
          withdrawn: withdrawn.length,
          exported: left.length - withdrawn.length,
        },
        onceKey: `export.given-up/${input.orderId}`,
      });
    });
  };
}

const settledStates: ReadonlySet<ExportVoucher['status']> = new Set([
  'planned',
  'refused',
  'confirmed',
  'withdrawn',
]);

const outcomeUnknown = () =>
  passing({
    code: 'export.outcome-unknown',
    what: 'En sänd verifikation har ännu inte hittats i Fortnox, och den kan fortfarande komma dit.',
    advice: 'Programmet letar igen av sig självt; du behöver inte göra något.',
  });
