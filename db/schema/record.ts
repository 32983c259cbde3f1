import { sql } from 'drizzle-orm';
import {
  bigint,
  foreignKey,
  index,
  integer,
  jsonb,
  pgTable,
  primaryKey,
  text,
  unique,
  uuid,
} from 'drizzle-orm/pg-core';
import { actor, bytea, firmId, hash, id, moment, writtenAt } from './columns.ts';
import { engagements } from './engagement.ts';
import { firms } from './firm.ts';

/** The processing history (behandlingshistorik, BFNAR 2013:2 ch. 9): who did what, when. Append-only. */
export const processingHistory = pgTable(
  'processing_history',
  {
    firmId: firmId(),
    id: bigint('id', { mode: 'number' }).notNull().generatedAlwaysAsIdentity(),
    at: writtenAt('at'),
    actor: actor('actor'),
    /** Dotted, lower case: `adjustments.saved`. */
    event: text('event').notNull(),
    engagementId: uuid('engagement_id'),
    details: jsonb('details').notNull().default({}),
    /** Makes a line that a retried step writes again the same line. */
    onceKey: text('once_key'),
  },
  (t) => [
    primaryKey({ columns: [t.firmId, t.id] }),
    unique('processing_history_once').on(t.firmId, t.onceKey),
    index('processing_history_engagement').on(t.firmId, t.engagementId, t.id),
    foreignKey({
      columns: [t.firmId, t.engagementId],
      foreignColumns: [engagements.firmId, engagements.id],
    }),
  ],
);

/** Documents made and files uploaded. Insert-only; a newer one of the same name is a new row. */
export const files = pgTable(
  'files',
  {
    firmId: firmId(),
    id: id(),
    engagementId: uuid('engagement_id').notNull(),
    /** What it is: 'attachment', 'order', 'sie', 'binder', 'upload' … */
    kind: text('kind').notNull(),
    name: text('name').notNull(),
    mediaType: text('media_type').notNull(),
    sha256: hash('sha256').notNull(),
    sizeBytes: integer('size_bytes').notNull(),
    bytes: bytea('bytes').notNull(),
    storedBy: actor('stored_by'),
    storedAt: writtenAt('stored_at'),
  },
  (t) => [
    primaryKey({ columns: [t.firmId, t.id] }),
    // The same document stored again by a retried step is the same row.
    unique('files_content').on(t.firmId, t.engagementId, t.kind, t.name, t.sha256),
    foreignKey({
      columns: [t.firmId, t.engagementId],
      foreignColumns: [engagements.firmId, engagements.id],
    }),
  ],
);

/** Signals that a committed change owes a workflow: delivered at least once. */
export const outbox = pgTable(
  'outbox',
  {
    firmId: firmId(),
    id: id(),
    workflowId: text('workflow_id').notNull(),
    signal: text('signal').notNull(),
    args: jsonb('args').$type<readonly unknown[]>().notNull(),
    createdAt: writtenAt('created_at'),
    deliveredAt: moment('delivered_at'),
  },
  (t) => [
    primaryKey({ columns: [t.firmId, t.id] }),
    index('outbox_undelivered')
      .on(t.createdAt)
      .where(sql`${t.deliveredAt} is null`),
    foreignKey({ columns: [t.firmId], foreignColumns: [firms.firmId] }),
  ],
);

/** Reminders and alerts, each once by its due key; to whom each goes is in `notification_deliveries`. */
export const notifications = pgTable(
  'notifications',
  {
    firmId: firmId(),
    id: id(),
    kind: text('kind').notNull(),
    dueKey: text('due_key').notNull(),
    engagementId: uuid('engagement_id'),
    connectionId: uuid('connection_id'),
    details: jsonb('details').notNull().default({}),
    createdAt: writtenAt('created_at'),
    /** Handed to the channels: its deliveries, if there are any, are written. */
    sentAt: moment('sent_at'),
  },
  (t) => [
    primaryKey({ columns: [t.firmId, t.id] }),
    unique('notifications_due').on(t.firmId, t.dueKey),
    index('notifications_unsent')
      .on(t.createdAt)
      .where(sql`${t.sentAt} is null`),
    foreignKey({ columns: [t.firmId], foreignColumns: [firms.firmId] }),
  ],
);
