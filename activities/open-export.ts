import type { Adjustment } from '../accounting/adjustment.ts';
import { Problem } from '../accounting/problem.ts';
import type { ProblemDetails } from '../accounting/problem.ts';
import { findApproval } from '../db/stores/approvals.ts';
import type { Approval } from '../db/stores/approvals.ts';
import { findRevision } from '../db/stores/adjustments.ts';
import { findLiveConnection } from '../db/stores/connections.ts';
import type { FirmTransaction } from '../db/database.ts';
import { lockEngagement } from '../db/stores/engagements.ts';
import type { Engagement } from '../db/stores/engagements.ts';
import {
  findOrderOfApproval,
  listVouchers,
  listVouchersOfEngagement,
  openOrder,
} from '../db/stores/exports.ts';
import type { ExportOrder, ExportVoucher } from '../db/stores/exports.ts';
import { lookFor } from '../db/stores/export-vouchers.ts';
import { storeFile } from '../db/stores/files.ts';
import { getFirm } from '../db/stores/firms.ts';
import { frameRows } from '../db/stores/frame-rows.ts';
import { recordHistory } from '../db/stores/history.ts';
import { acceptedLedgerChanges, recordLedgerChange } from '../db/stores/ledger-changes.ts';
import { findOrderParts } from '../db/stores/order-parts.ts';
import { loadBooks } from '../db/stores/snapshots.ts';
import { frameOf } from '../documents/frame.ts';
import { stopSignal } from './context.ts';
import type { ActivityContext } from './context.ts';
import type { Activities, OpenedExport } from './contract.ts';
import { markVouchers } from './export/standing.ts';
import type { Marked } from './export/standing.ts';
import { orderSie } from './documents/order-sie.ts';
import { loginMissing } from './export/order-context.ts';
import { ledgerChanges } from './export/ledger-changes.ts';
import { refuseWhatWouldFail } from './export/preflight.ts';
import { staleness } from './export/staleness.ts';
import { passing } from './failures.ts';
import { readSieOfYear } from './import/read-sie.ts';
import { yearFromSie } from './import/year-from-sie.ts';
import { yearOf } from './verify-connection.ts';

/** What an approval asks to have sent, as the database knows it. */
interface Intent {
  readonly engagement: Engagement;
  readonly approval: Approval;
  /** In the order of sending, without what this close has sent before. */
  readonly adjustments: readonly Adjustment[];
  /** Everything that the engagement has meant to send, over all orders. */
  readonly earlier: readonly ExportVoucher[];
}

type Opening =
  | { readonly step: 'opened'; readonly order: ExportOrder; readonly approval: Approval }
  | { readonly step: 'stale'; readonly problem: ProblemDetails }
  | { readonly step: 'pre-flight'; readonly intent: Intent };

/**
 * Opens the export of an approval. The same approval again finds its order as it stands. Otherwise the approval must still
 * be about what there is, Fortnox must be ready to take every voucher, and only then one intent row a voucher is written.
 */
export function createOpenExport(context: ActivityContext): Activities['openExport'] {
  const { database } = context;

  return async (input) => {
    const { firmId, engagementId, approvalId } = input;
    const found = await database.forFirm(firmId, (tx) => readOpening(tx, engagementId, approvalId));
    if (found.step === 'stale') return { outcome: 'stale', problem: found.problem };
    if (found.step === 'opened') {
      return database.forFirm(firmId, (tx) => openedExport(tx, found.order, found.approval));
    }

    const { intent } = found;
    const ground = await preflight(context, firmId, intent);
    context.crashPoint?.('export.before-open');
    const opened = await database.forFirm(firmId, (tx) => open(tx, intent, ground));
    context.crashPoint?.('export.after-open');
    if (opened.outcome === 'opened')
      context.log.info({ orderId: opened.orderId, vouchers: opened.total }, 'export opened');
    return opened;
  };
}

async function readOpening(tx: FirmTransaction, engagementId: string, approvalId: string): Promise<Opening> {
  const approval = await findApproval(tx, approvalId);
  if (approval?.engagementId !== engagementId) throw approvalMissing(approvalId);
  const order = await findOrderOfApproval(tx, approvalId);
  if (order) return { step: 'opened', order, approval };
  const problem = await staleness(tx, approval);
  if (problem) return { step: 'stale', problem };
  await refuseTwoEyes(tx, approval);
  return { step: 'pre-flight', intent: await readIntent(tx, approval) };
}

async function readIntent(tx: FirmTransaction, approval: Approval): Promise<Intent> {
  const { engagementId } = approval;
  const engagement = await lockEngagement(tx, engagementId);
  const revision = await findRevision(tx, engagementId, approval.revision);
  const earlier = await listVouchersOfEngagement(tx, engagementId);
  const sent = new Set(
    earlier.filter(({ status }) => status === 'confirmed').map((voucher) => voucher.adjustmentId),
  );
  const adjustments =
    engagement.settings.source === 'sie'
      ? []
      : (revision?.data ?? []).filter(({ id, transfer }) => transfer && !sent.has(id));
  return { engagement, approval, adjustments, earlier };
}

/** The database refuses such an approval when it is given; this is for a policy that was tightened since. */
async function refuseTwoEyes(tx: FirmTransaction, approval: Approval): Promise<void> {
  if (!(await getFirm(tx)).fourEyes) return;
  const revision = await findRevision(tx, approval.engagementId, approval.revision);
  if (revision?.savedBy !== approval.approvedBy) return;
  throw new Problem({
    code: 'approval.four-eyes',
    what: 'Bokslutsverifikationerna är godkända av samma person som sparade dem, och byrån kräver fyra ögon.',
    advice: 'Låt en annan person på byrån granska och godkänna.',
  });
}

/** What the order will land on. */
interface Ground extends Marked {
  /** Who is written to. */
  readonly tenant: string;
}

const nothing: Marked = { vouchers: [], standing: new Set() };

/** Asks Fortnox about everything that could make it refuse. */
async function preflight(context: ActivityContext, firmId: string, intent: Intent): Promise<Ground> {
  const { engagement, approval, adjustments } = intent;
  if (engagement.settings.source === 'sie') return { tenant: `sie/${engagement.id}`, ...nothing };
  const about = { engagementId: engagement.id, approvalId: approval.id };
  const { connection, approved, accepted } = await context.database.forFirm(firmId, async (tx) => ({
    connection: await findLiveConnection(tx, engagement.companyId),
    approved: await loadBooks(tx, approval.snapshotId),
    accepted: await acceptedLedgerChanges(tx, about),
  }));
  if (!connection) throw loginMissing();
  if (adjustments.length === 0) return { tenant: connection.tenant, ...nothing };

  const client = context.openFortnox(connection, { signal: stopSignal() });
  const year = yearOf(engagement, (await client.financialYears()).records);
  const file = await readSieOfYear(await client.sie(year.id), year, 'Fortnox SIE-export');
  const ledger = yearFromSie(file, year, year.accountingMethod);
  const marked = markVouchers(approval, adjustments, intent.earlier, ledger);
  const ours = new Set([...intent.earlier, ...marked.vouchers].map(({ marker }) => marker));
  const changes = ledgerChanges(approved.closing, ledger, ours);
  const { fingerprint } = changes;
  const isNews = fingerprint !== undefined && !accepted.has(fingerprint);
  if (isNews) {
    await context.database.forFirm(firmId, (tx) =>
      recordLedgerChange(tx, engagement.id, { ...changes, approvalId: approval.id, fingerprint }),
    );
  }
  refuseWhatWouldFail({
    adjustments,
    series: approval.series,
    year,
    seriesNow: (await client.voucherSeries(year.id)).records,
    accountsNow: (await client.accounts(year.id)).records,
    lockedUntil: await client.lockedPeriod(),
    changes: isNews ? changes : undefined,
  });
  return { tenant: connection.tenant, ...marked };
}

async function open(
  tx: FirmTransaction,
  intent: Intent,
  { tenant, vouchers, standing }: Ground,
): Promise<OpenedExport> {
  const { engagement, approval } = intent;
  await lockEngagement(tx, engagement.id);
  // Looked at again under the lock: a revision can have been saved while Fortnox was asked.
  const problem = (await findOrderOfApproval(tx, approval.id)) ? undefined : await staleness(tx, approval);
  if (problem) return { outcome: 'stale', problem };
  const order = await openOrder(tx, {
    engagementId: engagement.id,
    approvalId: approval.id,
    tenant,
    yearFrom: engagement.yearFrom,
    vouchers,
  }).catch(waitForOtherWriter);
  await lookFor(
    tx,
    (await listVouchers(tx, order.id)).filter(({ marker }) => standing.has(marker)),
  );
  await storeWayOut(tx, intent);
  await recordHistory(tx, {
    actor: 'system',
    event: 'export.opened',
    engagementId: engagement.id,
    details: {
      orderId: order.id,
      approvalId: approval.id,
      series: approval.series,
      vouchers: intent.adjustments.length,
    },
    onceKey: `export.opened/${order.id}`,
  });
  return openedExport(tx, order, approval);
}

/** The same vouchers as a SIE 4I file, before anything is sent: the way out when the API cannot be used. */
async function storeWayOut(
  tx: FirmTransaction,
  { engagement, approval, adjustments }: Intent,
): Promise<void> {
  const parts = await findOrderParts(tx, engagement.id, approval.id);
  if (!parts) return;
  const frame = frameOf(await frameRows(tx, engagement, parts.snapshot));
  await storeFile(tx, {
    engagementId: engagement.id,
    kind: 'sie',
    name: `bokforingsorder-revision-${approval.revision}-serie-${approval.series}.si`,
    mediaType: 'application/x-sie',
    bytes:
      engagement.settings.source === 'sie' ? orderSie(frame, parts) : orderSie(frame, parts, adjustments),
    storedBy: 'system',
  });
}

async function openedExport(
  tx: FirmTransaction,
  order: ExportOrder,
  approval: Approval,
): Promise<OpenedExport> {
  const vouchers = await listVouchers(tx, order.id);
  return {
    outcome: 'opened',
    orderId: order.id,
    final: approval.final,
    total: vouchers.length,
    remaining: vouchers
      .filter(({ status }) => status !== 'confirmed' && status !== 'withdrawn')
      .map(({ position }) => position),
  };
}

/** Another export to the same company and year ends by itself: worth waiting for before a person is asked. */
function waitForOtherWriter(error: unknown): never {
  if (error instanceof Problem && error.code === 'export.another-in-progress') throw passing(error.details);
  throw error;
}

const approvalMissing = (approvalId: string): Problem =>
  new Problem({
    code: 'approval.not-found',
    what: `Godkännandet ${approvalId} finns inte för det här bokslutet.`,
    advice: 'Godkänn bokslutsverifikationerna på nytt.',
  });
