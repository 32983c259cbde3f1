import type { Connection } from '../db/stores/connections.ts';
import type { LoginEndReason, LoginTerm } from './contract.ts';

/** What a connection's row says of its login. `refused` (it was another company's) counts as revoked: we revoked it. */
export function loginTermOf(connection: Connection, loginTermMs: number): LoginTerm {
  if (connection.endedAt === null) {
    return { state: 'valid', expiresAtMs: connection.renewedAt.getTime() + loginTermMs };
  }
  const reasons = {
    expired: 'expired',
    disconnected: 'disconnected',
    revoked: 'revoked',
    refused: 'revoked',
  } as const;
  const reason: LoginEndReason = reasons[connection.endReason ?? 'revoked'];
  return { state: 'ended', reason };
}
