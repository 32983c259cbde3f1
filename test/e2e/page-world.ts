import { mkdirSync } from 'node:fs';
import path from 'node:path';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { inject } from 'vitest';
import type { ClientContext } from '../../client/close/context.ts';
import { oidcConfig } from '../../client/web/oidc.ts';
import { createServer } from '../../client/http/create-server.ts';
import { setFourEyes } from '../../db/stores/firms.ts';
import { saveUser } from '../../db/stores/users.ts';
import { startIdentityProvider } from '../../dev/identity-provider.ts';
import { freePort } from '../../dev/ports.ts';
import { bundleWorkflows } from '../../worker/create-worker.ts';
import { createWorld } from '../workflow/world.ts';
import type { TestWorld } from '../workflow/world.ts';
import { startBrowser } from './browser.ts';

/** A firm with two people, the page, a worker, a sandbox and a browser. */
export interface PageWorld {
  readonly world: TestWorld;
  readonly url: string;
  /** A browser of its own for one person: no cookie is shared. What goes wrong in a page is kept in `complaints`. */
  person(options?: BrowserContextOptions): Promise<Page>;
  /** What the browsers' consoles said of faults in our pages. */
  readonly complaints: string[];
  end(): Promise<void>;
}

export async function createPageWorld(installed: Pick<ClientContext, 'rateSource'> = {}): Promise<PageWorld> {
  const world = await createWorld({
    server: inject('temporalAddress'),
    bundle: await bundleWorkflows(),
    sandbox: { vouchers: 250, invoices: 80 },
  });
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const people = [
    { subject: 'anna', name: 'Anna Exempel', email: 'anna@example.com', role: 'preparer' },
    { subject: 'bo', name: 'Bo Granskare', email: 'bo@example.com', role: 'reviewer' },
  ] as const;
  const provider = await startIdentityProvider({
    people: [...people, { subject: 'eva', name: 'Eva Utanför', email: 'eva@example.com' }],
    redirectUris: [`${url}/oidc/callback`],
  });
  await world.database.forFirm(world.caller.firmId, async (tx) => {
    await setFourEyes(tx, true);
    for (const { subject, name, email, role } of people) {
      await saveUser(tx, { issuer: provider.issuer, subject, name, email, role });
    }
  });
  const oidc = oidcConfig({
    OIDC_ISSUER: provider.issuer,
    OIDC_CLIENT_ID: provider.clientId,
    OIDC_CLIENT_SECRET: provider.clientSecret,
  });
  const server = await createServer(
    { ...world.client, ...installed, publicUrl: new URL(`${url}/`) },
    { port, loginLimit: { attempts: 1_000, perMs: 60_000 }, ...(oidc && { oidc }) },
  );
  const worker = await world.worker();
  const working = worker.run();
  const browser = await startBrowser();
  const complaints: string[] = [];
  return {
    world,
    url,
    complaints,
    person: (options = {}) => newPage(browser, complaints, options),
    async end() {
      await browser.close();
      await server.close();
      worker.shutdown();
      await working;
      await provider.stop();
      await world.end();
    },
  };
}

async function newPage(
  browser: Browser,
  complaints: string[],
  options: BrowserContextOptions,
): Promise<Page> {
  const context = await browser.newContext({
    locale: 'sv-SE',
    viewport: { width: 1280, height: 800 },
    ...options,
  });
  const page = await context.newPage();
  page.setDefaultTimeout(20_000);
  page.on('pageerror', ({ message }) => complaints.push(message));
  page.on('console', (line) => {
    // A page with a refusal has a status of its own, which the console calls an error.
    if (line.type() === 'error' && !line.text().startsWith('Failed to load resource'))
      complaints.push(line.text());
  });
  return page;
}

/** Logs in as somebody whom the local identity provider knows. */
export async function signIn(page: Page, url: string, name: string): Promise<void> {
  await page.goto(url);
  await page.getByRole('button', { name: 'Logga in' }).click();
  await page.getByRole('button', { name }).click();
}

/** Starts a close of the sandbox's company in the page; answers its address. */
export async function startClose(page: Page, { world }: PageWorld): Promise<string> {
  const [company] = world.sandbox.companies;
  await page.getByRole('link', { name: 'Nytt bokslut' }).first().click();
  await page.getByLabel('Namn').fill(company?.name ?? '');
  await page.getByLabel('Organisationsnummer').fill(company?.organisationNumber ?? '');
  await page.getByLabel('Från och med').fill('2025-01-01');
  await page.getByLabel('Till och med').fill('2025-12-31');
  await page.getByRole('button', { name: 'Starta bokslutet' }).click();
  await page.waitForURL(/\/bokslut\/[0-9a-f-]{36}$/);
  return page.url();
}

const folder = path.resolve(import.meta.dirname, '../../out/screenshots');

/** For a person to look at: `out/screenshots/`. */
export async function picture(page: Page, name: string): Promise<void> {
  mkdirSync(folder, { recursive: true });
  await page.screenshot({ path: path.join(folder, `page-${name}.png`), fullPage: true });
}
