import { and, asc, desc, eq, isNotNull, isNull } from 'drizzle-orm';
import { Problem } from '../../accounting/problem.ts';
import type { Actor } from '../actor.ts';
import type { FirmTransaction } from '../database.ts';
import { connections } from '../schema/engagement.ts';
import type { EndReason } from '../schema/engagement.ts';

/**
 * A login at Fortnox. `sealedTokens` is what fortnox/ sealed; nothing here can read it.
 *
 * A refresh, with no transaction open over the network:
 * 1. `lockConnection`, look again; another's refresh in flight (`refreshStartedAt`): leave and look again shortly;
 *    else `markRefreshStarted`; commit.
 * 2. Ask Fortnox.
 * 3. `storeTokens` (both clocks of Fortnox's move), `clearRefresh` (surely not used) or `markRefreshUnknown`; commit.
 * A process that dies in 2 leaves `refreshStartedAt` standing: older than any request lasts, it means *unknown*.
 */
export type Connection = typeof connections.$inferSelect;

/** By our own clock a login is good for 30 days after the last import or export; Fortnox's clock has 45. */
export const loginTermMs = 30 * 24 * 60 * 60 * 1_000;

export interface SealedTokens {
  readonly sealedTokens: Uint8Array;
  readonly keyId: string;
  readonly scopes: readonly string[];
  readonly accessExpiresAt: Date;
  /** Fortnox's clock: 45 days from now. */
  readonly refreshExpiresAt: Date;
}

export interface NewConnection extends SealedTokens {
  /** Made by the caller, since the tokens are sealed with it. */
  readonly id: string;
  readonly companyId: string;
  /** Fortnox's DatabaseNumber. */
  readonly tenant: string;
  readonly companyName: string;
  /** When our 30 days begin. */
  readonly renewedAt: Date;
  readonly createdBy: Actor;
}

/**
 * Stores a new login. The company's earlier one, if it lives, must be ended first.
 * @throws Problem `connections.exists` when the company has a live one
 */
export async function createConnection(tx: FirmTransaction, connection: NewConnection): Promise<Connection> {
  const [created] = await tx.db
    .insert(connections)
    .values({ ...connection, scopes: [...connection.scopes] })
    .onConflictDoNothing()
    .returning();
  if (created) return created;
  throw new Problem({
    code: 'connections.exists',
    what: 'Företaget har redan en inloggning till Fortnox som gäller.',
    advice: 'Använd den som finns, eller koppla från den först.',
  });
}

/** @throws Problem `connections.not-found` */
export async function getConnection(tx: FirmTransaction, id: string): Promise<Connection> {
  const [connection] = await tx.db.select().from(connections).where(eq(connections.id, id));
  return found(connection, id);
}

/** The same, locked until the transaction ends. */
export async function lockConnection(tx: FirmTransaction, id: string): Promise<Connection> {
  const [connection] = await tx.db.select().from(connections).where(eq(connections.id, id)).for('update');
  return found(connection, id);
}

/** The company's live login, if it has one. */
export async function findLiveConnection(
  tx: FirmTransaction,
  companyId: string,
): Promise<Connection | undefined> {
  const [connection] = await tx.db
    .select()
    .from(connections)
    .where(and(eq(connections.companyId, companyId), isNull(connections.endedAt)));
  return connection;
}

/** The company's newest login, ended or not: says why there is none that lives. */
export async function findLatestConnection(
  tx: FirmTransaction,
  companyId: string,
): Promise<Connection | undefined> {
  const [connection] = await tx.db
    .select()
    .from(connections)
    .where(eq(connections.companyId, companyId))
    .orderBy(desc(connections.createdAt))
    .limit(1);
  return connection;
}

export async function listConnections(tx: FirmTransaction): Promise<Connection[]> {
  return tx.db.select().from(connections).orderBy(desc(connections.createdAt));
}

/** Ended here but not yet known to be revoked at Fortnox, longest waiting first. */
export async function listPendingRevocations(tx: FirmTransaction): Promise<Connection[]> {
  return tx.db
    .select()
    .from(connections)
    .where(and(isNotNull(connections.revokePendingAt), isNull(connections.revokedAt)))
    .orderBy(asc(connections.revokePendingAt));
}

/** A refresh is about to be sent. False when one is in flight already or the connection has ended. */
export async function markRefreshStarted(tx: FirmTransaction, id: string, at: Date): Promise<boolean> {
  const marked = await tx.db
    .update(connections)
    .set({ refreshStartedAt: at })
    .where(and(eq(connections.id, id), isNull(connections.refreshStartedAt), isNull(connections.endedAt)))
    .returning({ id: connections.id });
  return marked.length > 0;
}

/** The refresh was surely not carried out: the tokens that we have are good as before. */
export async function clearRefresh(tx: FirmTransaction, id: string): Promise<void> {
  await change(tx, id, { refreshStartedAt: null });
}

/** The answer was lost: the refresh token may be used up. One try decides. */
export async function markRefreshUnknown(tx: FirmTransaction, id: string): Promise<void> {
  await change(tx, id, { refreshStartedAt: null, refreshOutcomeUnknown: true });
}

/** New tokens from a refresh or a new login, or the same under a new key. */
export async function storeTokens(tx: FirmTransaction, id: string, tokens: SealedTokens): Promise<void> {
  await change(tx, id, {
    ...tokens,
    scopes: [...tokens.scopes],
    refreshStartedAt: null,
    refreshOutcomeUnknown: false,
  });
}

/** An import or export that a person asked for: our 30 days begin again. */
export async function renew(tx: FirmTransaction, id: string, at: Date): Promise<void> {
  await change(tx, id, { renewedAt: at });
}

/**
 * The login is over; ending an ended one changes nothing. The tokens go at once, unless they must be revoked at
 * Fortnox first (`revoke`): then they stay, sealed, until `markRevoked`.
 */
export async function endConnection(
  tx: FirmTransaction,
  id: string,
  end: { readonly reason: EndReason; readonly at: Date; readonly revoke: boolean },
): Promise<Connection> {
  const connection = await lockConnection(tx, id);
  if (connection.endedAt !== null) return connection;
  return change(tx, id, {
    endedAt: end.at,
    endReason: end.reason,
    refreshStartedAt: null,
    ...(end.revoke ? { revokePendingAt: end.at } : { sealedTokens: null, keyId: null }),
  });
}

/** Fortnox has confirmed the revocation: the tokens are deleted. */
export async function markRevoked(tx: FirmTransaction, id: string, at: Date): Promise<void> {
  await change(tx, id, { revokedAt: at, sealedTokens: null, keyId: null });
}

async function change(
  tx: FirmTransaction,
  id: string,
  values: Partial<typeof connections.$inferInsert>,
): Promise<Connection> {
  const [connection] = await tx.db.update(connections).set(values).where(eq(connections.id, id)).returning();
  return found(connection, id);
}

function found(connection: Connection | undefined, id: string): Connection {
  if (connection) return connection;
  throw new Problem({
    code: 'connections.not-found',
    what: `Inloggningen ${id} till Fortnox finns inte hos byrån.`,
    advice: 'Logga in hos Fortnox på nytt.',
  });
}
