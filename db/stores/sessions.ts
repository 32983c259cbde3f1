import { and, eq, gt, lte } from 'drizzle-orm';
import type { Database, FirmTransaction } from '../database.ts';
import { sha256 } from '../hash.ts';
import { sessions, users } from '../schema/firm.ts';
import { firmOfTicket, newTicket } from '../ticket.ts';
import type { User } from './users.ts';

/** Starts a browser session; the answer is the cookie's value. Sweeps the firm's ended sessions on the way. */
export async function createSession(
  tx: FirmTransaction,
  session: { readonly userId: string; readonly lifetimeMs: number },
): Promise<string> {
  const now = Date.now();
  await tx.db.delete(sessions).where(lte(sessions.expiresAt, new Date(now)));
  const cookie = newTicket(tx.firmId);
  await tx.db.insert(sessions).values({
    hash: sha256(cookie),
    userId: session.userId,
    expiresAt: new Date(now + session.lifetimeMs),
  });
  return cookie;
}

/** The active user of a live session. */
export async function userOfSession(database: Database, cookie: string): Promise<User | undefined> {
  const firmId = firmOfTicket(cookie);
  if (firmId === undefined) return undefined;
  const [found] = await database.forFirm(firmId, (tx) =>
    tx.db
      .select({ user: users })
      .from(sessions)
      .innerJoin(users, eq(users.id, sessions.userId))
      .where(
        and(eq(sessions.hash, sha256(cookie)), gt(sessions.expiresAt, new Date()), eq(users.active, true)),
      ),
  );
  return found?.user;
}

export async function endSession(tx: FirmTransaction, cookie: string): Promise<void> {
  await tx.db.delete(sessions).where(eq(sessions.hash, sha256(cookie)));
}
