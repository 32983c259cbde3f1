import { setCookie } from 'hono/cookie';
import { createSession } from '../../db/stores/sessions.ts';
import type { AppContext } from './app-env.ts';
import { sessionCookieName } from './who.ts';

/** A working day and a long evening. */
const sessionLifetimeMs = 14 * 3_600_000;

/** Starts a person's session in this browser. */
export async function startSession(c: AppContext, firmId: string, userId: string): Promise<void> {
  const { client } = c.var;
  const cookie = await client.database.forFirm(firmId, (tx) =>
    createSession(tx, { userId, lifetimeMs: sessionLifetimeMs }),
  );
  setCookie(c, sessionCookieName(client), cookie, {
    path: '/',
    httpOnly: true,
    // Lax, not Strict: the person comes back from Fortnox's page and must be known then.
    sameSite: 'Lax',
    secure: client.publicUrl.protocol === 'https:',
    maxAge: sessionLifetimeMs / 1000,
  });
}
