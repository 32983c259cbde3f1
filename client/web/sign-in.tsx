import { Hono } from 'hono';
import { deleteCookie, getCookie, setCookie } from 'hono/cookie';
import type { CookieOptions } from 'hono/utils/cookie';
import { Problem } from '../../accounting/problem.ts';
import { getFirm } from '../../db/stores/firms.ts';
import { createSession, endSession, userOfSession } from '../../db/stores/sessions.ts';
import { usersOfSubject } from '../../db/stores/users.ts';
import type { ClientContext } from '../close/context.ts';
import type { AppContext, AppEnv } from '../http/app-env.ts';
import { startSession } from '../http/sign-in.ts';
import { textFields } from './form-fields.ts';
import { Frame, show } from './frame.tsx';
import { openProvider } from './oidc.ts';
import type { OidcConfig, SignInTry } from './oidc.ts';

const tryLifetimeMs = 10 * 60_000;

/** Logging in by OpenID Connect: `/logga-in`, the way back, and the choice of firm for those who work at several. */
export function oidcSignIn(config: OidcConfig): Hono<AppEnv> {
  const provider = openProvider(config);
  return new Hono<AppEnv>()
    .get('/logga-in', async (c) => (c.var.who?.user ? c.redirect('/', 303) : showSignIn(c)))
    .post('/logga-in', async (c) => {
      const { url, kept } = await provider.begin(redirectUri(c.var.client));
      setCookie(c, tryCookie(c.var.client), Buffer.from(JSON.stringify(kept)).toString('base64url'), {
        ...cookieOptions(c.var.client),
        maxAge: tryLifetimeMs / 1000,
      });
      return c.redirect(url.href, 303);
    })
    .get('/oidc/callback', async (c) => {
      const { client } = c.var;
      const kept = keptTry(getCookie(c, tryCookie(client)));
      deleteCookie(c, tryCookie(client), cookieOptions(client));
      const callback = new URL(redirectUri(client));
      callback.search = new URL(c.req.url).search;
      const { issuer, subject } = await provider.finish(callback, kept);
      return welcome(c, await usersOfSubject(client.database, issuer, subject));
    })
    .post('/logga-in/byra', chooseFirm);
}

const redirectUri = ({ publicUrl }: ClientContext): string => new URL('oidc/callback', publicUrl).href;

const tryCookie = ({ publicUrl }: ClientContext): string =>
  publicUrl.protocol === 'https:' ? '__Host-bokslut-inloggning' : 'bokslut-inloggning';

const cookieOptions = ({ publicUrl }: ClientContext): CookieOptions => ({
  path: '/',
  httpOnly: true,
  // Lax, not Strict: the person comes back from the provider's page.
  sameSite: 'Lax',
  secure: publicUrl.protocol === 'https:',
});

/** @throws Problem `sign-in.expired` for a browser that began nothing, or too long ago */
function keptTry(cookie: string | undefined): SignInTry {
  try {
    const kept: Partial<SignInTry> = JSON.parse(Buffer.from(cookie ?? '', 'base64url').toString());
    const { state, nonce, verifier } = kept;
    if (typeof state === 'string' && typeof nonce === 'string' && typeof verifier === 'string') {
      return { state, nonce, verifier };
    }
  } catch {
    // Not ours.
  }
  throw new Problem(expired);
}

type FirmUser = Awaited<ReturnType<typeof usersOfSubject>>[number];

async function welcome(c: AppContext, users: readonly FirmUser[]): Promise<Response> {
  const [one, ...others] = users;
  if (!one) throw new Problem(unknownPerson);
  if (others.length > 0) return showFirms(c, users);
  await startSession(c, one.firmId, one.userId);
  return c.redirect('/', 303);
}

/**
 * Who has proved who they are says which firm. Each button carries a session of a few minutes as its proof, so that
 * nothing that a browser can make up decides whose books it sees.
 */
async function showFirms(c: AppContext, users: readonly FirmUser[]): Promise<Response> {
  const { database } = c.var.client;
  const firms: { name: string; proof: string }[] = [];
  for (const { firmId, userId } of users) {
    const firm = await database.forFirm(firmId, async (tx) => ({
      name: (await getFirm(tx)).name,
      proof: await createSession(tx, { userId, lifetimeMs: tryLifetimeMs }),
    }));
    firms.push(firm);
  }
  return show(
    c,
    <Frame title="Välj byrå">
      <section class="card stack narrow middle">
        <h1>Välj byrå</h1>
        <form method="post" action="/logga-in/byra" class="stack">
          {firms.map(({ name, proof }) => (
            <button class="secondary wide" name="proof" value={proof}>
              {name}
            </button>
          ))}
        </form>
      </section>
    </Frame>,
  );
}

async function chooseFirm(c: AppContext): Promise<Response> {
  const { database } = c.var.client;
  const { proof = '' } = textFields(await c.req.parseBody());
  const user = await userOfSession(database, proof);
  if (!user) throw new Problem(expired);
  await database.forFirm(user.firmId, (tx) => endSession(tx, proof));
  await startSession(c, user.firmId, user.id);
  return c.redirect('/', 303);
}

const showSignIn = (c: AppContext): Promise<Response> =>
  show(
    c,
    <Frame title="Logga in">
      <section class="card stack narrow middle">
        <h1>Bokslut</h1>
        <p>Årsbokslut för företag med bokföringen i Fortnox: från import till årsakt.</p>
        <form method="post" action="/logga-in">
          <button class="primary wide">Logga in</button>
        </form>
      </section>
    </Frame>,
  );

const expired = {
  code: 'sign-in.expired',
  what: 'Inloggningen tog för lång tid, eller påbörjades i en annan webbläsare.',
  advice: 'Gå till startsidan och logga in igen.',
};

const unknownPerson = {
  code: 'sign-in.unknown-person',
  what: 'Du är inloggad, men hör inte till någon byrå här.',
  advice: 'Be byråns administratör att lägga till dig.',
};
