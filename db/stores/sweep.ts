import { lte } from 'drizzle-orm';
import type { PgColumn, PgTable } from 'drizzle-orm/pg-core';
import type { FirmTransaction } from '../database.ts';
import { loginAttempts } from '../schema/engagement.ts';
import { idempotencyKeys, sessions } from '../schema/firm.ts';
import { idempotencyKeptMs } from './idempotency.ts';

/** What has no lasting worth and has run out: of a firm whose people come no more, nobody else sweeps it away. */
export interface RunOut {
  readonly sessions: number;
  readonly loginAttempts: number;
  readonly idempotencyKeys: number;
}

const runOut = [
  ['sessions', sessions, sessions.expiresAt, 0],
  ['loginAttempts', loginAttempts, loginAttempts.expiresAt, 0],
  ['idempotencyKeys', idempotencyKeys, idempotencyKeys.createdAt, idempotencyKeptMs],
] as const satisfies readonly (readonly [keyof RunOut, PgTable, PgColumn, number])[];

export async function countRunOut(tx: FirmTransaction, now: Date): Promise<RunOut> {
  const counts = { sessions: 0, loginAttempts: 0, idempotencyKeys: 0 };
  for (const [name, table, column, keptMs] of runOut) {
    counts[name] = await tx.db.$count(table, lte(column, new Date(now.getTime() - keptMs)));
  }
  return counts;
}

export async function sweepRunOut(tx: FirmTransaction, now: Date): Promise<void> {
  for (const [, table, column, keptMs] of runOut) {
    await tx.db.delete(table).where(lte(column, new Date(now.getTime() - keptMs)));
  }
}
