import { Hono } from 'hono';
import { getCookie } from 'hono/cookie';
import { finishLogin } from '../close/fortnox-login.ts';
import type { AppEnv } from './app-env.ts';
import { wantsPage } from './wants-page.ts';
import type { Web } from './web.ts';
import { sessionCookieName } from './who.ts';

const longest = 2_000;

/** The way back from Fortnox's login page: a page to a browser, the login to confirm as JSON to a program. */
export function callbackRoutes(web: Web): Hono<AppEnv> {
  return new Hono<AppEnv>().get('/fortnox/callback', async (c) => {
    const { client } = c.var;
    const query = (name: string): string | undefined => c.req.query(name)?.slice(0, longest);
    const login = await finishLogin(
      client,
      { state: query('state'), code: query('code'), error: query('error') },
      getCookie(c, sessionCookieName(client)),
    );
    if (wantsPage(c)) return web.loginFinished(c, login);
    const { engagementId, connectionId, companyName, organisationNumber, tenant, yearFrom, yearTo } = login;
    return c.json({ engagementId, connectionId, companyName, organisationNumber, tenant, yearFrom, yearTo });
  });
}
