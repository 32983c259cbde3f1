import {
  authenticateApiKey,
  createApiKey as storeApiKey,
  listApiKeys as readApiKeys,
  revokeApiKey as endApiKey,
} from '../../db/stores/api-keys.ts';
import type { ApiKey } from '../../db/stores/api-keys.ts';
import type { Caller, ClientContext } from './context.ts';

type WithDatabase = Pick<ClientContext, 'database'>;

/** What a key may do; each includes nothing of the others. */
export const scopes = ['read', 'write', 'approve'] as const;
export type Scope = (typeof scopes)[number];

const pattern = /^bok_([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})_([A-Za-z0-9_-]{43})$/;

/** Makes a key of the firm. `key` (`bok_<firm>_<secret>`) is shown this once and stored only as a hash. */
export async function createApiKey(
  { database }: WithDatabase,
  firmId: string,
  make: { readonly name: string; readonly scopes: readonly Scope[] },
): Promise<{ readonly id: string; readonly key: string }> {
  const { id, secret } = await database.forFirm(firmId, (tx) => storeApiKey(tx, make));
  return { id, key: `bok_${secret.replace('.', '_')}` };
}

/** The caller that a key stands for, and what it may do; undefined for one that is unknown or revoked. */
export async function callerOfApiKey(
  { database }: WithDatabase,
  key: string,
): Promise<{ readonly caller: Caller; readonly scopes: readonly Scope[] } | undefined> {
  const [, firmId, secret] = pattern.exec(key) ?? [];
  if (firmId === undefined || secret === undefined) return undefined;
  const found = await authenticateApiKey(database, `${firmId}.${secret}`);
  if (!found) return undefined;
  return {
    caller: { firmId: found.firmId, actor: `key:${found.id}` },
    scopes: scopes.filter((scope) => found.scopes.includes(scope)),
  };
}

export const listApiKeys = ({ database }: WithDatabase, firmId: string): Promise<ApiKey[]> =>
  database.forFirm(firmId, readApiKeys);

/** False when there is no such key or it was revoked already. */
export const revokeApiKey = ({ database }: WithDatabase, firmId: string, id: string): Promise<boolean> =>
  database.forFirm(firmId, (tx) => endApiKey(tx, id));
