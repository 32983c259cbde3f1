import { setTimeout as sleep } from 'node:timers/promises';
import { Context } from '@temporalio/activity';
import { Problem } from '../accounting/problem.ts';
import type { ProblemDetails } from '../accounting/problem.ts';
import type { ExportVoucher } from '../db/stores/exports.ts';
import type { FortnoxClient } from '../fortnox/client.ts';
import { FortnoxError } from '../fortnox/error.ts';
import type { FortnoxVoucher } from '../fortnox/wire/vouchers.ts';
import { stopSignal } from './context.ts';
import type { ActivityContext } from './context.ts';
import type { Activities } from './contract.ts';
import { fortnoxOf, readVoucher } from './export/order-context.ts';
import { voucherToSend } from './export/read-back.ts';
import { confirm, isMovedOn, step } from './export/voucher-life.ts';

/** Sends one voucher, following the life in `export/voucher-life.ts`. Temporal tries this activity once. */
export function createSendVoucher(context: ActivityContext): Activities['sendVoucher'] {
  return async (input) => {
    const time = ownTime();
    const { voucher, engagement } = await context.database.forFirm(input.firmId, (tx) =>
      readVoucher(tx, input),
    );
    if (voucher.status === 'confirmed') return 'confirmed';
    if (!mayBeSent.has(voucher.status)) return 'unknown';

    const { client, yearId } = await fortnoxOf(context, input.firmId, engagement, time.signal);
    try {
      const planned =
        voucher.status === 'refused' ? await step(context, voucher, { to: 'planned' }) : voucher;
      const sent = await send(context, client, yearId, planned, time);
      return sent === 'unknown' ? 'unknown' : await readBack(context, client, sent);
    } catch (error) {
      if (isMovedOn(error)) return 'unknown';
      throw error;
    }
  };
}

async function readBack(
  context: ActivityContext,
  client: FortnoxClient,
  posted: ExportVoucher,
): Promise<'confirmed' | 'unknown'> {
  try {
    await confirm(context, client, posted);
  } catch (error) {
    // It stands there with its number: what failed is only the reading back, which `findVoucher` repeats.
    if (error instanceof FortnoxError && error.kind === 'retry') return 'unknown';
    throw error;
  }
  context.crashPoint?.('export.after-confirm');
  return 'confirmed';
}

/**
 * The attempt's own time. A worker that stood still for longer must not send any more: the close has gone on, has looked for
 * the voucher, and may have had it sent by another.
 */
interface OwnTime {
  /** Ends what waits. */
  readonly signal: AbortSignal;
  /** By the clock, since a process that has just woken up has not run its timers yet. */
  isOver(): boolean;
}

function ownTime(): OwnTime {
  const { startToCloseTimeoutMs } = Context.current().info;
  const endsAtMs = performance.now() + startToCloseTimeoutMs;
  return {
    signal: AbortSignal.any([stopSignal(), AbortSignal.timeout(startToCloseTimeoutMs)]),
    isOver: () => performance.now() >= endsAtMs,
  };
}

/** In every other state an attempt has been made whose outcome is to be found out first. */
const mayBeSent: ReadonlySet<ExportVoucher['status']> = new Set(['planned', 'refused']);

async function send(
  context: ActivityContext,
  client: FortnoxClient,
  yearId: number,
  planned: ExportVoucher,
  time: OwnTime,
): Promise<ExportVoucher | 'unknown'> {
  const giveUpAtMs = performance.now() + context.limits.sendPatienceMs;
  let voucher = planned;
  for (;;) {
    context.crashPoint?.('export.before-sending');
    // Before the row's own moment, so that this clock is never behind the one that `unsettledMs` goes by.
    const leavesBeforeMs = performance.now() + context.limits.sendWithinMs;
    voucher = await step(context, voucher, { to: 'sending' });
    const mayLeave = (): boolean => performance.now() < leavesBeforeMs && !time.isOver();
    const outcome = await post(context, client, yearId, voucher, mayLeave);
    if (outcome.is === 'posted') {
      const { series, number, yearId: madeIn } = outcome.voucher;
      const posted = await step(context, voucher, {
        to: 'posted',
        fortnox: { series, number, yearId: madeIn },
      });
      context.crashPoint?.('export.after-posted');
      return posted;
    }
    if (outcome.is === 'unknown') {
      await step(context, voucher, { to: 'unknown', problem: outcome.problem });
      return 'unknown';
    }
    if (outcome.is === 'refused') {
      await step(context, voucher, { to: 'refused', problem: outcome.error.details });
      throw outcome.error;
    }
    voucher = await step(context, voucher, { to: 'planned' });
    const { error } = outcome;
    const pauseMs = error.retryAfterMs ?? context.limits.sendPauseMs;
    if (error.kind !== 'retry' || performance.now() + pauseMs > giveUpAtMs) throw error;
    await sleep(pauseMs, undefined, { signal: stopSignal() });
  }
}

type Outcome =
  | { readonly is: 'posted'; readonly voucher: FortnoxVoucher }
  /** Fortnox said no, and why. */
  | { readonly is: 'refused'; readonly error: FortnoxError }
  /** Surely never arrived, was turned away unread, or the login was dead. */
  | { readonly is: 'not taken'; readonly error: FortnoxError }
  | { readonly is: 'unknown'; readonly problem: ProblemDetails };

async function post(
  context: ActivityContext,
  client: FortnoxClient,
  yearId: number,
  voucher: ExportVoucher,
  mayLeave: () => boolean,
): Promise<Outcome> {
  try {
    context.crashPoint?.('export.before-post');
    const content = voucherToSend(voucher.content, voucher.series, voucher.marker);
    const made = await client.createVoucher(yearId, content, mayLeave);
    context.crashPoint?.('export.after-post');
    return { is: 'posted', voucher: made };
  } catch (error) {
    if (error instanceof FortnoxError && error.sent === 'no') {
      const wasRead = error.kind === 'attention' || error.kind === 'bug';
      return { is: wasRead ? 'refused' : 'not taken', error };
    }
    // Whatever went wrong, the request may have left: the outcome is unknown.
    const details = error instanceof Problem ? error.details : noAnswer;
    context.log.warn(
      { orderId: voucher.orderId, position: voucher.position, code: details.code },
      'voucher outcome unknown',
    );
    return { is: 'unknown', problem: details };
  }
}

const noAnswer: ProblemDetails = {
  code: 'export.no-answer',
  what: 'Fortnox svar på en sänd verifikation kom inte fram.',
  advice: 'Programmet letar efter verifikationen i Fortnox; du behöver inte göra något.',
};
