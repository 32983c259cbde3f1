import { randomUUID } from 'node:crypto';
import { Problem } from '../../accounting/problem.ts';
import type { Database } from '../../db/database.ts';
import { createFirm, firmIds, getFirm, setFourEyes } from '../../db/stores/firms.ts';
import type { Firm } from '../../db/stores/firms.ts';
import { recordHistory } from '../../db/stores/history.ts';
import { deactivateUser, listUsers, saveUser } from '../../db/stores/users.ts';
import type { NewUser, User } from '../../db/stores/users.ts';

/** What operators do to firms and their people, by the command line; each leaves a line in the firm's processing history. */

const actor = 'system';

/** Makes a firm; its people and keys come after. */
export async function foundFirm(
  database: Database,
  firm: { readonly name: string; readonly fourEyes: boolean },
): Promise<Firm> {
  return database.forFirm(randomUUID(), async (tx) => {
    const created = await createFirm(tx, firm);
    await recordHistory(tx, { actor, event: 'firm.created', details: { fourEyes: firm.fourEyes } });
    return created;
  });
}

/** Every firm, oldest first. */
export async function listFirms(database: Database): Promise<Firm[]> {
  const firms: Firm[] = [];
  for (const id of await firmIds(database)) firms.push(await database.forFirm(id, getFirm));
  return firms;
}

/** Whether nobody approves what they saved themselves. @throws Problem `firms.not-found` */
export async function requireFourEyes(database: Database, firmId: string, fourEyes: boolean): Promise<void> {
  await database.forFirm(firmId, async (tx) => {
    await getFirm(tx);
    await setFourEyes(tx, fourEyes);
    await recordHistory(tx, { actor, event: 'firm.four-eyes-set', details: { fourEyes } });
  });
}

/** A person of the firm, known by the identity provider's issuer and subject; one who is there gets the new name and role. */
export async function addUser(database: Database, firmId: string, user: NewUser): Promise<User> {
  return database.forFirm(firmId, async (tx) => {
    await getFirm(tx);
    const saved = await saveUser(tx, user);
    await recordHistory(tx, { actor, event: 'user.saved', details: { userId: saved.id, role: saved.role } });
    return saved;
  });
}

/** @throws Problem `firms.not-found` */
export const usersOf = (database: Database, firmId: string): Promise<User[]> =>
  database.forFirm(firmId, async (tx) => {
    await getFirm(tx);
    return listUsers(tx);
  });

/** The person is let in no more, from this moment; what they did stays theirs. @throws Problem `users.not-found` */
export async function removeUser(database: Database, firmId: string, userId: string): Promise<void> {
  await database.forFirm(firmId, async (tx) => {
    if (!(await deactivateUser(tx, userId))) {
      throw new Problem({
        code: 'users.not-found',
        what: `Byrån har ingen aktiv användare ${userId}.`,
        advice: 'Läs listan över användare och ta id därifrån.',
      });
    }
    await recordHistory(tx, { actor, event: 'user.removed', details: { userId } });
  });
}
