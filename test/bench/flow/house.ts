import { randomBytes } from 'node:crypto';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import postgres from 'postgres';
import type { ClientContext } from '../../../client/close/context.ts';
import { openClient } from '../../../client/open-client.ts';
import { appRole, migrate } from '../../../db/migrate.ts';
import { checkoutFolder, localFolder } from '../../../dev/local-folder.ts';
import { startPostgres } from '../../../dev/postgres.ts';
import { newRunFolder } from '../../../dev/run-folder.ts';
import { startProgram } from '../../../dev/start-program.ts';
import { startTemporal } from '../../../dev/temporal.ts';
import { productionDurations } from '../../../workflows/durations.ts';
import { searchAttributes } from '../../../workflows/search-attributes.ts';
import type { Child } from '../../../dev/children.ts';
import type { SandboxCompany } from './companies.ts';

/** Servers for closes by the hundred: the product's own worker processes over Postgres, Temporal and a sandbox that is a process too. */
export interface FlowHouse {
  readonly client: ClientContext;
  /** As the tables' owner, whom row-level security does not bind. */
  readonly admin: postgres.Sql;
  readonly sandboxUrl: string;
  readonly sandboxCompanies: readonly SandboxCompany[];
  readonly temporalAddress: string;
  readonly folder: string;
  /** What a process of this house runs with. */
  readonly environment: Readonly<Record<string, string>>;
  startWorker(): Promise<Child>;
  stop(): Promise<void>;
}

/** @param companies how many small companies the sandbox has; 0: one of a common size */
export async function startHouse(companies: number): Promise<FlowHouse> {
  const ends: (() => Promise<unknown>)[] = [];
  const stop = async (): Promise<void> => {
    for (const end of ends.splice(0).toReversed()) await end();
  };
  try {
    const run = await newRunFolder(path.join(localFolder, 'runs'), 'flow');
    ends.push(async () => run.remove());
    const { child, line } = await startProgram({
      name: 'Sandbox',
      file: fileURLToPath(new URL('sandbox-process.ts', import.meta.url)),
      args: [String(companies)],
      env: process.env,
      logFile: path.join(run.folder, 'sandbox.log'),
      readyAt: '"url"',
    });
    ends.push(() => child.kill9());
    const sandbox = JSON.parse(line) as {
      url: string;
      clientId: string;
      clientSecret: string;
      companies: SandboxCompany[];
    };

    const server = await startPostgres();
    ends.push(() => server.stop());
    const appPassword = process.env['BOKSLUT_APP_PASSWORD'] ?? randomBytes(18).toString('base64url');
    await migrate(server.adminUrl, { appPassword });
    const admin = postgres(server.adminUrl, { max: 2, onnotice: () => undefined });
    ends.push(() => admin.end());
    await liftRequestBudget(admin);
    const appUrl = new URL(server.adminUrl);
    appUrl.username = appRole;
    appUrl.password = appPassword;

    const temporal = await startTemporal({ headless: true, searchAttributes });
    ends.push(() => temporal.stop());
    const environment = {
      ...definedOnly(process.env),
      DATABASE_URL: appUrl.href,
      TOKEN_KEYS: `bench:${randomBytes(32).toString('base64')}`,
      PUBLIC_URL: 'http://127.0.0.1:9/',
      FORTNOX_CLIENT_ID: sandbox.clientId,
      FORTNOX_CLIENT_SECRET: sandbox.clientSecret,
      FORTNOX_BASE_URL: sandbox.url,
      FORTNOX_AUTH_URL: sandbox.url,
      TEMPORAL_ADDRESS: temporal.address,
      TEMPORAL_NAMESPACE: temporal.namespace,
      TEMPORAL_TASK_QUEUE: 'flow',
      LOG_LEVEL: 'info',
    };
    const { context, end } = await openClient(environment, { durations: productionDurations });
    ends.push(end);
    let workers = 0;
    return {
      client: context,
      admin,
      sandboxUrl: sandbox.url,
      sandboxCompanies: sandbox.companies,
      temporalAddress: temporal.address,
      folder: run.folder,
      environment,
      startWorker: async () => {
        workers += 1;
        const worker = await startProgram({
          name: `worker ${workers}`,
          file: path.join(checkoutFolder, 'worker', 'main.ts'),
          env: environment,
          logFile: path.join(run.folder, `worker-${workers}.log`),
          readyAt: 'worker started',
        });
        ends.push(() => worker.child.kill9());
        return worker.child;
      },
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

/**
 * The workers ask for every request as ever, and the row is written as ever; but the answer is always "now". Fortnox's 25 requests in
 * 5 seconds are a company's own, and would be all that is measured of a close alone.
 */
async function liftRequestBudget(admin: postgres.Sql): Promise<void> {
  await admin.unsafe(`
    create or replace function reserve_request(budget bytea, per_window int, window_ms int, longest_wait_ms int)
    returns double precision language plpgsql as $$
    begin
      insert into request_budget as b (key, grants) values (budget, array[clock_timestamp()])
      on conflict (key) do update set grants = (b.grants || clock_timestamp())[greatest(1, cardinality(b.grants) + 2 - per_window):];
      return 0;
    end $$`);
}

const definedOnly = (environment: NodeJS.ProcessEnv): Record<string, string> =>
  Object.fromEntries(Object.entries(environment).flatMap(([name, value]) => (value ? [[name, value]] : [])));
