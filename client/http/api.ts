import { OpenAPIHono } from '@hono/zod-openapi';
import type { Hook } from '@hono/zod-openapi';
import { closeClient } from '../close-client.ts';
import type { AppContext, AppEnv } from './app-env.ts';
import { InvalidRequest } from './problems.ts';
import { whoMay } from './who.ts';
import type { Scope } from '../close/api-keys.ts';

const refuseInvalid: Hook<unknown, AppEnv, string, unknown> = (result) => {
  if (result.success) return;
  throw new InvalidRequest(
    result.error.issues.map(({ path, message }) => ({ at: path.join('.') || result.target, message })),
  );
};

/** A group of API routes: their schemas check requests and make the OpenAPI document. */
export const newApi = (): OpenAPIHono<AppEnv> => new OpenAPIHono<AppEnv>({ defaultHook: refuseInvalid });

/** The closes as the caller may see or change them. @throws Problem `http.unauthenticated`, `http.forbidden` */
export const closesFor = (c: AppContext, scope: Scope) => closeClient(c.var.client, whoMay(c, scope).caller);
