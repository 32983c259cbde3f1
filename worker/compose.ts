import type { Logger } from 'pino';
import type { ActivityContext } from '../activities/context.ts';
import { productionLimits } from '../activities/limits.ts';
import { openDatabase } from '../db/database.ts';
import { closeRenderThreads, renderInThread } from '../documents/render.ts';
import { fortnoxConfig } from '../fortnox/config.ts';
import { createFortnoxLogin } from '../fortnox/login.ts';
import { fortnoxOpener } from '../fortnox/open.ts';
import { createSealer } from '../fortnox/seal.ts';
import { createTokenCustody } from '../fortnox/token-custody.ts';
import { observeFortnoxRequest } from '../telemetry/fortnox-requests.ts';
import type { WorkerConfig } from './config.ts';
import { crashPointAt } from './crash-point.ts';

/** What a worker's activities stand on, made from the configuration. */
export interface Composed {
  readonly context: ActivityContext;
  /** Ends what was opened, after the worker has stopped. */
  end(): Promise<void>;
}

export async function compose(
  config: WorkerConfig,
  log: Logger,
  environment: Readonly<Record<string, string | undefined>>,
): Promise<Composed> {
  const fortnox = fortnoxConfig(environment);
  const sealer = createSealer(config.tokenKeys);
  const database = await openDatabase(config.databaseUrl);
  const custody = createTokenCustody({
    database,
    login: createFortnoxLogin(fortnox),
    sealer,
    log: (line) => log.info(line, 'login'),
  });
  const crashPoint = crashPointAt(config.crashAt);
  return {
    context: {
      database,
      custody,
      openFortnox: fortnoxOpener({
        config: fortnox,
        database,
        custody,
        log: (line) => {
          log.debug(line, 'fortnox request');
          observeFortnoxRequest(line);
        },
      }),
      render: renderInThread,
      log,
      now: Date.now,
      limits: productionLimits,
      ...(crashPoint && { crashPoint }),
    },
    end: async () => {
      await closeRenderThreads();
      await database.end();
    },
  };
}
