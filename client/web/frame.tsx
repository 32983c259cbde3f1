import type { Child } from 'hono/jsx';
import { getFirm } from '../../db/stores/firms.ts';
import type { AppContext, Who } from '../http/app-env.ts';
import { icon, moduleScript, styleSheet } from './assets.ts';

/** Who is looking, as the top of every page says it. */
export interface Viewer {
  /** Keeps what one person has typed in a browser apart from another's. */
  readonly id: string;
  readonly name: string;
  readonly firm: string;
}

export interface FrameProps {
  readonly title: string;
  readonly viewer?: Viewer | undefined;
  /** Where the page hears that something has changed; a page that stands still has none. */
  readonly live?: { readonly path: string; readonly version: string } | undefined;
  readonly children?: Child;
}

export function Frame({ title, viewer, live, children }: FrameProps) {
  return (
    <html lang="sv">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <title>{`${title} · Bokslut`}</title>
        <link rel="icon" type="image/svg+xml" href={icon.path} />
        <link rel="stylesheet" href={styleSheet.path} />
        <script type="module" src={moduleScript.path}></script>
      </head>
      <body
        {...(viewer && { 'data-who': viewer.id })}
        {...(live && { 'data-live-path': live.path, 'data-live-version': live.version })}
      >
        <a class="skip" href="#innehall">
          Till innehållet
        </a>
        <header class="top">
          <a class="brand" href="/">
            <img src={icon.path} alt="" width="26" height="26" />
            Bokslut
          </a>
          {viewer && (
            <>
              <nav aria-label="Huvudmeny">
                <a href="/">Översikt</a>
                <a href="/bokslut/nytt">Nytt bokslut</a>
                <a href="/meddelanden">Meddelanden</a>
              </nav>
              <form method="post" action="/logga-ut" class="viewer">
                <span>
                  {viewer.name}
                  <small>{viewer.firm}</small>
                </span>
                <button class="quiet">Logga ut</button>
              </form>
            </>
          )}
        </header>
        <p class="offline" role="status" hidden>
          Anslutningen till servern är bruten. Försöker igen …
        </p>
        <main id="innehall" tabindex={-1}>
          {children}
        </main>
      </body>
    </html>
  );
}

/** Sends a page. Pages show what holds now: no browser or proxy keeps them. */
export async function show(
  c: AppContext,
  page: { toString(): string | Promise<string> },
  status = 200,
): Promise<Response> {
  c.status(status as Parameters<typeof c.status>[0]);
  c.header('cache-control', 'no-store');
  return c.html(`<!doctype html>${await page.toString()}`);
}

export async function viewerOf(c: AppContext, { caller, user }: Who): Promise<Viewer> {
  const firm = await c.var.client.database.forFirm(caller.firmId, getFirm);
  return { id: user?.id ?? '', name: user?.name ?? 'Byråns program (API)', firm: firm.name };
}
