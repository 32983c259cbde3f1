import { sql } from 'drizzle-orm';
import { customType, text, timestamp, uuid } from 'drizzle-orm/pg-core';
import type { Actor } from '../actor.ts';

/** Bytes, always as Uint8Array. */
export const bytea = customType<{ data: Uint8Array; driverData: Uint8Array }>({ dataType: () => 'bytea' });

/** A SHA-256: 64 hexadecimal digits here, 32 bytes there. */
export const hash = customType<{ data: string; driverData: Uint8Array }>({
  dataType: () => 'bytea',
  toDriver: (hex) => Buffer.from(hex, 'hex'),
  fromDriver: (bytes) => Buffer.from(bytes).toString('hex'),
});

/** Text that sorts by code point, whatever the server's locale: the same order here and there, and the fastest. */
export const code = customType<{ data: string; driverData: string }>({ dataType: () => 'text collate "C"' });

/** Who did it. */
export const actor = (name: string) => text(name).$type<Actor>().notNull();

/**
 * The firm that owns the row. The default is the firm of the transaction, so no query ever names it;
 * row-level security refuses every other value.
 */
export const firmId = () =>
  uuid('firm_id')
    .notNull()
    .default(sql`current_firm()`);

export const id = () => uuid('id').notNull().defaultRandom();

/** A moment in time. */
export const moment = (name: string) => timestamp(name, { withTimezone: true, mode: 'date', precision: 3 });

/** When the row was written, by the database's clock. */
export const writtenAt = (name: string) =>
  moment(name)
    .notNull()
    .default(sql`now()`);
