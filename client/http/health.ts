import { Hono } from 'hono';
import type { AppEnv } from './app-env.ts';

const withinMs = 3_000;

/** `/healthz`: the process answers. `/readyz`: what it stands on answers too. */
export const healthRoutes = new Hono<AppEnv>()
  .get('/healthz', (c) => c.json({ ok: true }))
  .get('/readyz', async (c) => {
    const { database, temporal } = c.var.client;
    const [db, server] = await Promise.all([
      answers(async () => database.sql`select 1`),
      answers(() =>
        temporal.withDeadline(Date.now() + withinMs, () => temporal.workflowService.getSystemInfo({})),
      ),
    ]);
    return c.json({ database: db, temporal: server }, db && server ? 200 : 503);
  });

async function answers(ask: () => Promise<unknown>): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<false>((resolve) => {
    timer = setTimeout(() => resolve(false), withinMs);
  });
  const asked = ask().then(
    () => true,
    () => false,
  );
  const answered = await Promise.race([asked, late]);
  clearTimeout(timer);
  return answered;
}
