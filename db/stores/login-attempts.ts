import { and, eq, gt, isNull, lte } from 'drizzle-orm';
import { Problem } from '../../accounting/problem.ts';
import type { ProblemDetails } from '../../accounting/problem.ts';
import type { Actor } from '../actor.ts';
import type { FirmTransaction } from '../database.ts';
import { sha256 } from '../hash.ts';
import { loginAttempts } from '../schema/engagement.ts';
import { newTicket } from '../ticket.ts';

export type LoginAttempt = typeof loginAttempts.$inferSelect;

export interface NewLoginAttempt {
  readonly engagementId: string;
  readonly startedBy: Actor;
  /** The browser session's cookie, when a person is sent from our page. */
  readonly sessionCookie?: string;
  readonly lifetimeMs: number;
}

/** Starts a login; the answer is the `state` to send along. Old attempts of the firm are swept on the way. */
export async function createLoginAttempt(tx: FirmTransaction, attempt: NewLoginAttempt): Promise<string> {
  const now = Date.now();
  // A day's grace, so that a person who comes back late is told that it is late.
  await tx.db.delete(loginAttempts).where(lte(loginAttempts.expiresAt, new Date(now - 86_400_000)));
  const state = newTicket(tx.firmId);
  await tx.db.insert(loginAttempts).values({
    stateHash: sha256(state),
    engagementId: attempt.engagementId,
    startedBy: attempt.startedBy,
    sessionHash: attempt.sessionCookie === undefined ? null : sha256(attempt.sessionCookie),
    expiresAt: new Date(now + attempt.lifetimeMs),
  });
  return state;
}

/**
 * Uses a `state` up: of several callers one gets the attempt. Commit before the code is exchanged. The firm of the
 * transaction is the state's own (`firmOfTicket`); whether user and session are right is the caller's to compare.
 * @throws Problem `login.state-unknown`, `login.state-used`, `login.state-expired`
 */
export async function useLoginAttempt(tx: FirmTransaction, state: string): Promise<LoginAttempt> {
  const stateHash = sha256(state);
  const now = new Date();
  const [used] = await tx.db
    .update(loginAttempts)
    .set({ usedAt: now })
    .where(
      and(
        eq(loginAttempts.stateHash, stateHash),
        isNull(loginAttempts.usedAt),
        gt(loginAttempts.expiresAt, now),
      ),
    )
    .returning();
  if (used) return used;
  const [attempt] = await tx.db.select().from(loginAttempts).where(eq(loginAttempts.stateHash, stateHash));
  if (!attempt) throw new Problem(refusals.unknown);
  throw new Problem(attempt.usedAt ? refusals.used : refusals.expired);
}

const advice = 'Gå tillbaka till bokslutet och välj Importera från Fortnox igen.';

const refusals = {
  unknown: {
    code: 'login.state-unknown',
    what: 'Svaret från Fortnox hör inte till någon inloggning härifrån.',
    advice,
  },
  used: { code: 'login.state-used', what: 'Svaret från Fortnox har redan använts en gång.', advice },
  expired: { code: 'login.state-expired', what: 'Inloggningen hos Fortnox tog för lång tid.', advice },
} as const satisfies Record<string, ProblemDetails>;
