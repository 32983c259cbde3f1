import { Problem } from '../../accounting/problem.ts';
import { listConnections } from '../../db/stores/connections.ts';
import { resealWebhooks } from '../notify/endpoints.ts';
import type { ClientContext } from './context.ts';

export interface Resealed {
  readonly resealed: number;
  /** Sealed with the current key before. */
  readonly current: number;
  /** Being refreshed at this moment: look again. */
  readonly busy: number;
  /** Sealed with a key that is not among TOKEN_KEYS, or changed: people log in again. */
  readonly lost: number;
}

/** Seals a firm's logins and webhook secrets with the current key (`keys rotate`). What cannot be opened stops nothing. */
export async function resealFirm(context: ClientContext, firmId: string): Promise<Resealed> {
  const { database, custody } = context;
  const counts = { current: 0, busy: 0, ...(await resealWebhooks(context, firmId)) };
  const connections = await database.forFirm(firmId, listConnections);
  for (const { id, keyId } of connections) {
    if (keyId !== null) counts[await resealed(() => custody.reseal(firmId, id))] += 1;
  }
  return counts;
}

async function resealed<T extends string>(work: () => Promise<T>): Promise<T | 'lost'> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof Problem) return 'lost';
    throw error;
  }
}
