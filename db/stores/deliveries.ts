import { and, asc, eq, inArray, isNull, lte, sql } from 'drizzle-orm';
import type { Database, FirmTransaction } from '../database.ts';
import { notificationDeliveries } from '../schema/notify.ts';

/**
 * A notification on its way to one receiver, with no transaction open over the network:
 * 1. `claimDelivery` counts the attempt and commits, so that of several senders one sends.
 * 2. It is sent.
 * 3. `markDelivered` or `markFailed`.
 * A process that dies in 2 leaves a webhook to be sent again when its lease is over (its receiver knows it by the id), and an
 * e-mail unsent as `mail.outcome-unknown`: nobody can say whether it was, and a person gets no mail twice.
 */
export type Delivery = typeof notificationDeliveries.$inferSelect;

export interface DueDelivery {
  readonly firmId: string;
  readonly id: string;
}

export type Receiver = { readonly userId: string } | { readonly endpointId: string };

export async function createDeliveries(
  tx: FirmTransaction,
  notificationId: string,
  receivers: readonly Receiver[],
): Promise<void> {
  if (receivers.length === 0) return;
  await tx.db
    .insert(notificationDeliveries)
    .values(
      receivers.map((receiver) => ({
        ...receiver,
        notificationId,
        channel: 'userId' in receiver ? ('email' as const) : ('webhook' as const),
      })),
    )
    .onConflictDoNothing();
}

/** All firms' deliveries whose time has come, longest waiting first. */
export async function dueDeliveries(database: Database, limit: number): Promise<DueDelivery[]> {
  return database.sql<DueDelivery[]>`select firm_id as "firmId", id from due_deliveries(${limit})`;
}

/** Takes a due delivery for one attempt; undefined when somebody else has, or it is not due. */
export async function claimDelivery(
  tx: FirmTransaction,
  id: string,
  leaseMs: number,
): Promise<Delivery | undefined> {
  const { channel, attempts, nextAttemptAt, lastError } = notificationDeliveries;
  const [claimed] = await tx.db
    .update(notificationDeliveries)
    .set({
      attempts: sql`${attempts} + 1`,
      nextAttemptAt: sql`case when ${channel} = 'webhook' then ${fromNow(leaseMs)} end`,
      lastError: sql`case when ${channel} = 'email' then 'mail.outcome-unknown' else ${lastError} end`,
    })
    .where(and(eq(notificationDeliveries.id, id), lte(nextAttemptAt, sql`now()`)))
    .returning();
  return claimed;
}

export async function markDelivered(tx: FirmTransaction, id: string): Promise<void> {
  await tx.db
    .update(notificationDeliveries)
    .set({ sentAt: sql`now()`, nextAttemptAt: null, lastError: null })
    .where(eq(notificationDeliveries.id, id));
}

/** Unless a later attempt has taken over. @param failure.retryAfterMs left out: it is given up */
export async function markFailed(
  tx: FirmTransaction,
  { id, attempts }: Pick<Delivery, 'id' | 'attempts'>,
  failure: { readonly error: string; readonly retryAfterMs?: number },
): Promise<void> {
  const { retryAfterMs } = failure;
  await tx.db
    .update(notificationDeliveries)
    .set({
      lastError: failure.error,
      nextAttemptAt: retryAfterMs === undefined ? null : fromNow(retryAfterMs),
    })
    .where(
      and(
        eq(notificationDeliveries.id, id),
        eq(notificationDeliveries.attempts, attempts),
        isNull(notificationDeliveries.sentAt),
      ),
    );
}

export async function findDelivery(tx: FirmTransaction, id: string): Promise<Delivery | undefined> {
  const [delivery] = await tx.db
    .select()
    .from(notificationDeliveries)
    .where(eq(notificationDeliveries.id, id));
  return delivery;
}

/** Due now, with all its attempts before it again. */
export async function startOver(tx: FirmTransaction, id: string): Promise<void> {
  await tx.db
    .update(notificationDeliveries)
    .set({ attempts: 0, sentAt: null, nextAttemptAt: sql`now()` })
    .where(eq(notificationDeliveries.id, id));
}

/** By Postgres's clock, which every sender shares. */
const fromNow = (ms: number) => sql`now() + ${ms}::int * interval '1 millisecond'`;

/** E-mails, then webhooks. */
export async function listDeliveries(
  tx: FirmTransaction,
  notificationIds: readonly string[],
): Promise<Delivery[]> {
  if (notificationIds.length === 0) return [];
  return tx.db
    .select()
    .from(notificationDeliveries)
    .where(inArray(notificationDeliveries.notificationId, [...notificationIds]))
    .orderBy(asc(notificationDeliveries.channel), asc(notificationDeliveries.id));
}
