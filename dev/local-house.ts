import { randomBytes } from 'node:crypto';
import { rmSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ClientContext } from '../client/close/context.ts';
import { createServer } from '../client/http/create-server.ts';
import type { ServerOptions } from '../client/http/create-server.ts';
import { openClient } from '../client/open-client.ts';
import { appRole, migrate } from '../db/migrate.ts';
import { startSandbox } from '../sandbox/start.ts';
import type { Sandbox, SandboxOptions } from '../sandbox/start.ts';
import type { Durations } from '../workflows/durations.ts';
import { searchAttributes } from '../workflows/search-attributes.ts';
import { endLeftOver, lastLines, startChild } from './children.ts';
import type { Child } from './children.ts';
import { claim } from './claim.ts';
import { checkoutFolder, localFolder } from './local-folder.ts';
import { startPostgres } from './postgres.ts';
import { newRunFolder } from './run-folder.ts';
import { startTemporal } from './temporal.ts';
import type { RunningTemporal } from './temporal.ts';

export interface HouseOptions {
  /** Where everything is kept between runs; left out: gone with the run. */
  readonly keptIn?: string;
  /** What opens the sealed tokens and the application's role: kept with the data, else of this run. */
  readonly secrets?: HouseSecrets;
  readonly sandbox?: SandboxOptions;
  readonly durations: Durations;
  /** The port of the page and the HTTP API. */
  readonly port: number;
  /** What the server needs to know, once there is a database to ask. */
  readonly server?: (client: ClientContext) => Promise<Omit<ServerOptions, 'port'>>;
  /** Without Temporal's web page. */
  readonly headless: boolean;
  /** The first worker's crash point (worker/crash-point.ts). */
  readonly crashAt?: string;
  readonly log?: (line: string) => void;
}

export interface HouseSecrets {
  readonly appPassword: string;
  /** As TOKEN_KEYS. */
  readonly tokenKeys: string;
}

/** The whole product on one machine: what `npm start` and the demo stand on. */
export interface House {
  readonly sandbox: Sandbox;
  readonly temporal: RunningTemporal;
  readonly client: ClientContext;
  /** Root of the page and of the HTTP API. */
  readonly url: URL;
  /** The variables that any process of this house runs with. */
  readonly settings: Readonly<Record<string, string>>;
  /** The worker that was started last. */
  worker(): Child;
  /** Starts another worker and waits until it works. */
  startWorker(): Promise<Child>;
  /** Ends all in the order in which nobody misses another. */
  stop(): Promise<void>;
}

export function newSecrets(): HouseSecrets {
  return {
    appPassword: process.env['BOKSLUT_APP_PASSWORD'] ?? randomBytes(18).toString('base64url'),
    tokenKeys: `local:${randomBytes(32).toString('base64')}`,
  };
}

/**
 * Starts Postgres, migrates it, Temporal, the sandbox and a worker as a process of its own, each as early as what it
 * stands on allows. What was started is stopped again when another part fails.
 *
 * @throws Error saying which part and why; `Refused` when the sandbox was given what cannot be a company
 */
export async function startHouse(options: HouseOptions): Promise<House> {
  const log = options.log ?? (() => undefined);
  const { keptIn, secrets = newSecrets() } = options;
  const ends: (() => Promise<void>)[] = [];
  const stop = async (): Promise<void> => {
    for (const end of ends.splice(0).toReversed()) await end();
  };
  try {
    if (keptIn !== undefined) {
      const claimed = claim(path.join(keptIn, 'owner.json'), `What lies in ${keptIn}`);
      ends.push(async () => claimed.release());
    }
    // First what can be refused at once: nobody waits for a server to learn that a file is unusable.
    const sandbox = await startSandbox({
      ...options.sandbox,
      ...(keptIn !== undefined && { stateFile: path.join(keptIn, 'sandbox.json') }),
    });
    ends.push(() => sandbox.stop());
    log(`Sandbox (a local Fortnox): ${sandbox.url}`);

    const starting = [
      startDatabase(keptIn, secrets, log, ends),
      startTemporal({
        ...(keptIn !== undefined && { dbFile: path.join(keptIn, 'temporal.db') }),
        headless: options.headless,
        uiPort: 8233,
        searchAttributes,
        log,
      }).then((started) => {
        ends.push(() => started.stop());
        return started;
      }),
    ] as const;
    // Both are waited for also when one fails, so that `stop` reaches whatever did start.
    await Promise.allSettled(starting);
    const [databaseUrl, temporal] = await Promise.all(starting);

    const settings = {
      ...temporalSettings(),
      DATABASE_URL: databaseUrl,
      TOKEN_KEYS: secrets.tokenKeys,
      PUBLIC_URL: `http://127.0.0.1:${options.port}/`,
      WEBHOOKS_TO_PRIVATE_ADDRESSES: '1',
      FORTNOX_CLIENT_ID: sandbox.clientId,
      FORTNOX_CLIENT_SECRET: sandbox.clientSecret,
      FORTNOX_BASE_URL: sandbox.url,
      FORTNOX_AUTH_URL: sandbox.url,
      TEMPORAL_ADDRESS: temporal.address,
      TEMPORAL_NAMESPACE: temporal.namespace,
      // On a server that others use as well, their workers must not take what is ours.
      TEMPORAL_TASK_QUEUE: keptIn === undefined ? `bokslut-${randomBytes(4).toString('hex')}` : 'bokslut',
    };
    const environment = { ...surroundings(), ...settings };
    const workers = await workersOf(environment, keptIn, ends);
    const [, client] = await Promise.all([workers.start(options.crashAt), serve(environment, options, ends)]);
    log('Worker: running');
    return {
      sandbox,
      temporal,
      client,
      url: client.publicUrl,
      settings,
      worker: workers.latest,
      startWorker: () => workers.start(),
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** This process's environment, without what the person's shell says of other Temporal servers than a given one. */
function surroundings(): Record<string, string> {
  const given = Boolean(process.env['TEMPORAL_ADDRESS']);
  const environment: Record<string, string> = {};
  for (const [name, value] of Object.entries(process.env)) {
    if (value !== undefined && (given || !name.startsWith('TEMPORAL_'))) environment[name] = value;
  }
  return environment;
}

/** A server that was started here is spoken to as it is: a profile of the person's is about others. */
const temporalSettings = (): Record<string, string> =>
  process.env['TEMPORAL_ADDRESS'] ? {} : { TEMPORAL_CONFIG_FILE: path.join(localFolder, 'no-profile.toml') };

async function startDatabase(
  keptIn: string | undefined,
  { appPassword }: HouseSecrets,
  log: (line: string) => void,
  ends: (() => Promise<void>)[],
): Promise<string> {
  const postgres = await startPostgres({
    ...(keptIn !== undefined && { dataDir: path.join(keptIn, 'postgres') }),
    log,
  });
  ends.push(() => postgres.stop());
  await migrate(postgres.adminUrl, { appPassword });
  const url = new URL(postgres.adminUrl);
  url.username = appRole;
  url.password = appPassword;
  return url.toString();
}

async function serve(
  environment: Readonly<Record<string, string>>,
  { port, durations, server, log }: HouseOptions,
  ends: (() => Promise<void>)[],
): Promise<ClientContext> {
  const { context, end } = await openClient(environment, { durations });
  ends.push(end);
  const http = await createServer(context, { ...(await server?.(context)), port });
  ends.push(() => http.close());
  log?.(`HTTP API and page: ${context.publicUrl.href}`);
  return context;
}

/** Workers one after the other, each as its own process: what ends one of them ends nothing else. */
async function workersOf(
  environment: Readonly<Record<string, string>>,
  keptIn: string | undefined,
  ends: (() => Promise<void>)[],
) {
  const run = keptIn === undefined ? await newRunFolder(path.join(localFolder, 'runs'), 'worker') : undefined;
  const folder = run?.folder ?? keptIn ?? '';
  const noteFile = run?.serverNote ?? path.join(folder, 'worker.json');
  await endLeftOver(noteFile);
  if (run) ends.push(async () => run.remove());
  let count = 0;
  let latest: Child | undefined;

  const start = async (crashAt?: string): Promise<Child> => {
    count += 1;
    const logFile = path.join(folder, `worker-${count}.log`);
    rmSync(logFile, { force: true });
    const worker = await startChild({
      name: 'Worker',
      program: process.execPath,
      args: ['--import', 'tsx', path.join(checkoutFolder, 'worker', 'main.ts')],
      logFile,
      noteFile,
      cwd: checkoutFolder,
      env: { ...environment, ...(crashAt !== undefined && { BOKSLUT_CRASH_AT: crashAt }) },
    });
    ends.push(() => worker.stop());
    latest = worker;
    await until(() => lastLines(logFile, 50).includes('worker started'), worker);
    return worker;
  };
  return {
    start,
    latest: (): Child => {
      if (!latest) throw new Error('No worker was started.');
      return latest;
    },
  };
}

async function until(ready: () => boolean, child: Child): Promise<void> {
  const giveUpAt = Date.now() + 60_000;
  while (!ready()) {
    if (child.hasEnded() || Date.now() > giveUpAt) {
      throw new Error(`${child.name} does not start. It says:\n${lastLines(child.logFile)}`);
    }
    await sleep(25);
  }
}
