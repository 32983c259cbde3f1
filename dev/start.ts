import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { closeClient } from '../client/close-client.ts';
import { createApiKey, scopes } from '../client/close/api-keys.ts';
import { identify } from '../client/cli/process-identity.ts';
import type { ClientContext } from '../client/close/context.ts';
import { ensureStarted } from '../client/close/engagements.ts';
import { listEngagements } from '../db/stores/engagements.ts';
import { createFirm } from '../db/stores/firms.ts';
import { listUsers, saveUser } from '../db/stores/users.ts';
import { Secret } from '../fortnox/secret.ts';
import { productionDurations } from '../workflows/durations.ts';
import { startClose } from './demo/accountant.ts';
import { startIdentityProvider } from './identity-provider.ts';
import { fortnoxInside } from './demo/fortnox-inside.ts';
import { newSecrets, startHouse } from './local-house.ts';
import type { House } from './local-house.ts';
import { localFolder } from './local-folder.ts';
import { freePort } from './ports.ts';

/** Everything that is kept between runs. */
const keptIn = path.join(localFolder, 'start');
/** What runs now, for the command line (client/cli/surroundings.ts). */
const runFile = path.join(localFolder, 'run.json');
const settingsFile = path.join(keptIn, 'settings.json');

const settingsSchema = z.object({
  appPassword: z.string(),
  tokenKeys: z.string(),
  firmId: z.uuid(),
  apiKey: z.string().optional(),
  /** The issuer's address names the people who log in, so it stays the same between runs when it can. */
  identityPort: z.int().optional(),
});
type Settings = z.infer<typeof settingsSchema>;

/** Made at the first run: without its keys the data that is kept could not be read again. */
function readSettings(): Settings {
  try {
    return settingsSchema.parse(JSON.parse(readFileSync(settingsFile, 'utf8')));
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) throw error;
    return writeSettings({ ...newSecrets(), firmId: randomUUID() });
  }
}

function writeSettings(settings: Settings): Settings {
  mkdirSync(keptIn, { recursive: true });
  writeFileSync(settingsFile, JSON.stringify(settings), { mode: 0o600 });
  return settings;
}

const people = [
  { name: 'Anna Exempel', subject: 'anna.exempel', email: 'anna.exempel@example.com', role: 'administrator' },
  { name: 'Bo Granskare', subject: 'bo.granskare', email: 'bo.granskare@example.com', role: 'reviewer' },
] as const;

/** The two of a made-up firm, known by the issuer that they log in at. */
async function employ({ database }: ClientContext, firmId: string, issuer: string): Promise<void> {
  await database.forFirm(firmId, async (tx) => {
    if ((await listUsers(tx)).length === 0) await createFirm(tx, { name: 'Exempelbyrån AB' });
    for (const person of people) await saveUser(tx, { ...person, issuer });
  });
}

/** At the first run the firm gets a key for its programs and the sample company's close. Answers the key. */
async function furnish(house: House, settings: Settings): Promise<string> {
  const { firmId } = settings;
  const apiKey =
    settings.apiKey ?? (await createApiKey(house.client, firmId, { name: 'npm start', scopes })).key;
  if (settings.apiKey === undefined) await startSampleClose(house, firmId);
  writeSettings({ ...settings, apiKey });
  return apiKey;
}

async function startSampleClose({ sandbox, client }: House, firmId: string): Promise<void> {
  const [begun] = await client.database.forFirm(firmId, listEngagements);
  // A first run that was killed in between has left its row.
  if (begun) return ensureStarted(client, firmId, begun.id);
  const [company] = sandbox.companies;
  if (!company) return;
  const books = await fortnoxInside(sandbox.url, company.databaseNumber).books();
  await startClose(closeClient(client, { firmId, actor: 'system' }), books);
}

async function start(): Promise<void> {
  const kept = readSettings();
  const port = await freePort(8420);
  const identityPort = await freePort(kept.identityPort ?? 8430);
  const settings = { ...kept, identityPort };
  const redirectUris = [`http://127.0.0.1:${port}/oidc/callback`];
  const provider = await startIdentityProvider({ people, redirectUris, port: identityPort });
  const house = await startHouse({
    keptIn,
    secrets: settings,
    durations: productionDurations,
    port,
    server: async (client) => {
      await employ(client, settings.firmId, provider.issuer);
      const { clientId, clientSecret } = provider;
      return { oidc: { issuer: new URL(provider.issuer), clientId, clientSecret: new Secret(clientSecret) } };
    },
    headless: false,
    log: (line) => console.log(line),
  }).catch(async (error: unknown) => {
    await provider.stop();
    throw error;
  });
  const stop = async (): Promise<void> => {
    rmSync(runFile, { force: true });
    await house.stop();
    await provider.stop();
  };
  stopOnSignal(stop);
  try {
    const apiKey = await furnish(house, settings);
    const environment = { ...house.settings, BOKSLUT_API_KEY: apiKey };
    writeFileSync(runFile, JSON.stringify({ run: identify(process.pid), environment }), { mode: 0o600 });
    console.log(welcome(house, apiKey));
  } catch (error) {
    await stop();
    throw error;
  }
}

const welcome = ({ url, temporal, sandbox }: House, apiKey: string): string => `
Bokslut runs, with a sample company and the close of its year.

  Page            ${url.href} (log in as Anna or Bo)
  HTTP API        ${new URL('/api', url).href}, described at ${new URL('/api/openapi.json', url).href}
  API key         ${apiKey}
  Temporal        ${temporal.uiUrl ?? temporal.address}
  Fortnox         ${sandbox.url}/sandbox (the sandbox, a local Fortnox)
  Command line    npm run bokslut -- close list

Data is kept in ${keptIn}. Ctrl-C stops everything.`;

/** Ctrl-C reaches this process alone, which ends its parts in order; a second one ends it at once, and they follow. */
function stopOnSignal(stop: () => Promise<void>): void {
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => {
      console.log('\nStopping …');
      void stop().then(
        () => process.exit(0),
        (error: unknown) => {
          console.error(error);
          process.exit(1);
        },
      );
    });
  }
}

try {
  await start();
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
