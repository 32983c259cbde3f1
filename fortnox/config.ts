import { Problem } from '../accounting/problem.ts';
import { Secret } from './secret.ts';

/** Where Fortnox is and who we are there. */
export interface FortnoxConfig {
  readonly clientId: string;
  readonly clientSecret: Secret;
  /** Root of the API, without `/3`: `https://api.fortnox.se`. */
  readonly baseUrl: URL;
  /** Root of the login, without `/oauth-v1`: `https://apps.fortnox.se`. */
  readonly authUrl: URL;
}

const realBaseUrl = 'https://api.fortnox.se';
const realAuthUrl = 'https://apps.fortnox.se';

const requiredFortnoxVariables = ['FORTNOX_CLIENT_ID', 'FORTNOX_CLIENT_SECRET'] as const;

/**
 * Reads FORTNOX_CLIENT_ID, FORTNOX_CLIENT_SECRET and, when not the real ones, FORTNOX_BASE_URL and FORTNOX_AUTH_URL.
 * Throws Problem `config.missing` naming all that is missing, or `config.invalid` for an address that is none.
 */
export function fortnoxConfig(environment: Readonly<Record<string, string | undefined>>): FortnoxConfig {
  const missing = requiredFortnoxVariables.filter((name) => !environment[name]);
  if (missing.length > 0) {
    throw new Problem({
      code: 'config.missing',
      what: `Inställningar saknas för Fortnox: ${missing.join(', ')}.`,
      advice: 'Sätt miljövariablerna och starta om. Värdena finns i Fortnox Developer Portal.',
    });
  }
  return {
    clientId: environment['FORTNOX_CLIENT_ID'] ?? '',
    clientSecret: new Secret(environment['FORTNOX_CLIENT_SECRET'] ?? ''),
    baseUrl: address('FORTNOX_BASE_URL', environment['FORTNOX_BASE_URL'] || realBaseUrl),
    authUrl: address('FORTNOX_AUTH_URL', environment['FORTNOX_AUTH_URL'] || realAuthUrl),
  };
}

function address(name: string, text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url && (url.protocol === 'https:' || url.protocol === 'http:')) return url;
  throw new Problem({
    code: 'config.invalid',
    what: `${name} är ingen webbadress.`,
    advice: 'Ange en adress som börjar med https://, eller ta bort variabeln för att använda Fortnox egen.',
  });
}

/** `path` under a root address, whether or not the root ends with a slash. */
export const under = (root: URL, path: string): URL => new URL(`${root.href.replace(/\/+$/, '')}/${path}`);
