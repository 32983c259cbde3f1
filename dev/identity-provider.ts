import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Provider } from 'oidc-provider';
import type { Configuration } from 'oidc-provider';

const hour = 3_600; // seconds

/** A plainly fictitious person who can log in on this machine. */
export interface LocalPerson {
  readonly subject: string;
  readonly name: string;
  readonly email: string;
}

export interface IdentityProvider {
  readonly issuer: string;
  readonly clientId: string;
  readonly clientSecret: string;
  stop(): Promise<void>;
}

/**
 * A real OpenID Connect provider for one machine, so that accountants log in there as they do anywhere: code, PKCE,
 * state, nonce, signed id token. Its login page asks no password, only who one is. Never part of a deployment.
 */
export async function startIdentityProvider(options: {
  readonly people: readonly LocalPerson[];
  readonly redirectUris: readonly string[];
  readonly port?: number;
}): Promise<IdentityProvider> {
  const server = createServer();
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port ?? 0, '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo;
  const issuer = `http://127.0.0.1:${port}`;
  const client = { clientId: 'bokslut-local', clientSecret: randomBytes(24).toString('base64url') };
  const provider = new Provider(issuer, configuration(options, client));
  const answer = provider.callback();
  server.on('request', (request, response) => {
    const interaction = /^\/login\/([\w-]+)(?:\/(\d+))?$/.exec(request.url ?? '');
    const answered = interaction
      ? login(provider, options.people, request, response, interaction[2])
      : answer(request, response);
    answered.catch(() =>
      response.writeHead(400).end('Inloggningen har gått ut. Gå tillbaka och försök igen.'),
    );
  });
  return {
    issuer,
    ...client,
    async stop() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function configuration(
  { people, redirectUris }: { people: readonly LocalPerson[]; redirectUris: readonly string[] },
  { clientId, clientSecret }: { clientId: string; clientSecret: string },
): Configuration {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  return {
    clients: [{ client_id: clientId, client_secret: clientSecret, redirect_uris: [...redirectUris] }],
    cookies: { keys: [randomBytes(24).toString('base64url')] },
    jwks: { keys: [{ ...privateKey.export({ format: 'jwk' }), alg: 'RS256', use: 'sig', kid: 'local' }] },
    claims: { openid: ['sub'], profile: ['name'], email: ['email'] },
    conformIdTokenClaims: false,
    ttl: { AccessToken: hour, Grant: hour, IdToken: hour, Interaction: hour, Session: 12 * hour },
    features: { devInteractions: { enabled: false } },
    findAccount: (_context, subject) => {
      const person = people.find((one) => one.subject === subject);
      return (
        person && {
          accountId: subject,
          claims: () => ({ sub: subject, name: person.name, email: person.email }),
        }
      );
    },
    // There is one client and it is ours: nobody is asked for consent.
    loadExistingGrant: async (context) => {
      const { client, session, provider } = context.oidc;
      const grant = new provider.Grant({ clientId: client?.clientId, accountId: session?.accountId });
      grant.addOIDCScope('openid profile email');
      await grant.save();
      return grant;
    },
    interactions: { url: (_context, { uid }) => `/login/${uid}` },
  };
}

async function login(
  provider: Provider,
  people: readonly LocalPerson[],
  request: IncomingMessage,
  response: ServerResponse,
  choice: string | undefined,
): Promise<void> {
  const { uid } = await provider.interactionDetails(request, response);
  const person = choice === undefined ? undefined : people[Number(choice)];
  if (person) {
    await provider.interactionFinished(request, response, { login: { accountId: person.subject } });
    return;
  }
  const buttons = people.map(
    ({ name, email }, index) =>
      `<form method="post" action="/login/${uid}/${index}"><button>${name}</button> ${email}</form>`,
  );
  response.writeHead(200, { 'content-type': 'text/html; charset=utf-8' });
  response.end(`<!doctype html><html lang="sv"><meta charset="utf-8"><title>Vem är du?</title>
<h1>Vem är du?</h1><p>Provinloggning på den här datorn, utan lösenord.</p>${buttons.join('')}`);
}
