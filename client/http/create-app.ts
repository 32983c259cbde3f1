import { randomUUID } from 'node:crypto';
import { Hono } from 'hono';
import type { MiddlewareHandler } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import { secureHeaders } from 'hono/secure-headers';
import { matchedRoutes } from 'hono/route';
import { errorTrace } from '../../accounting/error-trace.ts';
import { Problem } from '../../accounting/problem.ts';
import { observeHttpRequest } from '../../telemetry/http-requests.ts';
import { withLogFields } from '../../telemetry/log.ts';
import type { ClientContext } from '../close/context.ts';
import type { OidcConfig } from '../web/oidc.ts';
import { web } from '../web/web.tsx';
import type { AppContext, AppEnv } from './app-env.ts';
import { callbackRoutes } from './callback.ts';
import { healthRoutes } from './health.ts';
import { apiRoutes } from './openapi.ts';
import { httpProblems, isUnexpected, problemBody } from './problems.ts';
import { rateLimit } from './rate-limit.ts';
import type { RateLimit } from './rate-limit.ts';
import { sessionRoutes } from './session-routes.ts';
import { wantsPage } from './wants-page.ts';
import { findWho, refuseCrossSite } from './who.ts';

export interface AppOptions {
  /** Where people log in; without it the API alone can be used. */
  readonly oidc?: OidcConfig;
  /** For logging in and the callbacks, where a caller is not known yet; an address. */
  readonly loginLimit?: RateLimit;
  /** Our own proxy writes the caller's address into X-Forwarded-For. */
  readonly behindProxy?: boolean;
}

const mebibyte = 1 << 20;
const longestBody = 4 * mebibyte;
/** A little above what a support file may be: the refusal that says so comes from there. */
const longestSupport = 24 * mebibyte;
/** A SIE 4 file of 250,000 vouchers is about 60 MB. */
const longestSie = 128 * mebibyte;

/** Everything that the server answers, as one Hono application. */
export function createApp(context: ClientContext, options: AppOptions = {}): Hono<AppEnv> {
  const { oidc, behindProxy = false } = options;
  const { loginLimit = { attempts: 30, perMs: 60_000 } } = options;
  const limited = rateLimit(loginLimit, behindProxy);
  const app = new Hono<AppEnv>();

  app.onError((error, c) => answerProblem(c, error));
  app.notFound((c) => answerProblem(c, new Problem(httpProblems.notFound)));
  app.use(begin(context), headers(context, oidc));
  app.route('/', healthRoutes);
  app.use(limitBody, refuseCrossSite);
  app.use('/logga-in/*', limited);
  app.use('/oidc/callback', limited);
  app.use('/fortnox/callback', limited);
  app.use(findWho);
  app.route('/api', apiRoutes());
  app.route('/', callbackRoutes(web));
  app.route('/', sessionRoutes(oidc));
  app.route('/', web.routes);
  return app;
}

const begin =
  (client: ClientContext): MiddlewareHandler<AppEnv> =>
  async (c, next) => {
    const startedAt = performance.now();
    const requestId = randomUUID();
    c.set('client', client);
    c.set('requestId', requestId);
    c.header('X-Request-Id', requestId);
    // Without the query: the callback's carries a code and a state.
    const { method, path } = c.req;
    const [, engagementId] = closeInPath.exec(path) ?? [];
    await withLogFields({ requestId, ...(engagementId && { engagementId }) }, () =>
      observeHttpRequest({ method, requestId, headers: c.req.header() }, async () => {
        await next();
        const { status } = c.res;
        const ms = Math.round(performance.now() - startedAt);
        client.log({ event: 'http.request', requestId, method, path, status, ms });
        return { route: routeOf(c), status };
      }),
    );
  };

/** The pattern of what answered; what only passes on is registered for everything. */
const routeOf = (c: AppContext): string =>
  matchedRoutes(c).findLast(({ path }) => !path.includes('*'))?.path ?? '*';

const closeInPath = /\/(?:engagements|bokslut)\/([0-9a-f-]{36})(?:\/|$)/;

/** No script, style or picture from elsewhere or within a page; forms may lead to the login pages. */
function headers(
  { publicUrl, fortnox }: ClientContext,
  oidc: OidcConfig | undefined,
): MiddlewareHandler<AppEnv> {
  return secureHeaders({
    contentSecurityPolicy: {
      defaultSrc: ["'none'"],
      scriptSrc: ["'self'"],
      styleSrc: ["'self'"],
      imgSrc: ["'self'", 'data:'],
      fontSrc: ["'self'"],
      connectSrc: ["'self'"],
      formAction: ["'self'", fortnox.config.authUrl.origin, ...(oidc ? [oidc.issuer.origin] : [])],
      frameAncestors: ["'none'"],
      baseUri: ["'none'"],
    },
    xFrameOptions: 'DENY',
    referrerPolicy: 'same-origin',
    strictTransportSecurity: publicUrl.protocol === 'https:' ? 'max-age=31536000; includeSubDomains' : false,
    permissionsPolicy: { camera: [], geolocation: [], microphone: [] },
  });
}

const tooLarge = (): never => {
  throw new Problem(httpProblems.bodyTooLarge);
};
const anyBody = bodyLimit({ maxSize: longestBody, onError: tooLarge });
const supportBody = bodyLimit({ maxSize: longestSupport, onError: tooLarge });
const sieBody = bodyLimit({ maxSize: longestSie, onError: tooLarge });

const limitBody: MiddlewareHandler<AppEnv> = (c, next) => bodyOf(c.req.path)(c, next);

/** Over the API files come alone; on the page with the fields of an editor. */
const withFiles = /\/(?:support-files|justeringar|egna\/[^/]+)$/;

function bodyOf(path: string): MiddlewareHandler {
  if (path.endsWith('/sie')) return sieBody;
  return withFiles.test(path) ? supportBody : anyBody;
}

async function answerProblem(c: AppContext, error: unknown): Promise<Response> {
  const problem = problemBody(error);
  if (isUnexpected(error)) {
    c.var.client.log({ event: 'http.failed', requestId: c.var.requestId, error: errorTrace(error) });
  }
  if (wantsPage(c)) return web.problem(c, problem);
  return c.body(JSON.stringify(problem), problem.status as Parameters<typeof c.status>[0] & 400, {
    'Content-Type': 'application/problem+json; charset=utf-8',
  });
}
