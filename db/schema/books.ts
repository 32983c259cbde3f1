import {
  date,
  foreignKey,
  index,
  integer,
  json,
  jsonb,
  pgTable,
  primaryKey,
  text,
  unique,
  uuid,
} from 'drizzle-orm/pg-core';
import type { FinancialYear, AccountNumber } from '../../accounting/books.ts';
import type { IsoDate } from '../../accounting/dates.ts';
import { actor, bytea, code, firmId, hash, id, moment, writtenAt } from './columns.ts';
import { engagements } from './engagement.ts';
import { firms } from './firm.ts';

/** What belongs to a snapshot as a whole; part of its hash. */
export interface SnapshotHeader {
  readonly closing: FinancialYear;
  /** Every year that was read, the closing one too, in order of time. */
  readonly years: readonly (FinancialYear & { readonly accountingMethod: 'ACCRUAL' | 'CASH' })[];
  /** Years before of which closing balances alone are known, as a file states them; absent when there are none. */
  readonly statedYears?: readonly FinancialYear[];
  readonly lockedUntil?: IsoDate;
  readonly predefinedAccounts: { readonly receivables: AccountNumber; readonly payables: AccountNumber };
}

/** `balance`: an account's on a day: the first of a year that was read, or the last of one that is only stated. */
export type RecordKind = 'account' | 'balance' | 'invoice' | 'payment' | 'series' | 'voucher';

/** A raw file as it was fetched: where it came from and the SHA-256 (hex) of its bytes. */
export interface RawFileRef {
  readonly name: string;
  readonly sha256: string;
  /** Of a large file: the hashes of the parts, in order, that it is kept in. */
  readonly parts?: readonly string[];
  /** Names what was read from it, where its reader can tell that before it has read: equal names, equal books. */
  readonly reading?: string;
}

/** The books as they stood when they were fetched. Immutable. */
export const snapshots = pgTable(
  'snapshots',
  {
    firmId: firmId(),
    id: id(),
    engagementId: uuid('engagement_id').notNull(),
    /** 1, 2, 3 … in the engagement. */
    seq: integer('seq').notNull(),
    fetchedAt: moment('fetched_at').notNull(),
    fetchedBy: actor('fetched_by'),
    source: text('source').$type<'fortnox' | 'sie'>().notNull(),
    /** SHA-256 of the books: equal for equal books however they arrived. */
    hash: hash('hash').notNull(),
    header: jsonb('header').$type<SnapshotHeader>().notNull(),
    findings: jsonb('findings').$type<readonly unknown[]>().notNull(),
    /** Records in the snapshot by kind. */
    counts: jsonb('counts').$type<Readonly<Record<RecordKind, number>>>().notNull(),
    /** Record versions that this snapshot wrote; 0 when nothing changed since the one before. */
    written: integer('written').notNull(),
    rawFiles: jsonb('raw_files').$type<readonly RawFileRef[]>().notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.firmId, t.id] }),
    unique('snapshots_seq').on(t.firmId, t.engagementId, t.seq),
    foreignKey({
      columns: [t.firmId, t.engagementId],
      foreignColumns: [engagements.firmId, engagements.id],
    }),
  ],
);

/**
 * Files as they were fetched, large ones in parts, compressed, each content kept once: by Brotli (RFC 7932), which packs
 * them as small as gzip in less than half the time; those of before by gzip.
 */
export const rawFiles = pgTable(
  'raw_files',
  {
    firmId: firmId(),
    sha256: hash('sha256').notNull(),
    gzip: bytea('gzip'),
    brotli: bytea('brotli'),
    storedAt: writtenAt('stored_at'),
  },
  (t) => [
    primaryKey({ columns: [t.firmId, t.sha256] }),
    foreignKey({ columns: [t.firmId], foreignColumns: [firms.firmId] }),
  ],
);

/**
 * Every record of the books by version. The state at snapshot n is, for each key, the version with the
 * highest `sinceSeq` ≤ n; null content says that the record was gone from that snapshot on.
 * No foreign key to snapshots: a check per row would cost more than the row (100,000 at a time);
 * the only writer inserts both in one transaction. A first snapshot's rows lie in `first_versions`, which inherits from
 * this table and is read through it (migrations/0011_first_versions.sql).
 */
export const recordVersions = pgTable(
  'record_versions',
  {
    firmId: firmId(),
    engagementId: uuid('engagement_id').notNull(),
    kind: code('kind').$type<RecordKind>().notNull(),
    key: code('key').notNull(),
    sinceSeq: integer('since_seq').notNull(),
    /** SHA-256 of the content's text as it stands here; json and not jsonb, because jsonb rewrites it. */
    hash: hash('hash').notNull(),
    content: json('content'),
  },
  (t) => [
    primaryKey({ columns: [t.engagementId, t.kind, t.key, t.sinceSeq] }),
    index('record_versions_since').on(t.engagementId, t.sinceSeq),
  ],
);

/** Exchange rates at balance dates. A correction is a new row; the latest entry counts. */
export const exchangeRates = pgTable(
  'exchange_rates',
  {
    firmId: firmId(),
    id: id(),
    currency: text('currency').notNull(),
    date: date('date', { mode: 'string' }).$type<IsoDate>().notNull(),
    /** SEK for one unit, a decimal string. */
    rate: text('rate').notNull(),
    source: text('source').notNull(),
    enteredBy: actor('entered_by'),
    enteredAt: writtenAt('entered_at'),
  },
  (t) => [
    primaryKey({ columns: [t.firmId, t.id] }),
    index('exchange_rates_day').on(t.firmId, t.date, t.currency),
    foreignKey({ columns: [t.firmId], foreignColumns: [firms.firmId] }),
  ],
);
