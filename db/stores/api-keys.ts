import { and, asc, eq, isNull } from 'drizzle-orm';
import type { Database, FirmTransaction } from '../database.ts';
import { sha256 } from '../hash.ts';
import { apiKeys } from '../schema/firm.ts';
import { firmOfTicket, newTicket } from '../ticket.ts';

export interface ApiKey {
  readonly firmId: string;
  readonly id: string;
  readonly name: string;
  readonly scopes: readonly string[];
  readonly createdAt: Date;
  readonly revokedAt: Date | null;
}

const columns = {
  firmId: apiKeys.firmId,
  id: apiKeys.id,
  name: apiKeys.name,
  scopes: apiKeys.scopes,
  createdAt: apiKeys.createdAt,
  revokedAt: apiKeys.revokedAt,
};

/** Makes a key; `secret` is what the caller sends, shown this once and stored only as a hash. */
export async function createApiKey(
  tx: FirmTransaction,
  key: { readonly name: string; readonly scopes: readonly string[] },
): Promise<ApiKey & { readonly secret: string }> {
  const secret = newTicket(tx.firmId);
  const [created] = await tx.db
    .insert(apiKeys)
    .values({ name: key.name, scopes: [...key.scopes], hash: sha256(secret) })
    .returning(columns);
  return { ...created!, secret };
}

/** The key that the secret belongs to, when it exists and is not revoked. */
export async function authenticateApiKey(database: Database, secret: string): Promise<ApiKey | undefined> {
  const firmId = firmOfTicket(secret);
  if (firmId === undefined) return undefined;
  const [key] = await database.forFirm(firmId, (tx) =>
    tx.db
      .select(columns)
      .from(apiKeys)
      .where(and(eq(apiKeys.hash, sha256(secret)), isNull(apiKeys.revokedAt))),
  );
  return key;
}

export async function listApiKeys(tx: FirmTransaction): Promise<ApiKey[]> {
  return tx.db.select(columns).from(apiKeys).orderBy(asc(apiKeys.createdAt));
}

/** False when there is no such key or it was revoked already. */
export async function revokeApiKey(tx: FirmTransaction, id: string): Promise<boolean> {
  const revoked = await tx.db
    .update(apiKeys)
    .set({ revokedAt: new Date() })
    .where(and(eq(apiKeys.id, id), isNull(apiKeys.revokedAt)))
    .returning({ id: apiKeys.id });
  return revoked.length > 0;
}
