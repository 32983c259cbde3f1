import type { Hono } from 'hono';
import type { LoginToConfirm } from '../close/fortnox-login.ts';
import type { AppContext, AppEnv } from './app-env.ts';
import type { ProblemBody } from './problems.ts';

/** What people see: the page hands it to the server, which has plain pages of its own to go without. */
export interface Web {
  /** Mounted at `/`. `c.var.who` says who looks; forms are checked to come from our own pages. */
  readonly routes: Hono<AppEnv>;
  /** The person is back from Fortnox with a login: company and year to confirm. */
  loginFinished(c: AppContext, login: LoginToConfirm): Response | Promise<Response>;
  /** What went wrong, to a browser. */
  problem(c: AppContext, problem: ProblemBody): Response | Promise<Response>;
}
