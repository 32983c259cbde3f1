import type { WorkflowHandle } from '@temporalio/client';

/** What a workflow knows of the database's rows: the ids in all that it was told and answered. */
export interface Knowledge {
  readonly firmId?: string;
  readonly connectionIds: ReadonlySet<string>;
  readonly snapshotIds: ReadonlySet<string>;
  readonly approvalIds: ReadonlySet<string>;
  /** Ids of messages that it took before it went on as a new run; approvals are among them. */
  readonly seenIds: ReadonlySet<string>;
  readonly orderIds: ReadonlySet<string>;
  /** How many vouchers it was told are in Fortnox. */
  readonly confirmed: number;
}

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
  let confirmed = 0;
  const voucherSteps = new Set<string>();

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

  const { events } = await handle.fetchHistory();
  for (const event of events ?? []) {
    for (const told of payloadsOf(event)) note(told);
    const scheduled = event.activityTaskScheduledEventAttributes;
    if (scheduled && ['sendVoucher', 'findVoucher'].includes(scheduled.activityType?.name ?? ''))
      voucherSteps.add(String(event.eventId));
    const completed = event.activityTaskCompletedEventAttributes;
    if (
      completed &&
      voucherSteps.has(String(completed.scheduledEventId)) &&
      payloadsOf(completed).includes('confirmed')
    )
      confirmed += 1;
  }
  const [firmId] = firms;
  return { ...found, confirmed, ...(firmId !== undefined && { firmId }) };
}

const isWithId = (value: unknown): value is { readonly id: string } =>
  typeof value === 'object' && value !== null && 'id' in value && typeof value.id === 'string';

/** Every JSON payload of an event, read. */
function payloadsOf(value: unknown): unknown[] {
  if (typeof value !== 'object' || value === null) return [];
  if ('data' in value && 'metadata' in value) {
    return value.data instanceof Uint8Array ? [parsed(value.data)] : [];
  }
  if (value instanceof Uint8Array) return [];
  return Object.values(value).flatMap(payloadsOf);
}

function parsed(data: Uint8Array): unknown {
  try {
    return JSON.parse(Buffer.from(data).toString('utf8'));
  } catch {
    return undefined;
  }
}
