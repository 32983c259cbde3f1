import { sql } from 'drizzle-orm';
import {
  boolean,
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
import type { AccountSets } from '../../accounting/account-set.ts';
import type { IsoDate } from '../../accounting/dates.ts';
import type { Ore } from '../../accounting/money.ts';
import { actor, bytea, firmId, hash, id, moment, writtenAt } from './columns.ts';
import { firms } from './firm.ts';

export interface EngagementSettings {
  /** Where the books come from. */
  readonly source: 'fortnox' | 'sie';
  /** Differences below this are noise. */
  readonly materialityOre: Ore;
  /** Which accounts the subledgers tie to; the usual ones when absent. */
  readonly accountSets?: AccountSets;
}

export type EndReason = 'expired' | 'revoked' | 'disconnected' | 'refused';

export const companies = pgTable(
  'companies',
  {
    firmId: firmId(),
    id: id(),
    name: text('name').notNull(),
    /** Ten digits with a hyphen. Not unique: several Fortnox databases can share one. */
    organisationNumber: text('organisation_number').notNull(),
    createdAt: writtenAt('created_at'),
  },
  (t) => [
    primaryKey({ columns: [t.firmId, t.id] }),
    foreignKey({ columns: [t.firmId], foreignColumns: [firms.firmId] }),
  ],
);

/** One company's close of one financial year. */
export const engagements = pgTable(
  'engagements',
  {
    firmId: firmId(),
    id: id(),
    companyId: uuid('company_id').notNull(),
    yearFrom: date('year_from', { mode: 'string' }).$type<IsoDate>().notNull(),
    yearTo: date('year_to', { mode: 'string' }).$type<IsoDate>().notNull(),
    settings: jsonb('settings').$type<EngagementSettings>().notNull(),
    /** The user who answers for the close and gets its reminders. */
    responsibleUserId: uuid('responsible_user_id'),
    /** 1, and one more each time a completed close is reopened. */
    run: integer('run').notNull().default(1),
    createdAt: writtenAt('created_at'),
  },
  (t) => [
    primaryKey({ columns: [t.firmId, t.id] }),
    unique('engagements_year').on(t.firmId, t.companyId, t.yearFrom),
    foreignKey({ columns: [t.firmId, t.companyId], foreignColumns: [companies.firmId, companies.id] }),
  ],
);

/** A login at Fortnox. Its tokens are sealed before they come here; an ended one has none. */
export const connections = pgTable(
  'connections',
  {
    firmId: firmId(),
    id: id(),
    companyId: uuid('company_id').notNull(),
    /** Fortnox's DatabaseNumber, which is the tenant of its rate limit. */
    tenant: text('tenant').notNull(),
    /** The company's name as Fortnox says it, for the person's confirmation. */
    companyName: text('company_name').notNull(),
    sealedTokens: bytea('sealed_tokens'),
    keyId: text('key_id'),
    scopes: text('scopes').array().notNull(),
    accessExpiresAt: moment('access_expires_at').notNull(),
    /** Fortnox's clock: 45 days from the last refresh. */
    refreshExpiresAt: moment('refresh_expires_at').notNull(),
    /** A refresh is in flight since then; still set long after means that its answer was lost. */
    refreshStartedAt: moment('refresh_started_at'),
    refreshOutcomeUnknown: boolean('refresh_outcome_unknown').notNull().default(false),
    /** Our clock: the 30 days count from the last import or export that a person asked for. */
    renewedAt: moment('renewed_at').notNull(),
    /** Ended here, still to be revoked at Fortnox; the tokens are kept until it is certain. */
    revokePendingAt: moment('revoke_pending_at'),
    revokedAt: moment('revoked_at'),
    endedAt: moment('ended_at'),
    endReason: text('end_reason').$type<EndReason>(),
    createdBy: actor('created_by'),
    createdAt: writtenAt('created_at'),
  },
  (t) => [
    primaryKey({ columns: [t.firmId, t.id] }),
    foreignKey({ columns: [t.firmId, t.companyId], foreignColumns: [companies.firmId, companies.id] }),
    uniqueIndex('connections_one_live')
      .on(t.firmId, t.companyId)
      .where(sql`${t.endedAt} is null`),
  ],
);

/** A person's way to Fortnox's login page and back: bound to engagement, user and browser session, used once. */
export const loginAttempts = pgTable(
  'login_attempts',
  {
    firmId: firmId(),
    stateHash: hash('state_hash').notNull(),
    engagementId: uuid('engagement_id').notNull(),
    startedBy: actor('started_by'),
    /** SHA-256 of the browser session's cookie; null when the attempt was started by an API key. */
    sessionHash: hash('session_hash'),
    createdAt: writtenAt('created_at'),
    expiresAt: moment('expires_at').notNull(),
    usedAt: moment('used_at'),
  },
  (t) => [
    primaryKey({ columns: [t.firmId, t.stateHash] }),
    foreignKey({
      columns: [t.firmId, t.engagementId],
      foreignColumns: [engagements.firmId, engagements.id],
    }),
    index('login_attempts_expiry').on(t.expiresAt),
  ],
);

/**
 * The request budget of one Fortnox client and tenant, shared by all workers and firms. The one table
 * without a firm and without row-level security: its key is a SHA-256 and it holds nothing but times.
 */
export const requestBudget = pgTable('request_budget', {
  key: hash('key').primaryKey(),
  /** When the last 25 requests were or will be allowed to leave, oldest first. */
  grants: moment('grants').array().notNull(),
  /** Fortnox asked us to stay away until then (Retry-After). */
  blockedUntil: moment('blocked_until'),
});
