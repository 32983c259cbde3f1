import { and, eq, sql } from 'drizzle-orm';
import { Problem } from '../../accounting/problem.ts';
import type { ProblemDetails } from '../../accounting/problem.ts';
import type { FirmTransaction } from '../database.ts';
import { exportVouchers } from '../schema/export.ts';
import type { ExportStatus } from '../schema/export.ts';
import type { ExportVoucher } from './exports.ts';

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
 * | ambiguous | planned   | the person said that it is not there |
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
  | { readonly to: 'unknown' | 'ambiguous' | 'differs' | 'refused'; readonly problem: ProblemDetails };

/** The voucher's name at Fortnox. */
export interface FortnoxVoucher {
  readonly series: string;
  readonly number: number;
  /** Fortnox's id of the financial year. */
  readonly yearId: number;
}

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
