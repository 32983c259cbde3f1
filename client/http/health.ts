import { Hono } from 'hono';
import { answers, withinMs } from '../../telemetry/readiness.ts';
import type { Checks } from '../../telemetry/readiness.ts';
import type { ClientContext } from '../close/context.ts';
import type { AppEnv } from './app-env.ts';

/** What the server stands on. */
export const serverChecks = ({ database, temporal }: ClientContext): Checks => ({
  database: async () => database.sql`select 1`,
  temporal: () =>
    temporal.withDeadline(Date.now() + withinMs, () => temporal.workflowService.getSystemInfo({})),
});

/** `/healthz`: the process answers. `/readyz`: what it stands on answers too. */
export const healthRoutes = new Hono<AppEnv>()
  .get('/healthz', (c) => c.json({ ok: true }))
  .get('/readyz', async (c) => {
    const { ready, ...each } = await answers(serverChecks(c.var.client));
    return c.json(each, ready ? 200 : 503);
  });
