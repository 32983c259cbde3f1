import {
  allowInsecureRequests,
  authorizationCodeGrant,
  AuthorizationResponseError,
  buildAuthorizationUrl,
  calculatePKCECodeChallenge,
  discovery,
  randomNonce,
  randomPKCECodeVerifier,
  randomState,
} from 'openid-client';
import type { Configuration } from 'openid-client';
import { Problem } from '../../accounting/problem.ts';
import { Secret } from '../../fortnox/secret.ts';

/** The firms' OpenID Connect provider, whoever it is. */
export interface OidcConfig {
  readonly issuer: URL;
  readonly clientId: string;
  readonly clientSecret: Secret;
}

const variables = ['OIDC_ISSUER', 'OIDC_CLIENT_ID', 'OIDC_CLIENT_SECRET'] as const;

/**
 * OIDC_ISSUER, OIDC_CLIENT_ID and OIDC_CLIENT_SECRET; undefined when none of them is set: then people cannot log in.
 * @throws Problem `config.missing` naming those that are missing; `config.invalid` for an issuer that is no https address
 * (http only on this machine)
 */
export function oidcConfig(
  environment: Readonly<Record<string, string | undefined>>,
): OidcConfig | undefined {
  const missing = variables.filter((name) => !environment[name]);
  if (missing.length === variables.length) return undefined;
  if (missing.length > 0) {
    throw new Problem({
      code: 'config.missing',
      what: `Inställningar saknas för inloggningen: ${missing.join(', ')}.`,
      advice: 'Sätt alla tre, eller ingen av dem om ingen ska logga in på sidan.',
    });
  }
  const issuer = environment['OIDC_ISSUER'] ?? '';
  if (!URL.canParse(issuer) || !isTrustworthy(new URL(issuer))) {
    throw new Problem({
      code: 'config.invalid',
      what: 'OIDC_ISSUER är ingen https-adress.',
      advice: 'Ange utfärdarens adress som börjar med https://. Http godtas bara på den egna datorn.',
    });
  }
  return {
    issuer: new URL(issuer),
    clientId: environment['OIDC_CLIENT_ID'] ?? '',
    clientSecret: new Secret(environment['OIDC_CLIENT_SECRET'] ?? ''),
  };
}

const isLocal = ({ hostname }: URL): boolean => ['127.0.0.1', 'localhost', '[::1]'].includes(hostname);
const isTrustworthy = (url: URL): boolean =>
  url.protocol === 'https:' || (url.protocol === 'http:' && isLocal(url));

/** What the browser keeps while its person is at the provider, so that only it can come back. */
export interface SignInTry {
  readonly state: string;
  readonly nonce: string;
  readonly verifier: string;
}

export interface OidcProvider {
  /** Where the browser goes, and what it keeps meanwhile. */
  begin(redirectUri: string): Promise<{ readonly url: URL; readonly kept: SignInTry }>;
  /** Who came back. @throws Problem `sign-in.denied`, `sign-in.failed` */
  finish(callback: URL, kept: SignInTry): Promise<{ readonly issuer: string; readonly subject: string }>;
}

/** Code flow with PKCE, state and nonce; the provider is discovered at the first use and remembered once it answered. */
export function openProvider({ issuer, clientId, clientSecret }: OidcConfig): OidcProvider {
  let discovered: Promise<Configuration> | undefined;
  const provider = (): Promise<Configuration> => {
    discovered ??= discovery(issuer, clientId, clientSecret.reveal(), undefined, {
      execute: issuer.protocol === 'http:' ? [allowInsecureRequests] : [],
    }).catch((error: unknown) => {
      discovered = undefined;
      throw new Problem(unreachable, { cause: error });
    });
    return discovered;
  };
  return {
    async begin(redirectUri) {
      const config = await provider();
      const kept = { state: randomState(), nonce: randomNonce(), verifier: randomPKCECodeVerifier() };
      const url = buildAuthorizationUrl(config, {
        redirect_uri: redirectUri,
        scope: 'openid profile email',
        state: kept.state,
        nonce: kept.nonce,
        code_challenge: await calculatePKCECodeChallenge(kept.verifier),
        code_challenge_method: 'S256',
      });
      return { url, kept };
    },
    async finish(callback, { state, nonce, verifier }) {
      const config = await provider();
      try {
        const tokens = await authorizationCodeGrant(config, callback, {
          expectedState: state,
          expectedNonce: nonce,
          pkceCodeVerifier: verifier,
          idTokenExpected: true,
        });
        const claims = tokens.claims();
        if (!claims) throw new Problem(failed);
        return { issuer: claims.iss, subject: claims.sub };
      } catch (error) {
        if (error instanceof Problem) throw error;
        // The cause may hold what the provider said of the person: the log gets its name alone.
        throw new Problem(error instanceof AuthorizationResponseError ? denied : failed);
      }
    },
  };
}

const unreachable = {
  code: 'sign-in.provider-unreachable',
  what: 'Inloggningstjänsten svarar inte.',
  advice: 'Försök igen om en stund; hjälper det inte, kontakta driften.',
};

const denied = {
  code: 'sign-in.denied',
  what: 'Inloggningen avbröts.',
  advice: 'Försök igen om du vill logga in.',
};

const failed = {
  code: 'sign-in.failed',
  what: 'Inloggningen gick inte att fullfölja.',
  advice: 'Försök igen från början; hjälper det inte, kontakta driften.',
};
