import { sql } from 'drizzle-orm';
import {
  date,
  foreignKey,
  index,
  integer,
  jsonb,
  pgTable,
  primaryKey,
  text,
  unique,
  uniqueIndex,
  uuid,
} from 'drizzle-orm/pg-core';
import type { Adjustment } from '../../accounting/adjustment.ts';
import type { IsoDate } from '../../accounting/dates.ts';
import type { ProblemDetails } from '../../accounting/problem.ts';
import { approvals } from './close.ts';
import { firmId, hash, id, moment, writtenAt } from './columns.ts';
import { engagements } from './engagement.ts';

/** The life of one voucher on its way to Fortnox; its steps stand in stores/export-vouchers.ts and in the trigger. */
export type ExportStatus =
  | 'planned'
  | 'sending'
  | 'unknown'
  | 'ambiguous'
  | 'posted'
  | 'differs'
  | 'confirmed'
  | 'refused'
  | 'withdrawn';

/** A voucher's name at Fortnox. */
export interface FortnoxVoucher {
  readonly series: string;
  readonly number: number;
  /** Fortnox's id of the financial year. */
  readonly yearId: number;
}

/** Why a voucher stands still. */
export interface ExportProblem extends ProblemDetails {
  /** `export.ambiguous`: the vouchers at Fortnox that may be the sent one. */
  readonly candidates?: readonly FortnoxVoucher[];
}

/** One approval's way to Fortnox. Open until it is finished. */
export const exportOrders = pgTable(
  'export_orders',
  {
    firmId: firmId(),
    id: id(),
    engagementId: uuid('engagement_id').notNull(),
    approvalId: uuid('approval_id').notNull(),
    tenant: text('tenant').notNull(),
    yearFrom: date('year_from', { mode: 'string' }).$type<IsoDate>().notNull(),
    createdAt: writtenAt('created_at'),
    finishedAt: moment('finished_at'),
  },
  (t) => [
    primaryKey({ columns: [t.firmId, t.id] }),
    unique('export_orders_approval').on(t.firmId, t.approvalId),
    // One writer per company and year, across firms too: two firms can hold a login to one company.
    uniqueIndex('export_orders_one_writer')
      .on(t.tenant, t.yearFrom)
      .where(sql`${t.finishedAt} is null`),
    foreignKey({
      columns: [t.firmId, t.engagementId],
      foreignColumns: [engagements.firmId, engagements.id],
    }),
    foreignKey({ columns: [t.firmId, t.approvalId], foreignColumns: [approvals.firmId, approvals.id] }),
  ],
);

/** One adjustment voucher of an order: the intent is written before anything is sent. */
export const exportVouchers = pgTable(
  'export_vouchers',
  {
    firmId: firmId(),
    orderId: uuid('order_id').notNull(),
    position: integer('position').notNull(),
    engagementId: uuid('engagement_id').notNull(),
    adjustmentId: text('adjustment_id').notNull(),
    /** Written into the voucher at Fortnox, so that it can be found again. */
    marker: text('marker').notNull(),
    content: jsonb('content').$type<Adjustment>().notNull(),
    series: text('series').notNull(),
    status: text('status').$type<ExportStatus>().notNull().default('planned'),
    /** How many times it was sent. */
    attempts: integer('attempts').notNull().default(0),
    sentAt: moment('sent_at'),
    fortnoxSeries: text('fortnox_series'),
    fortnoxNumber: integer('fortnox_number'),
    fortnoxYearId: integer('fortnox_year_id'),
    problem: jsonb('problem').$type<ExportProblem>(),
    changedAt: writtenAt('changed_at'),
  },
  (t) => [
    primaryKey({ columns: [t.firmId, t.orderId, t.position] }),
    unique('export_vouchers_marker').on(t.marker),
    // An adjustment is sent at most once in the life of an engagement.
    uniqueIndex('export_vouchers_once')
      .on(t.firmId, t.engagementId, t.adjustmentId)
      .where(sql`${t.status} <> 'withdrawn'`),
    // What operators watch over all firms: what is under way or stuck.
    index('export_vouchers_unsettled')
      .on(t.status)
      .where(sql`${t.status} not in ('planned', 'confirmed', 'refused', 'withdrawn')`),
    foreignKey({
      columns: [t.firmId, t.orderId],
      foreignColumns: [exportOrders.firmId, exportOrders.id],
    }),
  ],
);

/** A file that was uploaded to Fortnox's inbox and connected to a sent voucher. */
export const fileUploads = pgTable(
  'file_uploads',
  {
    firmId: firmId(),
    orderId: uuid('order_id').notNull(),
    position: integer('position').notNull(),
    sha256: hash('sha256').notNull(),
    name: text('name').notNull(),
    startedAt: writtenAt('started_at'),
    /** Fortnox's id of the uploaded file, once it answered. */
    fortnoxFileId: text('fortnox_file_id'),
    connectedAt: moment('connected_at'),
  },
  (t) => [
    primaryKey({ columns: [t.firmId, t.orderId, t.position, t.sha256] }),
    foreignKey({
      columns: [t.firmId, t.orderId, t.position],
      foreignColumns: [exportVouchers.firmId, exportVouchers.orderId, exportVouchers.position],
    }),
  ],
);
