import { randomBytes, randomInt } from 'node:crypto';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Connection } from '@temporalio/client';
import { searchAttributes } from '../../workflows/search-attributes.ts';
import { lastLines, startChild } from '../children.ts';
import type { Child } from '../children.ts';
import { checkoutFolder } from '../local-folder.ts';
import { freePort, isOpen } from '../ports.ts';
import { onServer } from '../postgres-given.ts';
import { runCommand } from '../run-command.ts';
import { isServing } from '../temporal-given.ts';
import { temporalPrograms } from './temporal-programs.ts';

/** The four services of a Temporal cluster, in the order in which they are started. */
export const roles = ['frontend', 'history', 'matching', 'worker'] as const;
export type Role = (typeof roles)[number];

/** A Temporal cluster on this machine: one process a role, over two databases of one Postgres. */
export interface TemporalCluster {
  /** host:port of the frontend */
  readonly address: string;
  /** Starts a role's process and waits until it listens. */
  start(role: Role): Promise<Child>;
  /** Waits until closes can be started and found. */
  serving(): Promise<void>;
}

/** A season's closes are short of what needs many shards; but their number can never be changed, so production begins with 512 (deploy/). */
const historyShards = 16;

/**
 * Makes Temporal's role and databases, and lays out where each process listens. The namespace is registered at the first `serving`.
 *
 * @param adminUrl of a Postgres where nothing of Temporal's is yet
 */
export async function layOutTemporal(
  adminUrl: string,
  logs: string,
  log: (line: string) => void,
): Promise<TemporalCluster> {
  const { server, sqlTool } = await temporalPrograms(log);
  const password = randomBytes(18).toString('base64url');
  await onServer(adminUrl, (sql) => sql.unsafe(`create role temporal login createdb password '${password}'`));
  const { port: databasePort } = new URL(adminUrl);
  for (const [database, schema] of [
    ['temporal', 'postgresql/v12/temporal'],
    ['temporal_visibility', 'postgresql/v12/visibility'],
  ] as const) {
    for (const args of [
      ['create-database', '--defaultdb', 'postgres'],
      ['setup-schema', '-v', '0.0'],
      ['update-schema', '--schema-name', schema],
    ]) {
      const at = ['--plugin', 'postgres12_pgx', '--ep', '127.0.0.1', '-p', databasePort];
      const as = ['-u', 'temporal', '--pw', password, '--db', database];
      const failed = await runCommand(sqlTool, [...at, ...as, ...args], { timeout: 60_000 });
      if (failed !== undefined) throw new Error(`Temporal's schema: ${args[0]} ${database}: ${failed}`);
    }
  }

  const ports = new Map<string, number>();
  const environment: Record<string, string> = {
    DB: 'postgres12_pgx',
    POSTGRES_SEEDS: '127.0.0.1',
    DB_PORT: databasePort,
    POSTGRES_USER: 'temporal',
    POSTGRES_PWD: password,
    DBNAME: 'temporal',
    VISIBILITY_DBNAME: 'temporal_visibility',
    // Four processes share one small Postgres with the program's own.
    SQL_MAX_CONNS: '12',
    SQL_VIS_MAX_CONNS: '6',
    NUM_HISTORY_SHARDS: String(historyShards),
    BIND_ON_IP: '127.0.0.1',
    TEMPORAL_BROADCAST_ADDRESS: '127.0.0.1',
    LOG_LEVEL: 'warn',
    // The one that is deployed.
    DYNAMIC_CONFIG_FILE_PATH: path.join(checkoutFolder, 'deploy', 'temporal', 'dynamic-config.yaml'),
  };
  for (const role of roles) {
    for (const kind of ['GRPC', 'MEMBERSHIP']) {
      const name = `${role.toUpperCase()}_${kind}_PORT`;
      ports.set(name, await lowPort());
      environment[name] = String(ports.get(name));
    }
  }
  environment['FRONTEND_HTTP_PORT'] = String(await lowPort());
  const address = `127.0.0.1:${ports.get('FRONTEND_GRPC_PORT')}`;
  environment['PUBLIC_FRONTEND_ADDRESS'] = address;

  return {
    address,
    async start(role) {
      const child = await startChild({
        name: `Temporal ${role}`,
        program: server,
        args: ['--allow-no-auth', 'start', '--service', role],
        logFile: path.join(logs, `temporal-${role}.log`),
        env: { PATH: process.env['PATH'], ...environment },
      });
      const port = ports.get(`${role.toUpperCase()}_GRPC_PORT`) ?? 0;
      // The worker role serves nobody: it is there when it has joined the others, by its membership port.
      const listens = role === 'worker' ? (ports.get('WORKER_MEMBERSHIP_PORT') ?? 0) : port;
      await until(() => isOpen(listens), child);
      return child;
    },
    serving: () => servesCloses(address),
  };
}

let lastPort = 17_000 + randomInt(10_000);

/** Temporal keeps its members' ports in 16 bits with a sign: above 32,767 a process ends at once. */
async function lowPort(): Promise<number> {
  for (;;) {
    lastPort += 1;
    if ((await freePort(lastPort)) === lastPort) return lastPort;
  }
}

async function until(ready: () => Promise<boolean>, child: Child): Promise<void> {
  const giveUpAt = Date.now() + 60_000;
  while (!(await ready())) {
    if (child.hasEnded() || Date.now() > giveUpAt)
      throw new Error(`${child.name} does not start. It says:\n${lastLines(child.logFile)}`);
    await sleep(50);
  }
}

/** The frontend listens before history and matching answer, and a new namespace takes a while to be known to all. */
async function servesCloses(address: string): Promise<void> {
  const giveUpAt = Date.now() + 120_000;
  while (!(await registered(address)) || !(await isServing(address, searchAttributes))) {
    if (Date.now() > giveUpAt) throw new Error(`Temporal's cluster at ${address} does not serve.`);
    await sleep(250);
  }
}

const namespace = 'default';
const alreadyThere = 6;

async function registered(address: string): Promise<boolean> {
  const connection = await Connection.connect({ address, connectTimeout: '2s' }).catch(() => undefined);
  if (!connection) return false;
  try {
    await connection.withDeadline(Date.now() + 10_000, () =>
      connection.workflowService.registerNamespace({
        namespace,
        workflowExecutionRetentionPeriod: { seconds: (24 * 3_600) as never },
      }),
    );
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === alreadyThere;
  } finally {
    await connection.close();
  }
}
