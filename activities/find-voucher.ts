import { setTimeout as sleep } from 'node:timers/promises';
import { Problem } from '../accounting/problem.ts';
import type { ExportVoucher } from '../db/stores/exports.ts';
import type { FortnoxClient } from '../fortnox/client.ts';
import { stopSignal } from './context.ts';
import type { ActivityContext } from './context.ts';
import type { Activities, FindOutcome } from './contract.ts';
import { fortnoxOf, readVoucher } from './export/order-context.ts';
import {
  ambiguousProblem,
  carriersOf,
  confirm,
  isMovedOn,
  step,
  unsettledMs,
} from './export/voucher-life.ts';
import { passing } from './failures.ts';

/** Finds out what became of a voucher, following the life in `export/voucher-life.ts`. Reads only; safe to repeat. */
export function createFindVoucher(context: ActivityContext): Activities['findVoucher'] {
  return async (input) => {
    const { voucher, engagement } = await context.database.forFirm(input.firmId, (tx) =>
      readVoucher(tx, input),
    );
    if (voucher.status === 'confirmed') return 'confirmed';
    if (voucher.status === 'planned' || voucher.status === 'refused') return 'absent';
    // The workflow has waited since the attempt's end; what counts is when the request can have left.
    if (input.settled && mayStillArrive.has(voucher.status)) {
      const waitMs = unsettledMs(context, voucher, input.settlingDelayMs);
      await sleep(waitMs, undefined, { signal: stopSignal() });
    }
    const { client, yearId } = await fortnoxOf(context, input.firmId, engagement);
    try {
      return await settle(context, client, yearId, voucher, input.settled);
    } catch (error) {
      if (isMovedOn(error)) throw passing(error.details);
      throw error;
    }
  };
}

const mayStillArrive: ReadonlySet<ExportVoucher['status']> = new Set(['sending', 'unknown']);

/** Brings a voucher that was sent to an end, as far as Fortnox tells. Throws Problem when a person must look. */
export async function settle(
  context: ActivityContext,
  client: FortnoxClient,
  yearId: number,
  voucher: ExportVoucher,
  settled: boolean,
): Promise<FindOutcome> {
  if (voucher.status === 'posted' || voucher.status === 'differs') {
    await confirm(context, client, voucher);
    return 'confirmed';
  }
  const uncertain =
    voucher.status === 'sending'
      ? await step(context, voucher, { to: 'unknown', problem: diedOnTheWay })
      : voucher;

  const found = await carriersOf(client, yearId, voucher);
  const [only, ...others] = found;
  if (only === undefined) {
    if (!settled) return 'notYet';
    await step(context, uncertain, { to: 'planned' });
    return 'absent';
  }
  if (others.length > 0) {
    const problem = ambiguousProblem(found);
    if (uncertain.status === 'unknown') await step(context, uncertain, { to: 'ambiguous', problem });
    throw new Problem(problem);
  }
  const { series, number } = only;
  const posted = await step(context, uncertain, {
    to: 'posted',
    fortnox: { series, number, yearId: only.yearId },
  });
  context.crashPoint?.('export.after-found');
  await confirm(context, client, posted);
  return 'confirmed';
}

const diedOnTheWay = {
  code: 'export.interrupted',
  what: 'Sändningen avbröts innan Fortnox hade svarat.',
  advice: 'Programmet letar efter verifikationen i Fortnox; du behöver inte göra något.',
};
