import { randomBytes } from 'node:crypto';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { Client, Connection } from '@temporalio/client';
import postgres from 'postgres';
import type { ClientContext } from '../../client/close/context.ts';
import { startSignalSweep } from '../../client/close/signals.ts';
import { productionNotifyLimits } from '../../client/notify/context.ts';
import { openDatabase } from '../../db/database.ts';
import { appRole, migrate } from '../../db/migrate.ts';
import { localFolder } from '../../dev/local-folder.ts';
import { startPostgres } from '../../dev/postgres.ts';
import { newRunFolder } from '../../dev/run-folder.ts';
import { startTemporal } from '../../dev/temporal.ts';
import { createFortnoxLogin } from '../../fortnox/login.ts';
import { createSealer } from '../../fortnox/seal.ts';
import { Secret } from '../../fortnox/secret.ts';
import { createTokenCustody } from '../../fortnox/token-custody.ts';
import { startSandbox } from '../../sandbox/start.ts';
import type { Sandbox } from '../../sandbox/start.ts';
import { bundleWorkflows } from '../../worker/create-worker.ts';
import { searchAttributes } from '../../workflows/search-attributes.ts';
import { createControl } from './control.ts';
import type { Control } from './control.ts';
import { custodyLimits, durations, fortnoxLimits, loginTimeoutMs } from './limits.ts';
import { startProxy } from './proxy.ts';
import type { Proxy } from './proxy.ts';
import { startWorkers } from './worker-pool.ts';
import type { WorkerPool } from './worker-pool.ts';

/** Everything that the closes of one suite stand on, with what can be done to it. */
export interface House {
  readonly sandbox: Sandbox;
  readonly control: Control;
  /** The accountants' side: their requests pass through no network that is frozen. */
  readonly client: ClientContext;
  /** As the owner of the tables, whom row-level security does not bind. */
  readonly admin: postgres.Sql;
  readonly workers: WorkerPool;
  /** Where plans for points lie. */
  readonly plans: string;
  readonly parts: Parts;
  /** For other processes on the same house. */
  readonly appUrl: string;
  readonly temporalAddress: string;
  readonly tokenKeys: string;
  stop(): Promise<void>;
}

export interface Parts {
  restartPostgres(): Promise<void>;
  restartTemporal(): Promise<void>;
  /** Between the workers and the server. */
  readonly toPostgres: Proxy;
  readonly toTemporal: Proxy;
}

/**
 * Starts servers of its own on files of its own, since they are to be killed and restarted, whatever servers the environment names.
 *
 * @param companies how many closes there will be: each has a firm and a company at Fortnox of its own
 */
export async function startHouse(companies: number): Promise<House> {
  delete process.env['DATABASE_URL'];
  delete process.env['TEMPORAL_ADDRESS'];
  const run = await newRunFolder(path.join(localFolder, 'runs'), 'chaos');
  const ends: (() => Promise<void>)[] = [async () => run.remove()];
  const stop = async (): Promise<void> => {
    for (const end of ends.splice(0).toReversed()) await end();
  };
  try {
    const sandbox = await startSandbox({
      companies: Array.from({ length: companies }, (_, n) => company(n)),
    });
    ends.push(() => sandbox.stop());

    const dataDir = path.join(run.folder, 'postgres');
    let server = await startPostgres({ dataDir });
    ends.push(async () => {
      await server.stop();
      rmSync(server.dataDir ?? dataDir, { recursive: true, force: true });
    });
    const appPassword = randomBytes(18).toString('base64url');
    await migrate(server.adminUrl, { appPassword });
    const portOf = (url: string): number => Number(new URL(url).port);
    const toPostgres = await startProxy(portOf(server.adminUrl));
    // The accountants reach the server that is there now, never through a network that stands still.
    const ownWay = await startProxy(portOf(server.adminUrl));
    const temporal = await startTemporal({
      dbFile: path.join(run.folder, 'temporal.db'),
      headless: true,
      searchAttributes,
    });
    ends.push(() => temporal.stop());
    const toTemporal = await startProxy(Number(temporal.address.split(':')[1]));
    for (const proxy of [toPostgres, ownWay, toTemporal]) ends.push(() => proxy.stop());

    const appUrl = (port: number): string => {
      const url = new URL(server.adminUrl);
      url.port = String(port);
      url.username = appRole;
      url.password = appPassword;
      return url.href;
    };
    const adminUrl = new URL(server.adminUrl);
    adminUrl.port = String(ownWay.port);
    const admin = postgres(adminUrl.href, { max: 2, onnotice: () => undefined });
    ends.push(() => admin.end());
    const database = await openDatabase(appUrl(ownWay.port));
    ends.push(() => database.end());

    const tokenKeys = `k1:${randomBytes(32).toString('base64')}`;
    const config = {
      clientId: sandbox.clientId,
      clientSecret: new Secret(sandbox.clientSecret),
      baseUrl: new URL(sandbox.url),
      authUrl: new URL(sandbox.url),
    };
    const login = createFortnoxLogin(config, { timeoutMs: loginTimeoutMs });
    const connection = await Connection.connect({ address: temporal.address });
    ends.push(() => connection.close());
    const taskQueue = 'chaos';
    const client: ClientContext = {
      temporal: new Client({ connection }),
      taskQueue,
      database,
      login,
      custody: createTokenCustody({
        database,
        login,
        sealer: createSealer(tokenKeys),
        log: () => undefined,
        limits: custodyLimits,
      }),
      fortnox: { config, limits: fortnoxLimits },
      publicUrl: new URL('http://127.0.0.1:9/'),
      durations,
      searchAttributes: true,
      notify: {
        sealer: createSealer(tokenKeys),
        mailer: undefined,
        privateAddresses: false,
        limits: productionNotifyLimits,
      },
      log: () => undefined,
    };
    const sweep = startSignalSweep(client);
    ends.push(() => sweep.stop());

    const folder = path.join(run.folder, 'workers');
    const plans = path.join(run.folder, 'plans');
    for (const made of [folder, plans]) mkdirSync(made);
    const bundleFile = path.join(run.folder, 'workflows.js');
    writeFileSync(bundleFile, (await bundleWorkflows()).code);
    const workers = await startWorkers(2, folder, {
      databaseUrl: appUrl(toPostgres.port),
      temporalAddress: `127.0.0.1:${toTemporal.port}`,
      taskQueue,
      fortnoxUrl: sandbox.url,
      clientId: sandbox.clientId,
      clientSecret: sandbox.clientSecret,
      tokenKeys,
      bundleFile,
      plans,
    });
    ends.push(() => workers.stop());

    return {
      sandbox,
      control: createControl(sandbox.url),
      client,
      admin,
      workers,
      plans,
      appUrl: appUrl(ownWay.port),
      temporalAddress: temporal.address,
      tokenKeys,
      parts: {
        toPostgres,
        toTemporal,
        restartPostgres: async () => {
          await server.stop();
          server = await startPostgres({ dataDir });
          for (const proxy of [toPostgres, ownWay]) proxy.leadTo(portOf(server.adminUrl));
          await Promise.all([admin, database.sql].map(everyConnectionNew));
        },
        restartTemporal: async () => {
          await temporal.kill9();
          await temporal.restart();
        },
      },
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

/**
 * The accountants' side asks at once for what it sees: a pool hands out connections that the restart has cut until it has noticed
 * each of them.
 */
async function everyConnectionNew(sql: postgres.Sql): Promise<void> {
  for (;;) {
    const answers = await Promise.allSettled(Array.from({ length: 20 }, () => sql`select pg_sleep(0.02)`));
    if (answers.every(({ status }) => status === 'fulfilled')) return;
  }
}

const simple = new URL('../cases/01-simple-tie/company.json', import.meta.url);

/** A small company; its name is a canary that must never be seen in a history or a log. */
function company(index: number): object {
  const file = JSON.parse(readFileSync(simple, 'utf8')) as { company: object };
  return {
    ...file,
    company: { ...file.company, name: canaryName(index), databaseNumber: databaseNumber(index) },
  };
}

export const canaryName = (index: number): string => `Kanariefågel ${index} AB`;
export const databaseNumber = (index: number): number => 700_000 + index;
export const organisationNumber = '999999-0019';
