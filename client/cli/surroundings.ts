import { readFileSync } from 'node:fs';
import path from 'node:path';
import { z } from 'zod';
import { Problem } from '../../accounting/problem.ts';
import type { Database } from '../../db/database.ts';
import type { CloseClient } from '../close-client.ts';
import type { Scope } from '../close/api-keys.ts';
import type { Caller, ClientContext } from '../close/context.ts';
import type { Environment } from '../config.ts';
import { isRunning } from './process-identity.ts';

/** What `npm start` notes while it runs, so that the commands work beside it without a variable set. */
const runFile = path.resolve(import.meta.dirname, '..', '..', '.local', 'run.json');
const runSchema = z.object({
  run: z.object({ pid: z.int(), startedAt: z.string() }),
  environment: z.record(z.string(), z.string()),
});

/** The environment as it is when it names a database; else that of the `npm start` that runs here, if one does. */
export function surroundings(environment: Environment = process.env, file = runFile): Environment {
  if (environment['DATABASE_URL']) return environment;
  try {
    const noted = runSchema.parse(JSON.parse(readFileSync(file, 'utf8')));
    // One that was killed has left its note: what it noted is nobody's any more.
    return isRunning(noted.run) ? { ...environment, ...noted.environment } : environment;
  } catch {
    return environment;
  }
}

/** Runs a command as the API key of BOKSLUT_API_KEY, when that may do it, and closes what it opened. */
export async function asCaller<T>(
  scope: Scope,
  work: (closes: CloseClient, context: ClientContext, caller: Caller) => Promise<T>,
  environment: Environment = surroundings(),
): Promise<T> {
  const secret = environment['BOKSLUT_API_KEY'];
  if (!secret) throw new Problem(noKey);
  const { callerOfApiKey } = await import('../close/api-keys.ts');
  const { closeClient } = await import('../close-client.ts');
  return withContext(async (context) => {
    const key = await callerOfApiKey(context, secret);
    if (!key) throw new Problem(unknownKey);
    if (!key.scopes.includes(scope)) throw new Problem(notAllowed(scope));
    return work(closeClient(context, key.caller), context, key.caller);
  }, environment);
}

/** Runs a command with all that the ways in share, as nobody in particular. */
export async function withContext<T>(
  work: (context: ClientContext) => Promise<T>,
  environment: Environment = surroundings(),
): Promise<T> {
  // Loaded here, so that a command on a file does not wait for the database's and Temporal's code.
  const { openClient } = await import('../open-client.ts');
  const { context, end } = await openClient(environment);
  try {
    return await work(context);
  } finally {
    await end();
  }
}

/** What an operator's command works with: the database alone. */
export interface Operator {
  readonly database: Database;
  /** The firm that was named, else that of BOKSLUT_API_KEY. @throws Problem `cli.firm-missing` */
  firmOf(named: string | undefined): string;
}

/** Runs a command on the firms themselves: who may connect to the database as the program may do so. */
export async function asOperator<T>(
  work: (operator: Operator) => Promise<T>,
  environment: Environment = surroundings(),
): Promise<T> {
  const url = environment['DATABASE_URL'];
  if (!url) throw new Problem(noDatabase);
  const { openDatabase } = await import('../../db/database.ts');
  const database = await openDatabase(url, { connections: 2 });
  const [, ownFirm] = /^bok_([0-9a-f-]{36})_/.exec(environment['BOKSLUT_API_KEY'] ?? '') ?? [];
  try {
    return await work({
      database,
      firmOf(named) {
        const firmId = named ?? ownFirm;
        if (firmId === undefined) throw new Problem(noFirm);
        return firmId;
      },
    });
  } finally {
    await database.end();
  }
}

const noKey = {
  code: 'cli.api-key-missing',
  what: 'Kommandot vet inte för vilken byrå det körs: BOKSLUT_API_KEY är inte satt, och ingen npm start är igång här.',
  advice: 'Sätt BOKSLUT_API_KEY till byråns nyckel (och DATABASE_URL med flera), eller starta npm start.',
};
const unknownKey = {
  code: 'cli.api-key-unknown',
  what: 'Nyckeln i BOKSLUT_API_KEY finns inte, eller är återkallad.',
  advice: 'Skapa en ny nyckel för byrån och sätt den.',
};
const notAllowed = (scope: Scope) => ({
  code: 'cli.scope-missing',
  what: `Nyckeln i BOKSLUT_API_KEY har inte rättigheten ${scope}.`,
  advice: 'Använd en nyckel som har den.',
});

const noDatabase = {
  code: 'cli.database-missing',
  what: 'Kommandot vet inte var databasen är: DATABASE_URL är inte satt, och ingen npm start är igång här.',
  advice: 'Sätt DATABASE_URL till databasen som rollen bokslut_app, eller starta npm start.',
};
const noFirm = {
  code: 'cli.firm-missing',
  what: 'Kommandot vet inte vilken byrå det gäller.',
  advice: 'Ange --firm med byråns id (firm list visar dem), eller sätt BOKSLUT_API_KEY.',
};
