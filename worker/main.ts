import { loadClientConnectConfig } from '@temporalio/envconfig';
import { DefaultLogger, NativeConnection, Runtime } from '@temporalio/worker';
import { pino } from 'pino';
import type { Logger } from 'pino';
import { createActivities } from '../activities/index.ts';
import { Problem } from '../accounting/problem.ts';
import { compose } from './compose.ts';
import { workerConfig } from './config.ts';
import type { WorkerConfig } from './config.ts';
import { bundleWorkflows, createWorker } from './create-worker.ts';

/**
 * One worker process, configured by the environment only: DATABASE_URL, TOKEN_KEYS, FORTNOX_*, Temporal's own TEMPORAL_*
 * variables, METRICS_ADDRESS, LOG_LEVEL. SIGTERM and SIGINT let it finish what it has begun.
 */
async function main(): Promise<void> {
  const config = workerConfig(process.env);
  const log = pino({ level: config.logLevel, base: { process: 'worker', pid: process.pid } });
  installRuntime(config, log);
  const { context, end } = await compose(config, log, process.env);
  const { connectionOptions, namespace = 'default' } = loadClientConnectConfig();
  const connection = await NativeConnection.connect(connectionOptions);
  const worker = await createWorker({
    connection,
    namespace,
    taskQueue: config.taskQueue,
    bundle: await bundleWorkflows(),
    activities: createActivities(context),
  });
  log.info({ namespace, address: connectionOptions.address }, 'worker started');
  // The runtime listens to SIGTERM and SIGINT and shuts the worker down.
  await worker.run();
  log.info('worker stopped');
  await connection.close();
  await end();
}

/** Must come before anything else of the SDK: its runtime is made once a process. */
function installRuntime({ metricsAddress }: WorkerConfig, log: Logger): void {
  Runtime.install({
    shutdownSignals: ['SIGTERM', 'SIGINT'],
    logger: new DefaultLogger('INFO', ({ level, message, meta }) => log[levels[level]]({ ...meta }, message)),
    ...(metricsAddress !== undefined && {
      telemetryOptions: { metrics: { prometheus: { bindAddress: metricsAddress } } },
    }),
  });
}

const levels = { TRACE: 'trace', DEBUG: 'debug', INFO: 'info', WARN: 'warn', ERROR: 'error' } as const;

main().catch((error: unknown) => {
  const told =
    error instanceof Problem ? `${error.details.what} ${error.details.advice} [${error.code}]` : error;
  console.error(told);
  process.exitCode = 1;
});
