import { z } from 'zod';
import { Problem } from '../../accounting/problem.ts';
import { createLog } from '../../telemetry/log.ts';
import { serveOperations } from '../../telemetry/operations-server.ts';
import { startTracing } from '../../telemetry/tracing.ts';
import { definedOnly, openClient } from '../open-client.ts';
import { oidcConfig } from '../web/oidc.ts';
import { createServer } from './create-server.ts';
import { serverChecks } from './health.ts';
import { systemGauges } from './system-gauges.ts';

/** Beside what every way in needs (client/config.ts). */
const schema = z.object({
  PORT: z.coerce.number().int().min(0).max(65_535).default(3000),
  /** Reached from other machines: 0.0.0.0. */
  HOST: z.string().default('127.0.0.1'),
  METRICS_ADDRESS: z
    .string()
    .regex(/^[^:]+:\d+$/)
    .optional(),
  BEHIND_PROXY: z.enum(['0', '1']).default('0'),
  LOG_LEVEL: z.enum(['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent']).default('info'),
});

/** The server as a process, configured by the environment only. SIGTERM and SIGINT let it answer what has come. */
async function main(): Promise<void> {
  const result = schema.safeParse(definedOnly(process.env));
  if (!result.success) {
    throw new Problem({
      code: 'config.invalid',
      what: `Miljövariabler har ett värde som inte går att använda: ${result.error.issues.map(({ path }) => String(path[0])).join(', ')}.`,
      advice: 'Rätta dem och starta om. docs/operate.md beskriver var och en.',
    });
  }
  const {
    PORT: port,
    HOST: hostname,
    METRICS_ADDRESS: address,
    BEHIND_PROXY,
    LOG_LEVEL: level,
  } = result.data;
  const log = createLog('server', level);
  const tracing = await startTracing('server', process.env);
  const oidc = oidcConfig(process.env);
  const { context, end } = await openClient(process.env, {
    log: ({ event, ...line }) => log[event === 'http.failed' ? 'error' : 'info'](line, event),
    ...(tracing && { plugins: [tracing.plugin] }),
  });
  const server = await createServer(context, {
    port,
    hostname,
    behindProxy: BEHIND_PROXY === '1',
    ...(oidc && { oidc }),
  });
  const operations =
    address === undefined
      ? undefined
      : await serveOperations({ address, checks: serverChecks(context), refresh: systemGauges(context) });
  log.info({ url: server.url, publicUrl: context.publicUrl.href }, 'server started');
  const stop = async (): Promise<void> => {
    await server.close();
    await operations?.close();
    await end();
    await tracing?.end();
    log.info('server stopped');
  };
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => void stop());
}

main().catch((error: unknown) => {
  console.error(
    error instanceof Problem ? `${error.details.what} ${error.details.advice} [${error.code}]` : error,
  );
  process.exitCode = 1;
});
