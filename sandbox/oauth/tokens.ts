import { randomBytes } from 'node:crypto';
import type { World } from '../world.ts';
import { signJwt, verifyJwt, type AccessClaims } from './jwt.ts';

const CODE_MS = 10 * 60_000;
const ACCESS_SECONDS = 3600;
const REFRESH_MS = 45 * 86_400_000;

/** One consent of one person: every refresh token that came of it belongs to it. */
export interface Connection {
  id: string;
  clientId: string;
  tenant: number;
  scopes: string[];
  /** Refresh tokens no longer work (revoked by the client, or killed by reuse). */
  refreshEnded: boolean;
  /** Removed inside Fortnox: access tokens do not work either. */
  removed: boolean;
}

export interface OAuthState {
  signingKey: string;
  connections: Map<string, Connection>;
  codes: Map<string, { connection: string; redirectUri: string; expiresMs: number; used: boolean }>;
  refreshTokens: Map<string, { connection: string; expiresMs: number; used: boolean }>;
  /** The signature of an access token leads to its connection: the recorded claims hold no id. */
  accessTokens: Map<string, string>;
}

export function createOAuthState(): OAuthState {
  return {
    signingKey: randomBytes(32).toString('hex'),
    connections: new Map(),
    codes: new Map(),
    refreshTokens: new Map(),
    accessTokens: new Map(),
  };
}

/** What a click on "Godkänn" does: a connection, and a code that leads to it. */
export function grant(world: World, tenant: number, scopes: string[], redirectUri: string): string {
  const { oauth, clock, clientId } = world;
  if (world.assumptions.newConsentEndsEarlier) endConnections(world, tenant, 'refreshEnded');
  const id = randomBytes(8).toString('hex');
  oauth.connections.set(id, { id, clientId, tenant, scopes, refreshEnded: false, removed: false });
  const code = randomBytes(20).toString('hex');
  oauth.codes.set(code, { connection: id, redirectUri, expiresMs: clock.nowMs() + CODE_MS, used: false });
  return code;
}

/** The connection of a code, which is used up by this; null when it is unknown, used, late or for another address. */
export function redeemCode(world: World, code: string, redirectUri: string): Connection | null {
  const entry = world.oauth.codes.get(code);
  if (!entry || entry.used || entry.expiresMs <= world.clock.nowMs() || entry.redirectUri !== redirectUri) {
    return null;
  }
  entry.used = true;
  return world.oauth.connections.get(entry.connection) ?? null;
}

/** The connection of a refresh token, which is used up by this; null when it is refused. */
export function redeemRefreshToken(world: World, token: string): Connection | null {
  const entry = world.oauth.refreshTokens.get(token);
  const connection = entry && world.oauth.connections.get(entry.connection);
  if (!entry || !connection) return null;
  if (entry.used) {
    if (world.assumptions.refreshReuseKillsFamily) connection.refreshEnded = true;
    return null;
  }
  if (entry.expiresMs <= world.clock.nowMs() || connection.refreshEnded || connection.removed) return null;
  entry.used = true;
  return connection;
}

export function issueTokens(world: World, connection: Connection) {
  const { oauth, clock } = world;
  const iat = Math.floor(clock.nowMs() / 1000);
  const accessToken = signJwt(
    {
      userId: 1,
      tenantId: connection.tenant,
      clientId: connection.clientId,
      scopes: connection.scopes,
      exp: iat + ACCESS_SECONDS,
      iat,
      iss: 'https://api.fortnox.se/oauth2',
    },
    oauth.signingKey,
  );
  const refreshToken = randomBytes(20).toString('hex');
  oauth.refreshTokens.set(refreshToken, {
    connection: connection.id,
    expiresMs: clock.nowMs() + REFRESH_MS,
    used: false,
  });
  oauth.accessTokens.set(signatureOf(accessToken), connection.id);
  return {
    access_token: accessToken,
    refresh_token: refreshToken,
    scope: connection.scopes.join(' '),
    expires_in: ACCESS_SECONDS,
    token_type: 'bearer',
  };
}

/** The claims of a valid access token whose connection still stands inside Fortnox. */
export function readAccessToken(world: World, token: string): AccessClaims | null {
  const claims = verifyJwt(token, world.oauth.signingKey, world.clock.nowMs());
  const id = world.oauth.accessTokens.get(signatureOf(token));
  const connection = id === undefined ? undefined : world.oauth.connections.get(id);
  return claims && connection && !connection.removed ? claims : null;
}

/** Ends every connection of a tenant: its refresh tokens only, or as when somebody removes the integration in Fortnox. */
export function endConnections(world: World, tenant: number, how: 'refreshEnded' | 'removed'): void {
  for (const connection of world.oauth.connections.values()) {
    if (connection.tenant === tenant) connection[how] = true;
  }
}

function signatureOf(token: string): string {
  return token.slice(token.lastIndexOf('.') + 1);
}
