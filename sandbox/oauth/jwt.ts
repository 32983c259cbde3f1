import { createHmac, timingSafeEqual } from 'node:crypto';

export interface AccessClaims {
  userId: number;
  tenantId: number;
  clientId: string;
  scopes: string[];
  /** Seconds. */
  iat: number;
  exp: number;
  iss: string;
}

const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');

function sign(text: string, key: string): string {
  return createHmac('sha256', key).update(text).digest('base64url');
}

export function signJwt(claims: AccessClaims, key: string): string {
  const text = `${encode({ typ: 'JWT', alg: 'HS256' })}.${encode(claims)}`;
  return `${text}.${sign(text, key)}`;
}

/** The claims of a token that this key signed and that has not run out; null for any other text. */
export function verifyJwt(token: string, key: string, nowMs: number): AccessClaims | null {
  const [header, payload, signature, rest] = token.split('.');
  if (!header || !payload || !signature || rest !== undefined) return null;
  const expected = Buffer.from(sign(`${header}.${payload}`, key));
  const given = Buffer.from(signature);
  if (expected.length !== given.length || !timingSafeEqual(expected, given)) return null;
  // The signature is ours, so the payload is what signJwt was given.
  const claims: AccessClaims = JSON.parse(Buffer.from(payload, 'base64url').toString());
  return claims.exp * 1000 > nowMs ? claims : null;
}
