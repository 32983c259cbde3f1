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
import { bokforingsorder } from '../../documents/bokforingsorder.ts';
import type { OrderDocument } from '../../documents/content.ts';
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
export const orderDocument = async (
  tx: FirmTransaction,
  { frame, ...parts }: OrderParts,
): Promise<OrderDocument> =>
  bokforingsorder(frame, {
    ...parts,
    savedBy: await nameOf(tx, parts.revision.savedBy),
    approvedBy: await nameOf(tx, parts.approval.approvedBy),
  });

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
