import { getCookie } from 'hono/cookie';
import type { MiddlewareHandler } from 'hono';
import { Problem } from '../../accounting/problem.ts';
import type { Role } from '../../db/schema/firm.ts';
import { userOfSession } from '../../db/stores/sessions.ts';
import { addLogFields } from '../../telemetry/log.ts';
import { callerOfApiKey } from '../close/api-keys.ts';
import type { Scope } from '../close/api-keys.ts';
import type { ClientContext } from '../close/context.ts';
import type { AppContext, AppEnv, Who } from './app-env.ts';
import { httpProblems } from './problems.ts';

const scopesOfRole: Readonly<Record<Role, readonly Scope[]>> = {
  preparer: ['read', 'write'],
  reviewer: ['read', 'write', 'approve'],
  administrator: ['read', 'write', 'approve'],
};

/** `__Host-` binds a cookie to this host over https; a browser takes none such over http. */
export const sessionCookieName = ({ publicUrl }: ClientContext): string =>
  publicUrl.protocol === 'https:' ? '__Host-bokslut' : 'bokslut';

/** Finds out who asks, by API key or session; an API key that does not hold is refused rather than ignored. */
export const findWho: MiddlewareHandler<AppEnv> = async (c, next) => {
  const who = await whoAsks(c);
  c.set('who', who);
  if (who) addLogFields({ firmId: who.caller.firmId });
  await next();
};

async function whoAsks(c: AppContext): Promise<Who | undefined> {
  const context = c.var.client;
  const authorization = c.req.header('authorization');
  if (authorization !== undefined) {
    const [, key = ''] = /^Bearer +(\S+)$/i.exec(authorization) ?? [];
    const found = await callerOfApiKey(context, key);
    if (!found) throw new Problem(httpProblems.unauthenticated);
    return found;
  }
  const sessionCookie = getCookie(c, sessionCookieName(context));
  if (sessionCookie === undefined) return undefined;
  const user = await userOfSession(context.database, sessionCookie);
  if (!user) return undefined;
  return {
    caller: { firmId: user.firmId, actor: `user:${user.id}` },
    scopes: scopesOfRole[user.role],
    user,
    sessionCookie,
  };
}

/** Who asks, with the right to it. @throws Problem `http.unauthenticated`, `http.forbidden` */
export function whoMay({ var: { who } }: AppContext, scope: Scope): Who {
  if (!who) throw new Problem(httpProblems.unauthenticated);
  if (!who.scopes.includes(scope)) throw new Problem(httpProblems.forbidden);
  return who;
}

/** `whoMay` for a route as a whole. */
export const needs =
  (scope: Scope): MiddlewareHandler<AppEnv> =>
  async (c, next) => {
    whoMay(c, scope);
    await next();
  };

const safe = new Set(['GET', 'HEAD', 'OPTIONS']);

/**
 * Refuses what another site's page makes a browser send with our cookie: a change must come from our own pages. An API
 * key is not sent by browsers on their own.
 */
export const refuseCrossSite: MiddlewareHandler<AppEnv> = async (c, next) => {
  if (!safe.has(c.req.method) && c.req.header('authorization') === undefined && !isOwnPage(c)) {
    throw new Problem(httpProblems.crossSite);
  }
  await next();
};

function isOwnPage(c: AppContext): boolean {
  const origin = c.req.header('origin');
  const site = c.req.header('sec-fetch-site');
  if (origin !== undefined && !isOwnOrigin(c, origin)) return false;
  if (site !== undefined && site !== 'same-origin' && site !== 'none') return false;
  return origin !== undefined || site !== undefined || c.req.header('cookie') === undefined;
}

const isOwnOrigin = (c: AppContext, origin: string): boolean =>
  origin === c.var.client.publicUrl.origin ||
  (URL.canParse(origin) && new URL(origin).host === c.req.header('host'));
