import { setTimeout as sleep } from 'node:timers/promises';
import { openDatabase } from '../../db/database.ts';
import { createFortnoxLogin } from '../../fortnox/login.ts';
import { createSealer } from '../../fortnox/seal.ts';
import { Secret } from '../../fortnox/secret.ts';
import { createTokenCustody } from '../../fortnox/token-custody.ts';

/** A process of its own that asks many times at once for one connection's access token. Prints what it got, each one once. */
export interface RefresherInput {
  readonly databaseUrl: string;
  readonly authUrl: string;
  readonly clientId: string;
  readonly clientSecret: string;
  readonly tokenKeys: string;
  readonly firmId: string;
  readonly connectionId: string;
  readonly count: number;
  readonly beginAtMs: number;
}

const input: RefresherInput = JSON.parse(process.argv[2] ?? '{}');
const database = await openDatabase(input.databaseUrl, { connections: 4 });
const custody = createTokenCustody({
  database,
  login: createFortnoxLogin({
    clientId: input.clientId,
    clientSecret: new Secret(input.clientSecret),
    baseUrl: new URL(input.authUrl),
    authUrl: new URL(input.authUrl),
  }),
  sealer: createSealer(input.tokenKeys),
  log: () => undefined,
});
await sleep(input.beginAtMs - Date.now());
const answers = await Promise.all(
  Array.from({ length: input.count }, () =>
    custody
      .credentials(input.firmId, input.connectionId)
      .accessToken()
      .then(
        (token) => token.reveal(),
        (error: unknown) => String(error),
      ),
  ),
);
await database.end();
console.log(JSON.stringify({ answers: answers.length, different: [...new Set(answers)] }));
