import { and, asc, eq } from 'drizzle-orm';
import type { Actor } from '../actor.ts';
import type { Database, FirmTransaction } from '../database.ts';
import { users } from '../schema/firm.ts';
import type { Role } from '../schema/firm.ts';

export type User = typeof users.$inferSelect;

export interface NewUser {
  /** OpenID Connect's issuer and subject. */
  readonly issuer: string;
  readonly subject: string;
  readonly name: string;
  readonly email: string;
  readonly role: Role;
}

/** Writes a user of the firm; one with the same issuer and subject gets the new name, address and role. */
export async function saveUser(tx: FirmTransaction, user: NewUser): Promise<User> {
  const { name, email, role } = user;
  const [saved] = await tx.db
    .insert(users)
    .values(user)
    .onConflictDoUpdate({
      target: [users.firmId, users.issuer, users.subject],
      set: { name, email, role, active: true },
    })
    .returning();
  return saved!;
}

export async function findUser(tx: FirmTransaction, id: string): Promise<User | undefined> {
  const [user] = await tx.db.select().from(users).where(eq(users.id, id));
  return user;
}

/** An actor as accountants know it: the person's name, or what acted in its stead. */
export async function actorName(tx: FirmTransaction, actor: Actor): Promise<string> {
  if (actor === 'system') return 'Programmet';
  if (actor.startsWith('key:')) return 'Byråns program (API)';
  return (await findUser(tx, actor.slice('user:'.length)))?.name ?? 'Okänd användare';
}

/** The names of several, each asked for once. */
export async function actorNames(tx: FirmTransaction, actors: Iterable<Actor>): Promise<Map<Actor, string>> {
  const names = new Map<Actor, string>();
  for (const actor of new Set(actors)) names.set(actor, await actorName(tx, actor));
  return names;
}

export async function listUsers(tx: FirmTransaction): Promise<User[]> {
  return tx.db.select().from(users).orderBy(asc(users.name));
}

/** False when there is no such user or it was inactive already. Sessions of an inactive user hold no more. */
export async function deactivateUser(tx: FirmTransaction, id: string): Promise<boolean> {
  const changed = await tx.db
    .update(users)
    .set({ active: false })
    .where(and(eq(users.id, id), eq(users.active, true)))
    .returning({ id: users.id });
  return changed.length > 0;
}

/** Who has logged in, before a firm is known: the active users of that subject, one a firm at most. */
export async function usersOfSubject(
  database: Database,
  issuer: string,
  subject: string,
): Promise<{ firmId: string; userId: string }[]> {
  return database.sql<{ firmId: string; userId: string }[]>`
    select firm_id as "firmId", user_id as "userId" from firms_of_subject(${issuer}, ${subject})`;
}
