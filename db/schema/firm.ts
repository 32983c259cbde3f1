import {
  boolean,
  foreignKey,
  integer,
  jsonb,
  pgTable,
  primaryKey,
  text,
  unique,
  uuid,
} from 'drizzle-orm/pg-core';
import { firmId, hash, id, moment, writtenAt } from './columns.ts';

export const roles = ['preparer', 'reviewer', 'administrator'] as const;
export type Role = (typeof roles)[number];

/** The accounting firm: the tenant that every other row belongs to. */
export const firms = pgTable('firms', {
  firmId: firmId().primaryKey(),
  name: text('name').notNull(),
  /** Nobody approves what they saved themselves (fyra ögon). */
  fourEyes: boolean('four_eyes').notNull().default(false),
  createdAt: writtenAt('created_at'),
});

export const users = pgTable(
  'users',
  {
    firmId: firmId(),
    id: id(),
    /** OpenID Connect's issuer and subject; together they name one person. */
    issuer: text('issuer').notNull(),
    subject: text('subject').notNull(),
    name: text('name').notNull(),
    email: text('email').notNull(),
    role: text('role').$type<Role>().notNull(),
    active: boolean('active').notNull().default(true),
    createdAt: writtenAt('created_at'),
  },
  (t) => [
    primaryKey({ columns: [t.firmId, t.id] }),
    unique('users_subject').on(t.firmId, t.issuer, t.subject),
    foreignKey({ columns: [t.firmId], foreignColumns: [firms.firmId] }),
  ],
);

export const apiKeys = pgTable(
  'api_keys',
  {
    firmId: firmId(),
    id: id(),
    name: text('name').notNull(),
    hash: hash('hash').notNull(),
    scopes: text('scopes').array().notNull(),
    createdAt: writtenAt('created_at'),
    revokedAt: moment('revoked_at'),
  },
  (t) => [
    primaryKey({ columns: [t.firmId, t.id] }),
    unique('api_keys_hash').on(t.firmId, t.hash),
    foreignKey({ columns: [t.firmId], foreignColumns: [firms.firmId] }),
  ],
);

export const sessions = pgTable(
  'sessions',
  {
    firmId: firmId(),
    hash: hash('hash').notNull(),
    userId: uuid('user_id').notNull(),
    createdAt: writtenAt('created_at'),
    expiresAt: moment('expires_at').notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.firmId, t.hash] }),
    foreignKey({ columns: [t.firmId, t.userId], foreignColumns: [users.firmId, users.id] }),
  ],
);

/** Answers to requests that carried an idempotency key, so that the same request again gets the same answer. */
export const idempotencyKeys = pgTable(
  'idempotency_keys',
  {
    firmId: firmId(),
    key: text('key').notNull(),
    requestHash: hash('request_hash').notNull(),
    status: integer('status'),
    response: jsonb('response').$type<{ readonly body: unknown }>(),
    createdAt: writtenAt('created_at'),
  },
  (t) => [
    primaryKey({ columns: [t.firmId, t.key] }),
    foreignKey({ columns: [t.firmId], foreignColumns: [firms.firmId] }),
  ],
);
