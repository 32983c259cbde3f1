import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { DefaultLogger, NativeConnection, Runtime } from '@temporalio/worker';
import { pino } from 'pino';
import type { ActivityContext } from '../../activities/context.ts';
import { createActivities } from '../../activities/index.ts';
import { openDatabase } from '../../db/database.ts';
import type { RenderData, Rendered, RenderKind } from '../../documents/renderers.ts';
import { createFortnoxLogin } from '../../fortnox/login.ts';
import { fortnoxOpener } from '../../fortnox/open.ts';
import { createSealer } from '../../fortnox/seal.ts';
import { Secret } from '../../fortnox/secret.ts';
import { createTokenCustody } from '../../fortnox/token-custody.ts';
import { createWorker } from '../../worker/create-worker.ts';
import { activityLimits, custodyLimits, fortnoxLimits, longestQueueMs, loginTimeoutMs } from './limits.ts';
import { createPoints } from './points.ts';

/** What a worker of the suite is told, as JSON in its first argument. */
export interface WorkerInput {
  readonly databaseUrl: string;
  readonly temporalAddress: string;
  readonly taskQueue: string;
  readonly fortnoxUrl: string;
  readonly clientId: string;
  readonly clientSecret: string;
  readonly tokenKeys: string;
  readonly bundleFile: string;
  /** Plans for points, see points.ts. */
  readonly plans: string;
  /** It begins to work when this file appears: a worker in reserve is started before it is needed. */
  readonly goFile: string;
}

/**
 * A worker process made of the same parts as `worker/compose.ts`, with short limits, with points at which it can be killed or
 * frozen, and without the laying out of documents: that is a pure function, and most of a close's work.
 */
async function main(input: WorkerInput): Promise<void> {
  const log = pino({ level: 'debug', base: { pid: process.pid } });
  Runtime.install({ logger: new DefaultLogger('WARN', ({ message }) => log.warn(message)) });
  log.info('worker ready');
  while (!existsSync(input.goFile)) await sleep(20);

  const database = await openDatabase(input.databaseUrl);
  const points = createPoints(input.plans);
  const config = {
    clientId: input.clientId,
    clientSecret: new Secret(input.clientSecret),
    baseUrl: new URL(input.fortnoxUrl),
    authUrl: new URL(input.fortnoxUrl),
  };
  const custody = createTokenCustody({
    ...points.watchCustody(createFortnoxLogin(config, { timeoutMs: loginTimeoutMs }), database),
    sealer: createSealer(input.tokenKeys),
    log: (line) => log.info(line, 'login'),
    limits: custodyLimits,
  });
  const context: ActivityContext = {
    database: points.watchDatabase(database),
    custody,
    openFortnox: points.watchFortnox(
      fortnoxOpener({
        config,
        database,
        custody,
        log: (line) => log.debug(line, 'fortnox request'),
        limits: fortnoxLimits,
        longestQueueMs,
      }),
    ),
    render: renderNothing,
    log,
    now: Date.now,
    limits: activityLimits,
    crashPoint: points.crashPoint,
  };
  const worker = await createWorker({
    connection: await NativeConnection.connect({ address: input.temporalAddress }),
    namespace: 'default',
    bundle: { code: readFileSync(input.bundleFile, 'utf8') },
    taskQueue: input.taskQueue,
    activities: createActivities(context),
  });
  log.info('worker started');
  await worker.run();
}

/** The same data give the same bytes, others give others: all that an upload and a stored file ask of a document. */
async function renderNothing<Kind extends RenderKind>(
  kind: Kind,
  data: RenderData<Kind>,
): Promise<Rendered<Kind>> {
  const digest = createHash('sha256').update(kind).update(JSON.stringify(data)).digest('hex');
  const bytes = Buffer.from(`%PDF-1.7 ${kind} ${digest}\n%%EOF\n`);
  return (kind === 'binder' ? { bytes, manifestSha256: digest } : bytes) as Rendered<Kind>;
}

main(JSON.parse(process.argv[2] ?? '{}') as WorkerInput).catch((error: unknown) => {
  console.error(error);
  process.exit(1);
});
