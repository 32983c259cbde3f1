import { and, eq, sql } from 'drizzle-orm';
import { Problem } from '../../accounting/problem.ts';
import type { Actor } from '../actor.ts';
import type { FirmTransaction } from '../database.ts';
import { exportVouchers } from '../schema/export.ts';
import type { ExportProblem, ExportStatus, FortnoxVoucher } from '../schema/export.ts';
import type { ExportVoucher } from './exports.ts';
import { recordHistory } from './history.ts';

/**
 * The life of one voucher on its way to Fortnox. A trigger allows these steps and no others.
 *
 * | from      | to        | when |
 * |-----------|-----------|------|
 * | planned   | sending   | about to be sent: committed before the request leaves |
 * | planned   | withdrawn | given up: it goes by another series or by SIE file |
 * | sending   | posted    | Fortnox answered with the voucher's number |
 * | sending   | refused   | Fortnox said no: nothing was booked |
 * | sending   | planned   | the request surely never arrived, or was turned away unread (429) |
 * | sending   | unknown   | no answer, or the process died: it may be booked |
 * | unknown   | posted    | found at Fortnox by its marker |
 * | unknown   | planned   | not found after the settling delay: it may be sent again |
 * | unknown   | ambiguous | several candidates, or a changed one: a person must say |
 * | ambiguous | posted    | the person named the voucher |
 * | ambiguous | planned   | looked for again and not found any more |
 * | posted    | confirmed | read back and equal, row by row |
 * | posted    | differs   | read back and not equal: a person must look |
 * | differs   | confirmed | the person accepted it |
 * | refused   | planned   | mended, to be tried again |
 * | refused   | withdrawn | given up |
 *
 * Nothing follows after confirmed and withdrawn.
 */
export type VoucherStep =
  | { readonly to: 'sending' | 'planned' | 'confirmed' | 'withdrawn' }
  | { readonly to: 'posted'; readonly fortnox: FortnoxVoucher }
  | { readonly to: 'unknown' | 'ambiguous' | 'differs' | 'refused'; readonly problem: ExportProblem };

export interface VoucherKey {
  readonly orderId: string;
  readonly position: number;
}

/**
 * Takes one step, if the voucher still stands where the caller saw it: of two workers one gets through.
 * @throws Problem `export.moved-on` when it stands elsewhere, `export.illegal-step` when there is no such step
 */
export async function moveVoucher(
  tx: FirmTransaction,
  key: VoucherKey,
  from: ExportStatus,
  step: VoucherStep,
): Promise<ExportVoucher> {
  const [moved] = await tx.db
    .update(exportVouchers)
    .set({
      status: step.to,
      changedAt: new Date(),
      problem: 'problem' in step ? step.problem : null,
      ...(step.to === 'sending' && { sentAt: new Date(), attempts: sql`${exportVouchers.attempts} + 1` }),
      ...(step.to === 'posted' && {
        fortnoxSeries: step.fortnox.series,
        fortnoxNumber: step.fortnox.number,
        fortnoxYearId: step.fortnox.yearId,
      }),
    })
    .where(
      and(
        eq(exportVouchers.orderId, key.orderId),
        eq(exportVouchers.position, key.position),
        eq(exportVouchers.status, from),
      ),
    )
    .returning();
  if (moved) return moved;
  throw new Problem({
    code: 'export.moved-on',
    what: `Verifikation ${key.position} i överföringen står inte längre som "${from}".`,
    advice: 'Läs in överföringen på nytt och se vad som redan är gjort.',
  });
}

/**
 * The last step, with its line of history: the voucher stands in Fortnox.
 * @param about what else the line tells: Fortnox's attest, a difference that a person accepted
 */
export async function confirmVoucher(
  tx: FirmTransaction,
  voucher: ExportVoucher,
  actor: Actor,
  about: Readonly<Record<string, unknown>> = {},
): Promise<void> {
  await moveVoucher(tx, voucher, voucher.status, { to: 'confirmed' });
  await recordHistory(tx, {
    actor,
    event: 'voucher.exported',
    engagementId: voucher.engagementId,
    details: {
      orderId: voucher.orderId,
      position: voucher.position,
      adjustmentId: voucher.adjustmentId,
      voucher: `${voucher.fortnoxSeries}-${voucher.fortnoxNumber}`,
      marker: voucher.marker,
      attempts: voucher.attempts,
      ...about,
    },
    onceKey: `voucher.exported/${voucher.orderId}/${voucher.position}`,
  });
}

/**
 * Vouchers that are to be sent may stand at Fortnox, and the database does not know: they are taken as sent without an
 * answer, so that each is looked for by its mark, and sent only when it is not there. Answers how many they are.
 */
export async function lookFor(tx: FirmTransaction, vouchers: readonly ExportVoucher[]): Promise<number> {
  let count = 0;
  for (const voucher of vouchers) {
    if (voucher.status !== 'planned' && voucher.status !== 'refused') continue;
    if (voucher.status === 'refused') await moveVoucher(tx, voucher, 'refused', { to: 'planned' });
    await moveVoucher(tx, voucher, 'planned', { to: 'sending' });
    await moveVoucher(tx, voucher, 'sending', { to: 'unknown', problem: mayStandThere });
    count += 1;
  }
  return count;
}

const mayStandThere: ExportProblem = {
  code: 'export.outcome-unknown',
  what: 'Verifikationen kan redan stå i Fortnox.',
  advice: 'Programmet letar efter den i Fortnox; du behöver inte göra något.',
};
