import { sql } from 'drizzle-orm';
import { foreignKey, index, integer, pgTable, primaryKey, text, unique, uuid } from 'drizzle-orm/pg-core';
import { actor, bytea, firmId, id, moment, writtenAt } from './columns.ts';
import { firms, users } from './firm.ts';
import { notifications } from './record.ts';

/** Where a firm's own program is told of what happens, by signed webhooks. A removed one has no secret any more. */
export const webhookEndpoints = pgTable(
  'webhook_endpoints',
  {
    firmId: firmId(),
    id: id(),
    url: text('url').notNull(),
    /** Signs every message to it; sealed before it comes here, bound to this row's id. */
    sealedSecret: bytea('sealed_secret'),
    keyId: text('key_id'),
    createdBy: actor('created_by'),
    createdAt: writtenAt('created_at'),
    removedAt: moment('removed_at'),
  },
  (t) => [
    primaryKey({ columns: [t.firmId, t.id] }),
    foreignKey({ columns: [t.firmId], foreignColumns: [firms.firmId] }),
  ],
);

/**
 * One notification to one receiver. `sentAt`: received. Else `nextAttemptAt` says when it is tried (again), and when that
 * is null as well it was given up, or is an e-mail being sent at this moment.
 */
export const notificationDeliveries = pgTable(
  'notification_deliveries',
  {
    firmId: firmId(),
    id: id(),
    notificationId: uuid('notification_id').notNull(),
    channel: text('channel').$type<'email' | 'webhook'>().notNull(),
    /** The receiver of an e-mail; the address is looked up when it is sent. */
    userId: uuid('user_id'),
    endpointId: uuid('endpoint_id'),
    attempts: integer('attempts').notNull().default(0),
    nextAttemptAt: moment('next_attempt_at').default(sql`now()`),
    /** Code of what went wrong at the last attempt. */
    lastError: text('last_error'),
    sentAt: moment('sent_at'),
    createdAt: writtenAt('created_at'),
  },
  (t) => [
    primaryKey({ columns: [t.firmId, t.id] }),
    unique('notification_deliveries_user').on(t.firmId, t.notificationId, t.userId),
    unique('notification_deliveries_endpoint').on(t.firmId, t.notificationId, t.endpointId),
    index('notification_deliveries_due')
      .on(t.nextAttemptAt)
      .where(sql`${t.nextAttemptAt} is not null`),
    foreignKey({
      columns: [t.firmId, t.notificationId],
      foreignColumns: [notifications.firmId, notifications.id],
    }),
    foreignKey({ columns: [t.firmId, t.userId], foreignColumns: [users.firmId, users.id] }),
    foreignKey({
      columns: [t.firmId, t.endpointId],
      foreignColumns: [webhookEndpoints.firmId, webhookEndpoints.id],
    }),
  ],
);
