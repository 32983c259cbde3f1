import { Hono } from 'hono';
import { deleteCookie } from 'hono/cookie';
import { Problem } from '../../accounting/problem.ts';
import { endSession } from '../../db/stores/sessions.ts';
import type { OidcConfig } from '../web/oidc.ts';
import { oidcSignIn } from '../web/sign-in.tsx';
import type { AppEnv } from './app-env.ts';
import { httpProblems } from './problems.ts';
import { sessionCookieName } from './who.ts';

/** Logging in at the provider, when there is one, and logging out. */
export function sessionRoutes(oidc: OidcConfig | undefined): Hono<AppEnv> {
  const routes = new Hono<AppEnv>().post('/logga-ut', async (c) => {
    const { client, who } = c.var;
    const { sessionCookie } = who ?? {};
    if (who && sessionCookie !== undefined) {
      await client.database.forFirm(who.caller.firmId, (tx) => endSession(tx, sessionCookie));
    }
    deleteCookie(c, sessionCookieName(client), {
      path: '/',
      secure: client.publicUrl.protocol === 'https:',
    });
    return c.redirect('/', 303);
  });
  if (oidc) return routes.route('/', oidcSignIn(oidc));
  return routes.get('/logga-in', () => {
    throw new Problem(httpProblems.noSignIn);
  });
}
