import { loadClientConnectConfig } from '@temporalio/envconfig';
import { DefaultLogger, NativeConnection, Runtime } from '@temporalio/worker';
import type { Logger } from 'pino';
import { createActivities } from '../activities/index.ts';
import { Problem } from '../accounting/problem.ts';
import { createLog } from '../telemetry/log.ts';
import { serveOperations } from '../telemetry/operations-server.ts';
import { startTracing } from '../telemetry/tracing.ts';
import { compose } from './compose.ts';
import { workerConfig } from './config.ts';
import { bundleWorkflows, createWorker } from './create-worker.ts';
import { buildIdOf, deploymentOf } from './versioning.ts';
import { temporalMetrics } from './temporal-metrics.ts';
import type { TemporalMetrics } from './temporal-metrics.ts';
import { workerChecks } from './worker-checks.ts';

/**
 * One worker process, configured by the environment only: DATABASE_URL, TOKEN_KEYS, FORTNOX_*, Temporal's own TEMPORAL_*
 * variables, METRICS_ADDRESS, LOG_LEVEL, OTEL_*. SIGTERM and SIGINT let it finish what it has begun.
 */
async function main(): Promise<void> {
  const config = workerConfig(process.env);
  const log = createLog('worker', config.logLevel);
  const tracing = await startTracing('worker', process.env);
  const metrics = config.metricsAddress === undefined ? undefined : await temporalMetrics();
  installRuntime(metrics, log);
  const { context, end } = await compose(config, log, process.env);
  const { connectionOptions, namespace = 'default' } = loadClientConnectConfig();
  const connection = await NativeConnection.connect(connectionOptions);
  const bundle = await bundleWorkflows(tracing);
  const worker = await createWorker({
    connection,
    namespace,
    taskQueue: config.taskQueue,
    queues: config.queues,
    bundle,
    deployment: deploymentOf(config.versioning, config.taskQueue, bundle),
    activities: createActivities(context),
    tracing,
  });
  const operations =
    config.metricsAddress === undefined
      ? undefined
      : await serveOperations({
          address: config.metricsAddress,
          checks: workerChecks(context.database, connection, worker),
          ...(metrics && { otherMetrics: metrics.read }),
        });
  const { versioning } = config;
  log.info(
    { namespace, address: connectionOptions.address, buildId: buildIdOf(bundle), versioning },
    'worker started',
  );
  // The runtime listens to SIGTERM and SIGINT and shuts the worker down.
  await worker.run();
  log.info('worker stopped');
  await operations?.close();
  await connection.close();
  await end();
  await tracing?.end();
}

/** Must come before anything else of the SDK: its runtime is made once a process. */
function installRuntime(metrics: TemporalMetrics | undefined, log: Logger): void {
  Runtime.install({
    shutdownSignals: ['SIGTERM', 'SIGINT'],
    logger: new DefaultLogger('INFO', ({ level, message, meta }) => log[levels[level]]({ ...meta }, message)),
    ...(metrics && { telemetryOptions: metrics.telemetryOptions }),
  });
}

const levels = { TRACE: 'trace', DEBUG: 'debug', INFO: 'info', WARN: 'warn', ERROR: 'error' } as const;

main().catch((error: unknown) => {
  const told =
    error instanceof Problem ? `${error.details.what} ${error.details.advice} [${error.code}]` : error;
  console.error(told);
  process.exitCode = 1;
});
