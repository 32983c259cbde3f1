import { getConnection } from '../db/stores/connections.ts';
import type { ActivityContext } from './context.ts';
import type { Activities } from './contract.ts';
import { loginTermOf } from './login-term.ts';

export function createReadLogin({ database, limits }: ActivityContext): Activities['readLogin'] {
  return ({ firmId, connectionId }) =>
    database.forFirm(firmId, async (tx) =>
      loginTermOf(await getConnection(tx, connectionId), limits.loginTermMs),
    );
}
