import type { HttpBindings } from '@hono/node-server';
import type { Context } from 'hono';
import type { ClientContext } from '../close/context.ts';
import type { Scope } from '../close/api-keys.ts';
import type { Caller } from '../close/context.ts';
import type { User } from '../../db/stores/users.ts';

/** Who a request comes from: the firm's own program by its API key, or a person by the browser's session. */
export interface Who {
  readonly caller: Caller;
  readonly scopes: readonly Scope[];
  readonly user?: User;
  /** The session's cookie; binds a login at Fortnox to this browser. */
  readonly sessionCookie?: string;
}

export interface AppEnv {
  // Of a request that a test hands in without a connection there are none.
  Bindings: Partial<HttpBindings>;
  Variables: {
    readonly client: ClientContext;
    /** Absent for a request that shows neither key nor session. */
    readonly who: Who | undefined;
    readonly requestId: string;
  };
}

export type AppContext = Context<AppEnv>;
