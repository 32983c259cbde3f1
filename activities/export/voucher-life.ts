import { Problem } from '../../accounting/problem.ts';
import { findMarker } from '../../accounting/marker.ts';
import type { ExportProblem } from '../../db/schema/export.ts';
import { confirmVoucher, moveVoucher } from '../../db/stores/export-vouchers.ts';
import type { VoucherStep } from '../../db/stores/export-vouchers.ts';
import type { ExportVoucher } from '../../db/stores/exports.ts';
import type { FortnoxClient } from '../../fortnox/client.ts';
import type { ListedVoucher } from '../../fortnox/wire/vouchers.ts';
import type { ActivityContext } from '../context.ts';
import { differences, voucherToSend } from './read-back.ts';

/**
 * How one adjustment voucher comes to stand in Fortnox exactly once. Fortnox has no idempotency keys, so every step is
 * written down before or after what it tells of, and the voucher carries a mark of its own (`accounting/marker.ts`).
 *
 *     planned ──(commit)──▶ sending ──POST──▶ posted ──read back──▶ confirmed
 *        ▲                     │ │ │                └──▶ differs ──read back again, or accepted by a person──▶ confirmed
 *        │     not taken (429) │ │ └── refused ── retried by a person ──▶ planned
 *        └─────────────────────┘ └──▶ unknown ── found by its mark ──▶ posted
 *        ▲                              │ ├── not found after the settling delay: absent ──▶ planned
 *        │                              │ └── several ──▶ ambiguous ── looked at again, or named by a person ──▶ posted | planned
 *        └──────────────────────────────┘
 *
 * - `sending` is committed before the request leaves. A worker that finds it there (the one before it died) sends nothing:
 *   the outcome is unknown.
 * - The request leaves within `sendWithinMs` of `sending`, by the sender's own clock right before it leaves, or not at all: so a
 *   process that was frozen on the way, and whose voucher another has looked for meanwhile, sends nothing when it wakes up.
 * - POST is tried once. Only an answer that says no, or a request that surely never arrived, is taken as not done.
 * - `planned` again only after the mark was looked for when Fortnox could no longer be at it (the workflow waits).
 * - `posted` keeps the number that Fortnox gave, so that reading back can be repeated; `confirmed` is written together with
 *   its line of history.
 */

/** Takes one step of the life above, and tells what came of it. */
export function step(
  { database }: ActivityContext,
  voucher: ExportVoucher,
  to: VoucherStep,
): Promise<ExportVoucher> {
  return database.forFirm(voucher.firmId, (tx) => moveVoucher(tx, voucher, voucher.status, to));
}

/** How long until a request that was sent, or was about to be, can surely not be committed by Fortnox any more; 0: already. */
export function unsettledMs(
  { now, limits }: ActivityContext,
  { sentAt }: ExportVoucher,
  settlingDelayMs = limits.settlingDelayMs,
): number {
  const since = now() - (sentAt?.getTime() ?? 0);
  return Math.max(0, limits.sendWithinMs + settlingDelayMs - since);
}

/** Another attempt was faster: a worker that was taken for dead is at the same voucher. Where it stands now is to be read anew. */
export const isMovedOn = (error: unknown): error is Problem =>
  error instanceof Problem && error.code === 'export.moved-on';

/** Reads a posted voucher back, row by row. Throws Problem `export.differs` when Fortnox holds something else. */
export async function confirm(
  context: ActivityContext,
  client: FortnoxClient,
  voucher: ExportVoucher,
): Promise<void> {
  const { fortnoxSeries: series, fortnoxNumber: number, fortnoxYearId: yearId } = voucher;
  if (series === null || number === null || yearId === null)
    throw new RangeError('a posted voucher has a number');
  const found = await client.voucher(series, number, yearId);
  const sent = voucherToSend(voucher.content, voucher.series, voucher.marker);
  const name = `${series}-${number}`;
  const problem = found ? differsProblem(name, differences(sent, found)) : goneProblem(name);
  if (problem) {
    if (voucher.status === 'posted') await step(context, voucher, { to: 'differs', problem });
    throw new Problem(problem);
  }
  await context.database.forFirm(voucher.firmId, (tx) =>
    confirmVoucher(tx, voucher, 'system', {
      // Fortnox's Bokföringsattest: the voucher stands there and waits for its approver.
      ...(found && found.approvalState !== 0 && { approvalState: found.approvalState }),
    }),
  );
}

/**
 * The vouchers that carry the mark, in Fortnox's order. Only the series that it was sent to is read: Fortnox puts a voucher in no
 * other, and a year can have two hundred pages of them.
 */
export async function carriersOf(
  client: FortnoxClient,
  yearId: number,
  { series, marker }: Pick<ExportVoucher, 'series' | 'marker'>,
): Promise<ListedVoucher[]> {
  const { records } = await client.vouchersOfSeries(series, yearId);
  return records.filter(({ text }) => findMarker(text) === marker);
}

const differsProblem = (name: string, differing: readonly string[]): ExportProblem | undefined =>
  differing.length === 0
    ? undefined
    : {
        code: 'export.differs',
        what: `Verifikation ${name} står i Fortnox med annat innehåll än det som sändes: ${differing.join(', ')}.`,
        advice:
          'Se verifikationen i Fortnox. Återställ den och försök igen, eller godta den som den står och rätta med en ny verifikation.',
      };

const goneProblem = (name: string): ExportProblem => ({
  code: 'export.gone',
  what: `Verifikation ${name} togs emot av Fortnox men finns inte där längre.`,
  advice: 'Ta reda på i Fortnox vad som har hänt med verifikationen. Återställ den och försök igen.',
});

export const ambiguousProblem = (found: readonly ListedVoucher[]): ExportProblem => ({
  code: 'export.ambiguous',
  what: `Det går inte att avgöra vilken verifikation i Fortnox som är den sända: ${found
    .map(({ series, number, date }) => `${series}-${number} (${date})`)
    .join(' och ')} bär samma märke.`,
  advice:
    'Se verifikationerna i Fortnox och välj den som gäller, eller ta bort märket ur texten på den som är en dubblett och försök igen.',
  candidates: found.map(({ series, number, yearId }) => ({ series, number, yearId })),
});
