import { z } from 'zod';
import type { Connection, SealedTokens } from '../db/stores/connections.ts';
import { loginEnded } from './login-problems.ts';
import type { Tokens } from './login.ts';
import type { Sealer } from './seal.ts';
import { Secret } from './secret.ts';

/** What is needed of a login to make calls and to refresh. */
export type TokenPair = Pick<Tokens, 'accessToken' | 'refreshToken' | 'expiresAtMs'>;

const pairSchema = z.tuple([z.string(), z.string()]);

/** Both tokens in one seal, bound to the connection's id. */
export function sealTokens(
  sealer: Sealer,
  connectionId: string,
  tokens: Tokens,
  refreshLifetimeMs: number,
): SealedTokens {
  return {
    ...sealPair(sealer, connectionId, tokens),
    scopes: tokens.scopes,
    accessExpiresAt: new Date(tokens.expiresAtMs),
    refreshExpiresAt: new Date(Date.now() + refreshLifetimeMs),
  };
}

/** Throws FortnoxError when the tokens are gone, Problem when the seal cannot be opened. */
export function openTokens(sealer: Sealer, connection: Connection): TokenPair {
  const { id, keyId, sealedTokens, accessExpiresAt } = connection;
  if (keyId === null || sealedTokens === null) throw loginEnded(connection.endReason ?? 'refused');
  const text = sealer.open({ keyId, bytes: sealedTokens }, id).reveal();
  const [accessToken, refreshToken] = pairSchema.parse(JSON.parse(text));
  return {
    accessToken: new Secret(accessToken),
    refreshToken: new Secret(refreshToken),
    expiresAtMs: accessExpiresAt.getTime(),
  };
}

/** The same tokens under the current key. */
export function resealTokens(sealer: Sealer, connection: Connection): SealedTokens {
  const { scopes, accessExpiresAt, refreshExpiresAt } = connection;
  return {
    ...sealPair(sealer, connection.id, openTokens(sealer, connection)),
    scopes,
    accessExpiresAt,
    refreshExpiresAt,
  };
}

function sealPair(
  sealer: Sealer,
  connectionId: string,
  { accessToken, refreshToken }: Pick<Tokens, 'accessToken' | 'refreshToken'>,
): { readonly sealedTokens: Uint8Array; readonly keyId: string } {
  const text = JSON.stringify([accessToken.reveal(), refreshToken.reveal()]);
  const { keyId, bytes } = sealer.seal(new Secret(text), connectionId);
  return { keyId, sealedTokens: bytes };
}
