import { and, asc, eq, isNull } from 'drizzle-orm';
import type { Actor } from '../actor.ts';
import type { FirmTransaction } from '../database.ts';
import { webhookEndpoints } from '../schema/notify.ts';

export type WebhookEndpoint = typeof webhookEndpoints.$inferSelect;

export interface NewWebhookEndpoint {
  /** Made by the caller, since the secret is sealed with it. */
  readonly id: string;
  readonly url: string;
  readonly sealedSecret: Uint8Array;
  readonly keyId: string;
  readonly createdBy: Actor;
}

export async function createEndpoint(
  tx: FirmTransaction,
  endpoint: NewWebhookEndpoint,
): Promise<WebhookEndpoint> {
  const [created] = await tx.db.insert(webhookEndpoints).values(endpoint).returning();
  return created!;
}

/** Removed ones too: a delivery can still name them. */
export async function findEndpoint(tx: FirmTransaction, id: string): Promise<WebhookEndpoint | undefined> {
  const [endpoint] = await tx.db.select().from(webhookEndpoints).where(eq(webhookEndpoints.id, id));
  return endpoint;
}

/** The firm's endpoints that are told of things, oldest first. */
export async function listEndpoints(tx: FirmTransaction): Promise<WebhookEndpoint[]> {
  return tx.db
    .select()
    .from(webhookEndpoints)
    .where(isNull(webhookEndpoints.removedAt))
    .orderBy(asc(webhookEndpoints.createdAt), asc(webhookEndpoints.id));
}

/** Nothing is sent there any more, and its secret is gone. False when there is no such endpoint. */
export async function removeEndpoint(tx: FirmTransaction, id: string): Promise<boolean> {
  const removed = await tx.db
    .update(webhookEndpoints)
    .set({ sealedSecret: null, keyId: null, removedAt: new Date() })
    .where(and(eq(webhookEndpoints.id, id), isNull(webhookEndpoints.removedAt)))
    .returning({ id: webhookEndpoints.id });
  return removed.length > 0;
}

/** The same secret under another key. */
export async function storeSecret(
  tx: FirmTransaction,
  id: string,
  sealed: Pick<NewWebhookEndpoint, 'sealedSecret' | 'keyId'>,
): Promise<void> {
  await tx.db
    .update(webhookEndpoints)
    .set(sealed)
    .where(and(eq(webhookEndpoints.id, id), isNull(webhookEndpoints.removedAt)));
}
