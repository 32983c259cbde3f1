import { readFileSync } from 'node:fs';
import path from 'node:path';
import { z } from 'zod';
import { Problem } from '../../accounting/problem.ts';
import type { CloseClient } from '../close-client.ts';
import type { Scope } from '../close/api-keys.ts';
import type { Caller, ClientContext } from '../close/context.ts';
import type { Environment } from '../config.ts';

/** What `npm start` notes while it runs, so that the commands work beside it without a variable set. */
const runFile = path.resolve(import.meta.dirname, '..', '..', '.local', 'run.json');
const runSchema = z.object({ environment: z.record(z.string(), z.string()) });

/** The environment as it is when it names a database; else that of the `npm start` that runs here, if one does. */
export function surroundings(environment: Environment = process.env, file = runFile): Environment {
  if (environment['DATABASE_URL']) return environment;
  try {
    const run = runSchema.parse(JSON.parse(readFileSync(file, 'utf8')));
    return { ...environment, ...run.environment };
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
  // Loaded here, so that a command on a file does not wait for the database's and Temporal's code.
  const { openClient } = await import('../open-client.ts');
  const { callerOfApiKey } = await import('../close/api-keys.ts');
  const { closeClient } = await import('../close-client.ts');
  const { context, end } = await openClient(environment);
  try {
    const key = await callerOfApiKey(context, secret);
    if (!key) throw new Problem(unknownKey);
    if (!key.scopes.includes(scope)) throw new Problem(notAllowed(scope));
    return await work(closeClient(context, key.caller), context, key.caller);
  } finally {
    await end();
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
