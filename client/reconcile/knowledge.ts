import { z } from 'zod';
import type { WorkflowHandle } from '@temporalio/client';
import { approvalsAhead } from './approvals-ahead.ts';
import { payloadsOf } from './payloads.ts';

/** What a workflow knows of the database's rows: the ids in all that it was told and answered. */
export interface Knowledge {
  readonly firmId?: string;
  readonly connectionIds: ReadonlySet<string>;
  readonly snapshotIds: ReadonlySet<string>;
  readonly approvalIds: ReadonlySet<string>;
  /** Ids of messages that it took before it went on as a new run; approvals are among them. */
  readonly seenIds: ReadonlySet<string>;
  readonly orderIds: ReadonlySet<string>;
  /** The vouchers that it was told are in Fortnox, each as `voucherName` has it. */
  readonly confirmed: ReadonlySet<string>;
  /** Approvals whose export it has under way or ahead of it. */
  readonly approvalsAhead: ReadonlySet<string>;
}

/** A voucher among all orders. */
export const voucherName = (voucher: { readonly orderId: string; readonly position: number }): string =>
  `${voucher.orderId}/${voucher.position}`;

const voucherInput = z.object({ orderId: z.string(), position: z.number() });

/** Read from the history, since no worker runs after a restore that could be asked. */
export async function knowledgeOf(handle: WorkflowHandle): Promise<Knowledge> {
  const found = {
    connectionIds: new Set<string>(),
    snapshotIds: new Set<string>(),
    approvalIds: new Set<string>(),
    orderIds: new Set<string>(),
    seenIds: new Set<string>(),
  };
  const firms: string[] = [];
  const confirmed = new Set<string>();
  /** The voucher that a step was at, by the step's event. */
  const voucherSteps = new Map<string, string>();

  const note = (value: unknown): void => {
    if (typeof value !== 'object' || value === null) return;
    for (const [key, inner] of Object.entries(value)) {
      if (typeof inner === 'string') {
        if (key === 'firmId') firms.push(inner);
        if (key === 'connectionId') found.connectionIds.add(inner);
        if (key === 'snapshotId') found.snapshotIds.add(inner);
        if (key === 'approvalId') found.approvalIds.add(inner);
        if (key === 'orderId') found.orderIds.add(inner);
      } else if (key === 'snapshot' && isWithId(inner)) found.snapshotIds.add(inner.id);
      else if (key === 'approvals' && Array.isArray(inner))
        for (const id of inner) found.approvalIds.add(String(id));
      else if (key === 'seenMessages' && Array.isArray(inner))
        for (const id of inner) found.seenIds.add(String(id));
      else note(inner);
    }
  };

  const events = (await handle.fetchHistory()).events ?? [];
  for (const event of events) {
    for (const told of payloadsOf(event)) note(told);
    const scheduled = event.activityTaskScheduledEventAttributes;
    if (scheduled && ['sendVoucher', 'findVoucher'].includes(scheduled.activityType?.name ?? '')) {
      const [voucher] = payloadsOf(scheduled.input);
      voucherSteps.set(String(event.eventId), voucherName(voucherInput.parse(voucher)));
    }
    const completed = event.activityTaskCompletedEventAttributes;
    const voucher = voucherSteps.get(String(completed?.scheduledEventId));
    if (voucher !== undefined && payloadsOf(completed).includes('confirmed')) confirmed.add(voucher);
  }
  const [firmId] = firms;
  return {
    ...found,
    confirmed,
    approvalsAhead: approvalsAhead(events),
    ...(firmId !== undefined && { firmId }),
  };
}

const isWithId = (value: unknown): value is { readonly id: string } =>
  typeof value === 'object' && value !== null && 'id' in value && typeof value.id === 'string';
