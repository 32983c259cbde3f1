import { and, desc, eq, isNull, lt, or } from 'drizzle-orm';
import type { Database, FirmTransaction } from '../database.ts';
import { notifications } from '../schema/record.ts';

export type Notification = typeof notifications.$inferSelect;

export interface NewNotification {
  readonly kind: string;
  /** What makes it the same reminder: `login-expiry/<connection>/<deadline>/7`. */
  readonly dueKey: string;
  readonly engagementId?: string;
  readonly connectionId?: string;
  readonly details?: Readonly<Record<string, unknown>>;
}

/** Writes the notification down; the same due key again gives the row that is there, so that it is sent once. */
export async function ensureNotification(
  tx: FirmTransaction,
  notification: NewNotification,
): Promise<Notification> {
  await tx.db.insert(notifications).values(notification).onConflictDoNothing();
  const [row] = await tx.db.select().from(notifications).where(eq(notifications.dueKey, notification.dueKey));
  return row!;
}

/** The moves (activities/report-moves.ts) that an engagement's notifications have told of. */
export async function toldMoves(
  { sql }: FirmTransaction,
  engagementId: string,
): Promise<ReadonlySet<string>> {
  const told = await sql<{ move: string }[]>`
    select jsonb_path_query(details, '$.**.move') #>> '{}' as move
    from notifications where engagement_id = ${engagementId}`;
  return new Set(told.map(({ move }) => move));
}

/** It has been handed to the channels (`stores/deliveries.ts`). */
export async function markSent(tx: FirmTransaction, id: string): Promise<void> {
  await tx.db.update(notifications).set({ sentAt: new Date() }).where(eq(notifications.id, id));
}

export interface UnsentNotification {
  readonly firmId: string;
  readonly id: string;
}

/** All firms' notifications that no channel has got yet, oldest first. */
export async function unsentNotifications(database: Database, limit: number): Promise<UnsentNotification[]> {
  return database.sql<
    UnsentNotification[]
  >`select firm_id as "firmId", id from unsent_notifications(${limit})`;
}

/** Undefined when it was sent, or somebody is at it; nobody else gets it until the transaction ends. */
export async function lockUnsent(tx: FirmTransaction, id: string): Promise<Notification | undefined> {
  const [row] = await tx.db
    .select()
    .from(notifications)
    .where(and(eq(notifications.id, id), isNull(notifications.sentAt)))
    .for('update', { skipLocked: true });
  return row;
}

export async function findNotification(tx: FirmTransaction, id: string): Promise<Notification | undefined> {
  const [row] = await tx.db.select().from(notifications).where(eq(notifications.id, id));
  return row;
}

/** An engagement's notifications, newest first. */
export async function listNotifications(tx: FirmTransaction, engagementId: string): Promise<Notification[]> {
  return tx.db
    .select()
    .from(notifications)
    .where(eq(notifications.engagementId, engagementId))
    .orderBy(desc(notifications.createdAt), desc(notifications.id));
}

/**
 * The firm's notifications, newest first.
 * @param query.before the last one of the page before
 */
export async function pageOfNotifications(
  tx: FirmTransaction,
  query: { readonly engagementId?: string; readonly before?: Notification; readonly limit: number },
): Promise<Notification[]> {
  const { engagementId, before, limit } = query;
  return tx.db
    .select()
    .from(notifications)
    .where(
      and(
        engagementId === undefined ? undefined : eq(notifications.engagementId, engagementId),
        before &&
          or(
            lt(notifications.createdAt, before.createdAt),
            and(eq(notifications.createdAt, before.createdAt), lt(notifications.id, before.id)),
          ),
      ),
    )
    .orderBy(desc(notifications.createdAt), desc(notifications.id))
    .limit(limit);
}
