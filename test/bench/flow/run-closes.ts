import { setTimeout as sleep } from 'node:timers/promises';
import { isoDate } from '../../../accounting/dates.ts';
import { ore } from '../../../accounting/money.ts';
import { saveAdjustments } from '../../../client/close/adjustments.ts';
import { approvable, approveAdjustments } from '../../../client/close/approval.ts';
import { startEngagement } from '../../../client/close/engagements.ts';
import { closeWorkflowId } from '../../../workflows/messages.ts';
import type { FlowCompany } from './companies.ts';
import type { FlowHouse } from './house.ts';

/** What came of closes that were started at once. */
export interface RunOfCloses {
  readonly engagementIds: readonly string[];
  readonly perSecond: number;
  /** From the approval to the last voucher's confirmation, each close. */
  readonly approvalToExportMs: readonly number[];
}

export const vouchersPerClose = 2;

/**
 * Starts a close of every company at once, saves and approves two adjustments in each as soon as its attachments are made, and waits
 * until all are completed. Where they stand is asked by one query for all of them.
 */
export async function runCloses(
  house: FlowHouse,
  companies: readonly FlowCompany[],
  year: number,
): Promise<RunOfCloses> {
  const { client, admin } = house;
  const startedAt = performance.now();
  const engagements = await Promise.all(
    companies.map(async ({ caller, companyId }) => {
      const { id } = await startEngagement(client, caller, {
        company: { id: companyId },
        year: { from: isoDate(`${year}-01-01`), to: isoDate(`${year}-12-31`) },
        settings: { source: 'fortnox', materialityOre: ore(100_00) },
      });
      return { id, caller };
    }),
  );
  const ended = Promise.all(
    engagements.map(({ id }) => client.temporal.workflow.getHandle(closeWorkflowId(id)).result()),
  );
  const approving: Promise<void>[] = [];
  const waiting = new Map(engagements.map((one) => [one.id, one]));
  const run = { failed: false };
  ended.catch(() => (run.failed = true));
  while (waiting.size > 0 && !run.failed) {
    const ready = await admin<{ engagementId: string }[]>`
      select engagement_id as "engagementId" from processing_history
      where event = 'attachments.generated' and engagement_id = any(${[...waiting.keys()]})`;
    for (const { engagementId } of ready) {
      const close = waiting.get(engagementId)!;
      waiting.delete(engagementId);
      const approved = approve(house, close);
      approved.catch(() => (run.failed = true));
      approving.push(approved);
    }
    if (waiting.size > 0) await sleep(companies.length > 20 ? 100 : 10);
  }
  await Promise.all(approving);
  await ended;
  const seconds = (performance.now() - startedAt) / 1000;
  const engagementIds = engagements.map(({ id }) => id);
  const exports = await admin<{ ms: number; vouchers: number }[]>`
    select (extract(epoch from max(v.changed_at) - a.approved_at) * 1000)::float8 as ms, count(*)::int as vouchers
    from approvals a join export_orders o on o.firm_id = a.firm_id and o.approval_id = a.id
    join export_vouchers v on v.firm_id = o.firm_id and v.order_id = o.id and v.status = 'confirmed'
    where a.engagement_id = any(${engagementIds}) group by a.id, a.approved_at`;
  if (exports.length !== companies.length || exports.some(({ vouchers }) => vouchers !== vouchersPerClose))
    throw new Error('not every close has exported its vouchers');
  return {
    engagementIds,
    perSecond: companies.length / seconds,
    approvalToExportMs: exports.map(({ ms }) => ms),
  };
}

async function approve(
  { client }: FlowHouse,
  { id, caller }: { readonly id: string; readonly caller: FlowCompany['caller'] },
): Promise<void> {
  const { snapshot } = await approvable(client, caller, id);
  const saved = await saveAdjustments(client, caller, id, {
    expectedRevision: 0,
    adjustments: Array.from({ length: vouchersPerClose }, (_, index) => ({
      id: `justering ${index + 1}`,
      date: snapshot.header.closing.to,
      text: `Justering ${index + 1}`,
      rows: [
        { account: '1930', amountOre: ore(-125_50), text: '' },
        { account: '3740', amountOre: ore(125_50), text: 'Öresutjämning' },
      ],
      transfer: true,
    })),
  });
  await approveAdjustments(client, caller, id, {
    revision: saved.revision,
    revisionHash: saved.hash,
    snapshotId: snapshot.id,
    series: 'K',
  });
}
