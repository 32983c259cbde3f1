import { Client, Connection } from '@temporalio/client';
import type { ClientOptions } from '@temporalio/client';
import { loadClientConnectConfig } from '@temporalio/envconfig';
import { openDatabase } from '../db/database.ts';
import { fortnoxConfig } from '../fortnox/config.ts';
import { createFortnoxLogin } from '../fortnox/login.ts';
import { createSealer } from '../fortnox/seal.ts';
import { createTokenCustody } from '../fortnox/token-custody.ts';
import { productionDurations } from '../workflows/durations.ts';
import type { ClientContext } from './close/context.ts';
import { clientConfig } from './config.ts';
import type { Environment } from './config.ts';
import { productionNotifyLimits } from './notify/context.ts';
import { createMailer } from './notify/mail.ts';

export interface OpenClient {
  readonly context: ClientContext;
  /** Closes the connections that were opened. */
  end(): Promise<void>;
}

/**
 * What the ways in share, made from an environment: DATABASE_URL, TOKEN_KEYS, PUBLIC_URL, FORTNOX_*, Temporal's own
 * TEMPORAL_* variables.
 *
 * @throws Problem `config.invalid`, `database.*`; the driver's error when Postgres or Temporal cannot be reached
 */
export async function openClient(
  environment: Environment,
  options: Partial<Pick<ClientContext, 'durations' | 'log' | 'rateSource'>> &
    Pick<ClientOptions, 'plugins'> = {},
): Promise<OpenClient> {
  const config = clientConfig(environment);
  const { durations = productionDurations, log = () => undefined, plugins = [], rateSource } = options;
  const fortnox = fortnoxConfig(environment);
  const login = createFortnoxLogin(fortnox);
  const sealer = createSealer(config.tokenKeys);
  const { connectionOptions, namespace = 'default' } = loadClientConnectConfig({
    overrideEnvVars: definedOnly(environment),
  });
  const connection = await Connection.connect(connectionOptions);
  try {
    const database = await openDatabase(config.databaseUrl);
    const custody = createTokenCustody({
      database,
      login,
      sealer,
      log: (line) => log({ ...line }),
    });
    return {
      context: {
        temporal: new Client({ connection, namespace, plugins }),
        taskQueue: config.taskQueue,
        database,
        login,
        custody,
        fortnox: { config: fortnox },
        publicUrl: config.publicUrl,
        durations,
        searchAttributes: true,
        notify: {
          sealer,
          mailer: config.mail && createMailer(config.mail),
          privateAddresses: config.privateWebhooks,
          limits: productionNotifyLimits,
        },
        ...(rateSource && { rateSource }),
        log,
      },
      end: async () => {
        await database.end();
        await connection.close();
      },
    };
  } catch (error) {
    await connection.close();
    throw error;
  }
}

/** An empty variable counts as not set. */
export const definedOnly = (environment: Environment): Record<string, string> =>
  Object.fromEntries(Object.entries(environment).flatMap(([name, value]) => (value ? [[name, value]] : [])));
