import { randomUUID } from 'node:crypto';
import { Client, Connection } from '@temporalio/client';
import type { TestWorkflowEnvironment } from '@temporalio/testing';
import { DefaultLogger, NativeConnection, Runtime } from '@temporalio/worker';
import type { Worker, WorkflowBundle } from '@temporalio/worker';
import type { Adjustment } from '../../accounting/adjustment.ts';
import { isoDate } from '../../accounting/dates.ts';
import { ore } from '../../accounting/money.ts';
import type { ActivityContext } from '../../activities/context.ts';
import { createActivities } from '../../activities/index.ts';
import { productionLimits } from '../../activities/limits.ts';
import type { Caller, ClientContext } from '../../client/close/context.ts';
import { approvable, approveAdjustments } from '../../client/close/approval.ts';
import { saveAdjustments } from '../../client/close/adjustments.ts';
import { startEngagement } from '../../client/close/engagements.ts';
import { beginLogin, confirmLogin, finishLogin } from '../../client/close/fortnox-login.ts';
import { productionNotifyLimits } from '../../client/notify/context.ts';
import { openDatabase } from '../../db/database.ts';
import type { Database } from '../../db/database.ts';
import { listHistory } from '../../db/stores/history.ts';
import { createFirm } from '../../db/stores/firms.ts';
import { renderInThread } from '../../documents/render.ts';
import { createFortnoxLogin } from '../../fortnox/login.ts';
import { createFortnoxClient } from '../../fortnox/client.ts';
import type { FortnoxConfig } from '../../fortnox/config.ts';
import { createFortnoxHttp } from '../../fortnox/http.ts';
import { fortnoxOpener } from '../../fortnox/open.ts';
import type { OpenFortnox } from '../../fortnox/open.ts';
import { createSealer } from '../../fortnox/seal.ts';
import { Secret } from '../../fortnox/secret.ts';
import { createTokenCustody } from '../../fortnox/token-custody.ts';
import type { TokenCustody } from '../../fortnox/token-custody.ts';
import { startSandbox } from '../../sandbox/start.ts';
import type { Sandbox, SandboxOptions } from '../../sandbox/start.ts';
import { createWorker } from '../../worker/create-worker.ts';
import type { WorkerOptions } from '../../worker/create-worker.ts';
import { productionDurations } from '../../workflows/durations.ts';
import type { Durations } from '../../workflows/durations.ts';
import { closeWorkflowId, status } from '../../workflows/messages.ts';
import type { CloseStatus } from '../../workflows/messages.ts';
import type { TestDatabase } from '../setup/database.ts';

/** One firm, one company at a sandbox, one database, and the client's own functions to act with. */
export interface TestWorld {
  readonly sandbox: Sandbox;
  readonly database: Database;
  readonly appUrl: string;
  readonly tokenKeys: string;
  readonly caller: Caller;
  readonly activityContext: ActivityContext;
  readonly client: ClientContext;
  /** A worker on this world's own task queue. */
  worker(changes?: Partial<ActivityContext>, build?: Build): Promise<Worker>;
  end(): Promise<void>;
}

/** Another build of the workflows than the world's. */
type Build = Partial<Pick<WorkerOptions, 'bundle' | 'deployment' | 'queues'>>;

export interface WorldOptions {
  /** The development server's address, or the time-skipping server. */
  readonly server: string | TestWorkflowEnvironment;
  readonly bundle: WorkflowBundle;
  readonly sandbox?: SandboxOptions;
  readonly durations?: Partial<Durations>;
  /** With Fortnox's limit of 25 requests in 5 seconds on both sides; without, tests do not wait for it. */
  readonly rateLimit?: boolean;
  readonly context?: Partial<ActivityContext>;
  /** How long a login is good for; 30 days by default. */
  readonly loginTermMs?: number;
  /** A migrated, empty database; by default a clone for the test. */
  readonly database?: TestDatabase;
}

/** The production durations with waits that tests can sit out. */
const quickDurations: Durations = {
  ...productionDurations,
  stepTimeoutMs: 20_000,
  patienceMs: 20_000,
  sendTimeoutMs: 5_000,
  settlingDelayMs: 300,
  firstRetryMs: 50,
};

// Failing activities are what most tests are about: the SDK's warnings of them say nothing new.
Runtime.install({ logger: new DefaultLogger('ERROR') });

export async function createWorld(options: WorldOptions): Promise<TestWorld> {
  const rateLimit = options.rateLimit ?? false;
  const sandbox = await startSandbox({ vouchers: 60, invoices: 20, rateLimit, ...options.sandbox });
  // Not imported above, because it needs a test that runs: the recording of histories runs without.
  const testDatabase =
    options.database ?? (await (await import('../setup/database.ts')).createTestDatabase());
  const database = await openDatabase(testDatabase.appUrl);
  const firmId = randomUUID();
  await database.forFirm(firmId, (tx) => createFirm(tx, { name: 'Byrån Kanariefågel AB' }));

  const config = {
    clientId: sandbox.clientId,
    clientSecret: new Secret(sandbox.clientSecret),
    baseUrl: new URL(sandbox.url),
    authUrl: new URL(sandbox.url),
  };
  const tokenKeys = `k1:${Buffer.alloc(32, 7).toString('base64')}`;
  const login = createFortnoxLogin(config);
  const custody = createTokenCustody({
    database,
    login,
    sealer: createSealer(tokenKeys),
    log: () => undefined,
  });
  const activityContext: ActivityContext = {
    database,
    custody,
    openFortnox: rateLimit
      ? fortnoxOpener({ config, database, custody, log: () => undefined })
      : unlimitedFortnox(config, custody),
    render: renderInThread,
    log: {
      info: () => undefined,
      warn: () => undefined,
      error: (about, message) => console.error(message, about),
    },
    now: Date.now,
    limits: {
      ...productionLimits,
      sendPatienceMs: 1_000,
      sendPauseMs: 50,
      sendWithinMs: 300,
      settlingDelayMs: 300,
      ...(options.loginTermMs !== undefined && { loginTermMs: options.loginTermMs }),
    },
    ...options.context,
  };

  const temporal = await connect(options.server);
  const taskQueue = `test-${randomUUID()}`;
  const client: ClientContext = {
    temporal: temporal.client,
    taskQueue,
    database,
    login,
    custody,
    fortnox: { config },
    publicUrl: new URL('http://127.0.0.1:9/'),
    durations: { ...quickDurations, ...options.durations },
    searchAttributes: typeof options.server === 'string',
    notify: {
      sealer: createSealer(tokenKeys),
      mailer: undefined,
      privateAddresses: true,
      limits: productionNotifyLimits,
    },
    log: () => undefined,
  };

  return {
    sandbox,
    database,
    appUrl: testDatabase.appUrl,
    tokenKeys,
    caller: { firmId, actor: 'system' },
    activityContext,
    client,
    worker: (changes = {}, build = {}) =>
      createWorker({
        connection: temporal.native,
        namespace: 'default',
        bundle: options.bundle,
        taskQueue,
        activities: createActivities({ ...activityContext, ...changes }),
        ...build,
      }),
    end: async () => {
      await temporal.close();
      await database.end();
      await testDatabase.drop();
      await sandbox.stop();
    },
  };
}

interface TemporalEnds {
  readonly client: Client;
  readonly native: NativeConnection;
  close(): Promise<void>;
}

async function connect(server: string | TestWorkflowEnvironment): Promise<TemporalEnds> {
  if (typeof server !== 'string') {
    return { client: server.client, native: server.nativeConnection, close: async () => undefined };
  }
  const connection = await Connection.connect({ address: server });
  const native = await NativeConnection.connect({ address: server });
  return {
    client: new Client({ connection }),
    native,
    close: async () => {
      await connection.close();
      await native.close();
    },
  };
}

const unlimitedFortnox =
  (config: FortnoxConfig, custody: TokenCustody): OpenFortnox =>
  ({ firmId, id }, call = {}) => {
    const http = createFortnoxHttp({
      config,
      credentials: custody.credentials(firmId, id),
      budget: { take: async () => undefined, turnedAway: async () => undefined },
      log: () => undefined,
      limits: { backoffMs: 20, timeoutMs: 2_000 },
    });
    return createFortnoxClient({ http, ...call });
  };

// What the accountant does

export async function startClose(world: TestWorld): Promise<string> {
  const [company] = world.sandbox.companies;
  if (!company) throw new Error('the sandbox has no company');
  const engagement = await startEngagement(world.client, world.caller, {
    company: { name: company.name, organisationNumber: company.organisationNumber },
    year: { from: isoDate('2025-01-01'), to: isoDate('2025-12-31') },
    settings: { source: 'fortnox', materialityOre: ore(100_00) },
  });
  return engagement.id;
}

/** Logs in at the sandbox as a person would, and confirms the company. Answers the connection. */
export async function logIn(
  world: TestWorld,
  engagementId: string,
  beforeConfirming: () => Promise<unknown> = async () => undefined,
): Promise<string> {
  const url = await beginLogin(world.client, world.caller, engagementId);
  const { code, state } = await consent(world, url);
  const { connectionId } = await finishLogin(world.client, { code, state });
  await beforeConfirming();
  await confirmLogin(world.client, world.caller, engagementId, connectionId);
  return connectionId;
}

/** A person's click on the sandbox's consent page. */
export async function consent(world: TestWorld, url: URL): Promise<{ code: string; state: string }> {
  return (await control(world, 'POST', 'consent', {
    ...Object.fromEntries(url.searchParams),
    company: world.sandbox.companies[0]?.databaseNumber,
  })) as { code: string; state: string };
}

/** The sandbox's control surface. */
export async function control(
  world: TestWorld,
  method: string,
  path: string,
  body?: unknown,
): Promise<unknown> {
  const response = await fetch(`${world.sandbox.url}/sandbox/${path}`, {
    method,
    ...(body !== undefined && {
      body: JSON.stringify(body),
      headers: { 'content-type': 'application/json' },
    }),
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`${method} /sandbox/${path}: ${response.status} ${text}`);
  return text === '' ? undefined : JSON.parse(text);
}

/** Asks the close again and again until it stands as wanted; the test's own time limit ends the waiting. */
export async function untilStatus(
  world: TestWorld,
  engagementId: string,
  wanted: (status: CloseStatus) => boolean,
): Promise<CloseStatus> {
  const handle = world.client.temporal.workflow.getHandle(closeWorkflowId(engagementId));
  for (;;) {
    const now = await handle.query(status);
    if (wanted(now)) return now;
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
}

export const adjustment = (id: string, changes: Partial<Adjustment> = {}): Adjustment => ({
  id,
  date: isoDate('2025-12-31'),
  text: `Bokslut ${id}`,
  rows: [
    { account: '1930', amountOre: ore(-125_50), text: '' },
    { account: '3740', amountOre: ore(125_50), text: 'Öresutjämning' },
  ],
  transfer: true,
  ...changes,
});

/** Saves the adjustments and approves them into a series; answers the approval's id. */
export async function saveAndApprove(
  world: TestWorld,
  engagementId: string,
  adjustments: readonly Adjustment[],
  series = 'K',
  final = true,
): Promise<string> {
  const { revision } = await approvable(world.client, world.caller, engagementId);
  await saveAdjustments(world.client, world.caller, engagementId, {
    expectedRevision: revision?.revision ?? 0,
    adjustments,
  });
  return approveLatest(world, engagementId, series, final);
}

export async function approveLatest(
  world: TestWorld,
  engagementId: string,
  series = 'K',
  final = true,
): Promise<string> {
  const { revision, snapshot } = await approvable(world.client, world.caller, engagementId);
  if (!revision) throw new Error('nothing is saved');
  const approval = await approveAdjustments(world.client, world.caller, engagementId, {
    revision: revision.revision,
    revisionHash: revision.hash,
    snapshotId: snapshot.id,
    series,
    final,
  });
  return approval.id;
}

/** Makes changes inside Fortnox, as somebody else would there. */
export const inFortnox = (world: TestWorld, ...operations: object[]): Promise<unknown> =>
  control(world, 'PATCH', 'books', operations);

/** The events of an engagement's processing history, in order. */
export const historyOf = async (world: TestWorld, engagementId: string): Promise<string[]> =>
  (await world.database.forFirm(world.caller.firmId, (tx) => listHistory(tx, engagementId))).map(
    ({ event }) => event,
  );

/** Texts of the vouchers that Fortnox holds in a series of the closing year, in order of number. */
export async function vouchersIn(world: TestWorld, series: string): Promise<string[]> {
  const books = (await control(world, 'GET', 'books')) as {
    closingYear: number;
    vouchers: { series: string; number: number; financialYear: number; text: string }[];
  };
  return books.vouchers
    .filter((voucher) => voucher.series === series && voucher.financialYear === books.closingYear)
    .toSorted((a, b) => a.number - b.number)
    .map(({ text }) => text);
}
