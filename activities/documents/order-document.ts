import type { Adjustment } from '../../accounting/adjustment.ts';
import type { Account } from '../../accounting/books.ts';
import type { IsoDate } from '../../accounting/dates.ts';
import { writeSie4I } from '../../accounting/sie/write.ts';
import type { FirmTransaction } from '../../db/database.ts';
import { findRevision } from '../../db/stores/adjustments.ts';
import type { AdjustmentRevision } from '../../db/stores/adjustments.ts';
import { findApproval } from '../../db/stores/approvals.ts';
import type { Approval } from '../../db/stores/approvals.ts';
import type { Engagement } from '../../db/stores/engagements.ts';
import { listVouchersOfEngagement, markersAwaitingAttest } from '../../db/stores/exports.ts';
import type { ExportVoucher } from '../../db/stores/exports.ts';
import { getSnapshot, loadRegisters } from '../../db/stores/snapshots.ts';
import type { OrderDocument, OrderVoucher } from '../../documents/content.ts';
import { frameOf, nameOf } from './frame.ts';
import type { Frame } from './frame.ts';

/** What an approval approved, with what came of it. */
export interface OrderParts {
  readonly frame: Frame;
  readonly revision: AdjustmentRevision;
  readonly approval: Approval;
  /** All that the engagement has sent, over all orders. */
  readonly exported: readonly ExportVoucher[];
  readonly accounts: readonly Account[];
  /** Markers of vouchers that wait for Fortnox's own attest. */
  readonly awaitingAttest: ReadonlySet<string>;
}

/** Reads the parts of an approval's bokföringsorder; undefined when the approval names nothing that exists. */
export async function readOrderParts(
  tx: FirmTransaction,
  engagement: Engagement,
  approvalId: string,
): Promise<OrderParts | undefined> {
  const approval = await findApproval(tx, approvalId);
  const revision = approval && (await findRevision(tx, engagement.id, approval.revision));
  if (!approval || !revision) return undefined;
  const snapshot = await getSnapshot(tx, approval.snapshotId);
  return {
    frame: await frameOf(tx, engagement, snapshot),
    revision,
    approval,
    exported: await listVouchersOfEngagement(tx, engagement.id),
    awaitingAttest: await markersAwaitingAttest(tx, engagement.id),
    accounts: (await loadRegisters(tx, snapshot)).accounts,
  };
}

/** The bokföringsorder as a document: every adjustment of the approved revision, with Fortnox's numbers where it has them. */
export async function orderDocument(tx: FirmTransaction, parts: OrderParts): Promise<OrderDocument> {
  const { frame, revision, approval } = parts;
  return {
    ...frame,
    signOff: {
      status: 'approved',
      version: revision.revision,
      prepared: { name: await nameOf(tx, revision.savedBy), at: revision.savedAt.toISOString() },
      approved: { name: await nameOf(tx, approval.approvedBy), at: approval.approvedAt.toISOString() },
    },
    series: approval.series,
    revision: revision.revision,
    vouchers: revision.data.map((adjustment) => orderVoucher(adjustment, parts)),
  };
}

function orderVoucher(
  adjustment: Adjustment,
  { exported, accounts, awaitingAttest }: OrderParts,
): OrderVoucher {
  const { id, date, text, rows, transfer } = adjustment;
  const names = new Map(accounts.map(({ number, name }) => [number, name]));
  const sent = exported.find(({ adjustmentId, status }) => adjustmentId === id && status === 'confirmed');
  const { fortnoxSeries: series = null, fortnoxNumber: number = null } = sent ?? {};
  return {
    date,
    text,
    rows: rows.map((row) => ({ ...row, accountName: names.get(row.account) ?? '' })),
    transfer,
    ...(sent &&
      series !== null &&
      number !== null && {
        booked: {
          series,
          number,
          at: sent.changedAt.toISOString(),
          awaitsAttest: awaitingAttest.has(sent.marker),
        },
      }),
  };
}

/**
 * The same bokföringsorder as a SIE 4I file: the way out when the API cannot be used.
 * @param vouchers by default all that are meant for transfer
 */
export function orderSie(
  { frame, revision, approval, accounts }: OrderParts,
  vouchers: readonly Adjustment[] = revision.data.filter(({ transfer }) => transfer),
): Uint8Array {
  const used = new Set(vouchers.flatMap(({ rows }) => rows.map(({ account }) => account)));
  const { companyName, organisationNumber, year } = frame.letterhead;
  return writeSie4I({
    company: companyName,
    organisationNumber,
    program: { name: 'Bokslut', version: '1' },
    financialYear: { from: year.from, to: year.to },
    generatedDate: approval.approvedAt.toISOString().slice(0, 10) as IsoDate,
    accounts: accounts.filter(({ number }) => used.has(number)),
    vouchers: vouchers.map(({ date, text, rows }) => ({ series: approval.series, date, text, rows })),
  }).bytes;
}
