import {
  boolean,
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
import type { Adjustment } from '../../accounting/adjustment.ts';
import { snapshots } from './books.ts';
import { actor, firmId, hash, id, writtenAt } from './columns.ts';
import { engagements } from './engagement.ts';

/**
 * generated: made from a snapshot; edited: worked on by a person; offered: made by a re-import while the
 * current one is worked on, waiting for a person to accept it (which writes a new version).
 */
export type AttachmentOrigin = 'generated' | 'edited' | 'offered';

export const attachments = pgTable(
  'attachments',
  {
    firmId: firmId(),
    id: id(),
    engagementId: uuid('engagement_id').notNull(),
    /** '1510', '2440' (a ledger's), '15' (a main one), 'own-1930' (a person's own): accounting/attachment-kind.ts. */
    accountGroup: text('account_group').notNull(),
    version: integer('version').notNull(),
    snapshotId: uuid('snapshot_id').notNull(),
    origin: text('origin').$type<AttachmentOrigin>().notNull(),
    data: jsonb('data').notNull(),
    /** Of the figures alone, so that a signature survives a new import that moved none of them. */
    figuresHash: hash('figures_hash').notNull(),
    savedBy: actor('saved_by'),
    savedAt: writtenAt('saved_at'),
  },
  (t) => [
    primaryKey({ columns: [t.firmId, t.id] }),
    unique('attachments_version').on(t.firmId, t.engagementId, t.accountGroup, t.version),
    foreignKey({
      columns: [t.firmId, t.engagementId],
      foreignColumns: [engagements.firmId, engagements.id],
    }),
    foreignKey({ columns: [t.firmId, t.snapshotId], foreignColumns: [snapshots.firmId, snapshots.id] }),
  ],
);

/** A name and a time under an attachment. Valid as long as the attachment's figures are those that it was put under. */
export const signOffs = pgTable(
  'sign_offs',
  {
    firmId: firmId(),
    id: id(),
    attachmentId: uuid('attachment_id').notNull(),
    role: text('role').$type<'prepared' | 'reviewed'>().notNull(),
    signedBy: actor('signed_by'),
    signedAt: writtenAt('signed_at'),
    figuresHash: hash('figures_hash').notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.firmId, t.id] }),
    index('sign_offs_attachment').on(t.firmId, t.attachmentId),
    foreignKey({ columns: [t.firmId, t.attachmentId], foreignColumns: [attachments.firmId, attachments.id] }),
  ],
);

/** Every save of the adjustments, whole. */
export const adjustmentRevisions = pgTable(
  'adjustment_revisions',
  {
    firmId: firmId(),
    engagementId: uuid('engagement_id').notNull(),
    /** 1, 2, 3 … in the engagement. */
    revision: integer('revision').notNull(),
    /** The snapshot that it was validated against. */
    snapshotId: uuid('snapshot_id').notNull(),
    data: jsonb('data').$type<readonly Adjustment[]>().notNull(),
    hash: hash('hash').notNull(),
    savedBy: actor('saved_by'),
    savedAt: writtenAt('saved_at'),
  },
  (t) => [
    primaryKey({ columns: [t.firmId, t.engagementId, t.revision] }),
    foreignKey({
      columns: [t.firmId, t.engagementId],
      foreignColumns: [engagements.firmId, engagements.id],
    }),
    foreignKey({ columns: [t.firmId, t.snapshotId], foreignColumns: [snapshots.firmId, snapshots.id] }),
  ],
);

/** A person's word that this revision, over these books, may be sent into this voucher series. */
export const approvals = pgTable(
  'approvals',
  {
    firmId: firmId(),
    id: id(),
    engagementId: uuid('engagement_id').notNull(),
    revision: integer('revision').notNull(),
    revisionHash: hash('revision_hash').notNull(),
    snapshotId: uuid('snapshot_id').notNull(),
    snapshotHash: hash('snapshot_hash').notNull(),
    series: text('series').notNull(),
    /** True: the close ends with this export. False: it goes back to adjusting. */
    final: boolean('final').notNull(),
    approvedBy: actor('approved_by'),
    approvedAt: writtenAt('approved_at'),
  },
  (t) => [
    primaryKey({ columns: [t.firmId, t.id] }),
    index('approvals_engagement').on(t.firmId, t.engagementId, t.approvedAt),
    foreignKey({
      columns: [t.firmId, t.engagementId, t.revision],
      foreignColumns: [
        adjustmentRevisions.firmId,
        adjustmentRevisions.engagementId,
        adjustmentRevisions.revision,
      ],
    }),
    foreignKey({ columns: [t.firmId, t.snapshotId], foreignColumns: [snapshots.firmId, snapshots.id] }),
  ],
);
