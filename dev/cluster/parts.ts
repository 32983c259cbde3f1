import { randomBytes } from 'node:crypto';
import path from 'node:path';
import { appRole, migrate } from '../../db/migrate.ts';
import { startSandbox } from '../../sandbox/start.ts';
import type { Sandbox } from '../../sandbox/start.ts';
import type { Child } from '../children.ts';
import { checkoutFolder } from '../local-folder.ts';
import { freePort } from '../ports.ts';
import { startPostgres } from '../postgres.ts';
import { startProgram } from '../start-program.ts';
import { layOutTemporal, roles } from './temporal-cluster.ts';

/** One part that can be killed and comes back. */
export interface Part {
  readonly name: string;
  /** Ends it as a crash would. */
  kill(): Promise<void>;
  /** Starts it again and waits until it works. */
  start(): Promise<void>;
}

export interface Cluster {
  readonly parts: readonly Part[];
  readonly sandbox: Sandbox;
  readonly urls: readonly string[];
  /** As the application's role. */
  readonly databaseUrl: string;
  stop(): Promise<void>;
}

/** Postgres, Temporal in four processes, two workers, two HTTP servers and the sandbox, all on this machine; logs in a folder. */
export async function startCluster(
  logs: string,
  dataDir: string,
  companies: readonly object[],
  log: (line: string) => void,
): Promise<Cluster> {
  const ends: (() => Promise<unknown>)[] = [];
  const stop = async (): Promise<void> => {
    for (const end of ends.splice(0).toReversed()) await end();
  };
  try {
    const sandbox = await startSandbox({ companies: [...companies] });
    ends.push(() => sandbox.stop());
    let postgres = await startPostgres({ dataDir, log });
    ends.push(() => postgres.stop());
    const { adminUrl } = postgres;
    const appPassword = randomBytes(18).toString('base64url');
    await migrate(adminUrl, { appPassword });
    const databaseUrl = new URL(adminUrl);
    databaseUrl.username = appRole;
    databaseUrl.password = appPassword;

    const temporal = await layOutTemporal(adminUrl, logs, log);
    const running = new Map<string, Child>();
    ends.push(async () => {
      await Promise.all([...running.values()].map((child) => child.kill9()));
    });
    const keep = async (name: string, start: () => Promise<Child>): Promise<Part> => {
      const begin = async (): Promise<void> => void running.set(name, await start());
      await begin();
      return { name, kill: async () => running.get(name)?.kill9(), start: begin };
    };
    const parts: Part[] = [];
    // One after another: in the same instant they would write the cluster's first row over each other.
    for (const role of roles) {
      const part = await keep(`Temporal ${role}`, () => temporal.start(role));
      parts.push({ ...part, start: () => part.start().then(temporal.serving) });
    }
    await temporal.serving();
    log(`Temporal: ${roles.join(', ')}, a process each, at ${temporal.address}`);

    const environment = {
      PATH: process.env['PATH'],
      HOME: process.env['HOME'],
      DATABASE_URL: databaseUrl.href,
      TOKEN_KEYS: `cluster:${randomBytes(32).toString('base64')}`,
      FORTNOX_CLIENT_ID: sandbox.clientId,
      FORTNOX_CLIENT_SECRET: sandbox.clientSecret,
      FORTNOX_BASE_URL: sandbox.url,
      FORTNOX_AUTH_URL: sandbox.url,
      TEMPORAL_ADDRESS: temporal.address,
    };
    for (const number of [1, 2]) {
      parts.push(await keep(`worker ${number}`, () => startWorker(`worker-${number}`)));
    }
    const ports = [await freePort(), await freePort()];
    for (const [index, port] of ports.entries()) {
      parts.push(await keep(`HTTP server ${index + 1}`, () => startServer(`server-${index + 1}`, port)));
    }
    log('Two workers, two HTTP servers');
    parts.push({
      name: 'Postgres',
      kill: () => postgres.kill9(),
      start: async () => {
        await postgres.stop();
        postgres = await startPostgres({ dataDir, port: Number(new URL(adminUrl).port) });
        await temporal.serving();
      },
    });
    return {
      parts,
      sandbox,
      urls: ports.map((port) => `http://127.0.0.1:${port}`),
      databaseUrl: databaseUrl.href,
      stop,
    };

    async function startWorker(name: string): Promise<Child> {
      const { child } = await startProgram({
        name,
        file: path.join(checkoutFolder, 'worker', 'main.ts'),
        env: environment,
        logFile: path.join(logs, `${name}-${(starts += 1)}.log`),
        readyAt: 'worker started',
      });
      return child;
    }
    async function startServer(name: string, port: number): Promise<Child> {
      const { child } = await startProgram({
        name,
        file: path.join(checkoutFolder, 'client', 'http', 'main.ts'),
        env: { ...environment, PORT: String(port), PUBLIC_URL: `http://127.0.0.1:${ports[0]}/` },
        logFile: path.join(logs, `${name}-${(starts += 1)}.log`),
        readyAt: 'server started',
      });
      return child;
    }
  } catch (error) {
    await stop();
    throw error;
  }
}

/** Each start has a log of its own, so that "started" is this one's word. */
let starts = 0;
