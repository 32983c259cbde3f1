import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { randomUUID } from 'node:crypto';
import { listFiles } from '../../db/stores/files.ts';
import { createFirm } from '../../db/stores/firms.ts';
import { createSession, userOfSession } from '../../db/stores/sessions.ts';
import { listUsers, saveUser } from '../../db/stores/users.ts';
import { control, inFortnox } from '../workflow/world.ts';
import { createPageWorld, picture, signIn, startClose } from './page-world.ts';
import type { PageWorld } from './page-world.ts';

let world: PageWorld;
let anna: Page;
let close: string;

beforeAll(async () => {
  world = await createPageWorld();
  // Without script: what is shown and done here needs none.
  anna = await world.person({ javaScriptEnabled: false, viewport: { width: 820, height: 1180 } });
  await signIn(anna, world.url, 'Anna Exempel');
});
afterAll(() => world.end());

/** Pages without script are asked again, as a person reloads them. */
const patience = { timeout: 60_000, interval: 250 };

const voucher = (page: Page, at: number) => page.locator('[data-voucher]').nth(at);
const get = (path: string, cookie = ''): Promise<Response> =>
  fetch(`${world.url}${path}`, { redirect: 'manual', headers: { accept: 'text/html', cookie } });

async function cookieOf(page: Page): Promise<string> {
  const cookies = await page.context().cookies(world.url);
  return cookies.map(({ name, value }) => `${name}=${value}`).join('; ');
}

it('sends whoever is not logged in to the login, whatever they ask for', async () => {
  for (const path of ['/', `/bokslut/${randomUUID()}`, `/bokslut/${randomUUID()}/live`, '/bokslut/nytt']) {
    const response = await get(path);
    expect([path, response.status, response.headers.get('location')]).toEqual([path, 303, '/logga-in']);
  }
});

it('tells somebody whom the provider knows and no firm does', async () => {
  const eva = await world.person();
  await signIn(eva, world.url, 'Eva Utanför');
  await eva.getByText('hör inte till någon byrå').waitFor();
  expect((await eva.context().cookies(world.url)).map(({ name }) => name)).not.toContain('bokslut');
  await eva.context().close();
});

it('lets somebody who works at two firms choose, by a proof that nobody can make up', async () => {
  const { firmId } = world.world.caller;
  const known = (await world.world.database.forFirm(firmId, listUsers)).find(
    ({ subject }) => subject === 'bo',
  );
  const otherFirm = randomUUID();
  await world.world.database.forFirm(otherFirm, async (tx) => {
    await createFirm(tx, { name: 'Andra byrån AB' });
    const { issuer, subject, name, email } = known!;
    await saveUser(tx, { issuer, subject, name, email, role: 'preparer' });
  });
  const bo = await world.person();
  await signIn(bo, world.url, 'Bo Granskare');
  await bo.getByRole('heading', { name: 'Välj byrå' }).waitFor();
  const forged = await bo.request.post(`${world.url}/logga-in/byra`, {
    form: { proof: `${otherFirm}.${'A'.repeat(43)}` },
    headers: { origin: world.url },
  });
  expect(forged.status()).toBe(400);
  const proof = await bo.getByRole('button', { name: 'Andra byrån AB' }).getAttribute('value');
  await bo.getByRole('button', { name: 'Andra byrån AB' }).click();
  await bo.getByRole('link', { name: 'Nytt bokslut' }).first().waitFor();
  const [session] = (await bo.context().cookies(world.url)).filter(({ name }) => name === 'bokslut');
  expect(await userOfSession(world.world.database, session!.value)).toMatchObject({ firmId: otherFirm });
  // The proof has done its work.
  expect(await userOfSession(world.world.database, proof!)).toBeUndefined();
  await bo.context().close();
  // Elsewhere in this file Bo works at one firm.
  await world.world.database.forFirm(otherFirm, (tx) => tx.sql`update users set active = false`);
});

it('keeps its cookie from scripts and its pages from other sites’ scripts and frames', async () => {
  const cookies = await anna.context().cookies(world.url);
  expect(cookies.find(({ name }) => name === 'bokslut')).toMatchObject({ httpOnly: true, sameSite: 'Lax' });
  const policy = (await get('/', await cookieOf(anna))).headers.get('content-security-policy') ?? '';
  expect(policy).toContain("default-src 'none'");
  expect(policy).toContain("frame-ancestors 'none'");
  expect(policy).not.toContain('unsafe');
});

it('refuses a form that another site posts', async () => {
  const before = await (await get('/', await cookieOf(anna))).text();
  const response = await fetch(`${world.url}/bokslut/nytt`, {
    method: 'POST',
    redirect: 'manual',
    headers: { cookie: await cookieOf(anna), origin: 'https://evil.example', accept: 'text/html' },
    body: new URLSearchParams({
      name: 'X',
      organisationNumber: '9999990107',
      from: '2025-01-01',
      to: '2025-12-31',
    }),
  });
  expect(response.status).toBe(403);
  expect(await (await get('/', await cookieOf(anna))).text()).toBe(before);
});

it('says everything that is wrong with a new close at once, and keeps what was typed', async () => {
  await anna.goto(`${world.url}/bokslut/nytt`);
  await anna.getByLabel('Namn').fill('Kort nummer AB');
  await anna.getByLabel('Organisationsnummer').fill('123');
  await anna.getByLabel('Till och med').fill('2030-12-31');
  await anna.getByRole('button', { name: 'Starta bokslutet' }).click();
  const told = await anna.getByRole('alert').innerText();
  expect(told).toContain('högst arton månader');
  expect(told).toContain('tio siffror');
  expect(await anna.getByLabel('Namn').inputValue()).toBe('Kort nummer AB');
});

it('shows nothing of another firm', async () => {
  await anna.goto(world.url);
  close = await startClose(anna, world);
  const firmId = randomUUID();
  const cookie = await world.world.database.forFirm(firmId, async (tx) => {
    await createFirm(tx, { name: 'Andra byrån AB' });
    const user = {
      issuer: 'other',
      subject: 'other',
      name: 'Olle',
      email: 'o@example.com',
      role: 'administrator',
    } as const;
    return createSession(tx, { userId: (await saveUser(tx, user)).id, lifetimeMs: 60_000 });
  });
  const path = new URL(close).pathname;
  for (const section of [
    '',
    '/datakalla',
    '/bilagor/1510.pdf',
    '/historik',
    '/parm.zip',
    `/filer/${randomUUID()}`,
    `/kallfiler/${'0'.repeat(64)}.se`,
    '/konton',
  ]) {
    const response = await get(`${path}${section}`, `bokslut=${cookie}`);
    expect([section, response.status]).toEqual([section, 404]);
    expect(await response.text()).not.toContain(world.world.sandbox.companies[0]?.name);
  }
});

it('refuses a login for another company, and revokes it', async () => {
  await anna.goto(world.url);
  await anna.getByRole('link', { name: 'Nytt bokslut' }).first().click();
  await anna.getByLabel('Nytt företags namn').fill('Ett annat företag AB');
  await anna.getByLabel('Organisationsnummer').fill('999999-0909');
  await anna.getByRole('button', { name: 'Starta bokslutet' }).click();
  await anna.getByRole('button', { name: 'Importera från Fortnox' }).click();
  await anna.getByRole('button', { name: 'Godkänn' }).click();
  const told = await anna.getByRole('alert').innerText();
  expect(told).toContain('login.wrong-company');
  expect(told).toContain('Inloggningen är återkallad');
  const requests = (await control(world.world, 'GET', 'requests?since=0')) as { path: string }[];
  expect(requests.map(({ path }) => path).some((path) => path.endsWith('/revoke'))).toBe(true);
});

it('works without script from login to an exported voucher', { timeout: 240_000 }, async () => {
  await anna.goto(close);
  await anna.getByRole('button', { name: 'Importera från Fortnox' }).click();
  await anna.getByRole('button', { name: 'Godkänn' }).click();
  await anna.getByRole('button', { name: 'Ja, importera' }).click();
  const ready = anna.getByRole('heading', { name: 'Granska bilagorna och justera' });
  await expect.poll(async () => (await anna.goto(close), ready.count()), patience).toBe(1);
  await picture(anna, 'platta-laget');

  await anna.getByRole('link', { name: 'Till justeringarna' }).click();
  await voucher(anna, 0).getByLabel('Text', { exact: true }).fill('Upplupen ränta');
  await voucher(anna, 0).getByLabel('Konto').nth(0).fill('8410');
  await voucher(anna, 0).getByLabel('Debet').nth(0).fill('100');
  await anna.getByRole('button', { name: 'Ny verifikation' }).click();
  await voucher(anna, 0).getByLabel('Konto').nth(1).fill('2990');
  await voucher(anna, 0).getByLabel('Kredit').nth(1).fill('100');
  await voucher(anna, 1).getByLabel('Text', { exact: true }).fill('Tas bort igen');
  await anna.getByRole('button', { name: 'Ny verifikation' }).click();
  await voucher(anna, 1).getByRole('button', { name: 'Ta bort verifikationen' }).click();
  await anna.getByRole('button', { name: 'Spara', exact: true }).click();
  await anna.getByText('Sparat.', { exact: true }).waitFor();
  expect(await anna.locator('[data-voucher]').count()).toBe(2);
  await picture(anna, 'platta-justeringar');

  const bo = await world.person({ javaScriptEnabled: false });
  await signIn(bo, world.url, 'Bo Granskare');
  await bo.goto(`${close}/godkann`);
  await bo.getByRole('radio', { name: /^K / }).check();
  await bo.getByRole('radio', { name: /^Fortsätt justera/ }).check();
  await bo.getByRole('button', { name: 'Godkänn och exportera till Fortnox' }).click();
  const booked = bo.getByText('Bokförd och kontrollerad');
  await expect.poll(async () => (await bo.reload(), booked.count()), patience).toBe(1);
  await bo.context().close();
});

it(
  'tells what others have changed since the last import, and refuses a date in a locked period',
  { timeout: 240_000 },
  async () => {
    await expect
      .poll(async () => (await anna.goto(close), anna.getByText('Justeras').count()), patience)
      .toBe(1);
    const rows = [
      { account: 1930, debit: '10.00' },
      { account: 3740, credit: '10.00' },
    ];
    await inFortnox(
      world.world,
      { op: 'addVoucher', series: 'A', date: '2025-12-30', text: 'Någon annans', rows },
      { op: 'lockPeriod', until: '2025-06-30' },
    );
    await anna.goto(`${close}/datakalla`);
    await anna.getByRole('button', { name: 'Importera på nytt' }).click();
    const second = anna.getByText('Alla importer (2)');
    const table = anna.locator('table', { has: anna.locator('caption') });
    // Without script a page stays as it was when it was asked for, be it in the middle of the import.
    const shown = second.and(anna.locator('body:has(table caption) *'));
    await expect.poll(async () => (await anna.goto(`${close}/import`), shown.count()), patience).toBe(1);
    const changes = await table.innerText();
    expect(changes).toContain('1 nya, 0 ändrade, 0 borttagna, 1 från det här bokslutet');
    expect(changes).toMatch(/Ny\s+A \d+\s+2025-12-30\s+Någon annans\s+10,00/);
    await picture(anna, 'platta-import');
    await anna.goto(`${close}/justeringar`);
    await voucher(anna, 0).getByLabel('Text', { exact: true }).fill('För sent');
    await voucher(anna, 0).getByLabel('Datum').fill('2025-05-31');
    await anna.getByRole('button', { name: 'Spara', exact: true }).click();
    expect(await voucher(anna, 0).innerText()).toContain('Perioden är låst till och med 2025-06-30');
  },
);

it('refuses an HTML page as a SIE file, and stores nothing', async () => {
  await anna.goto(`${world.url}/bokslut/nytt`);
  await anna.getByLabel('Nytt företags namn').fill('SIE-kunden AB');
  await anna.getByLabel('Organisationsnummer').fill('999999-0206');
  await anna.getByText('För kunder utan API').click();
  await anna.getByRole('button', { name: 'Starta bokslutet' }).click();
  // The file is chosen next.
  await anna.waitForURL(/\/datakalla$/);
  const started = anna.url().replace(/\/datakalla$/, '');
  for (const [text, code] of [
    ['<!doctype html><title>Logga in</title>', 'sie.'],
    ['#FLAGGA 0\r\n#SIETYP 4\r\n#KSUMMA\r\n#RAR 0 20250101 20251231\r\n', 'sie.'],
  ] as const) {
    await anna.goto(`${started}/datakalla`);
    await anna
      .getByLabel('SIE 4-fil')
      .setInputFiles({ name: 'bok.se', mimeType: 'text/plain', buffer: Buffer.from(text) });
    await anna.getByRole('button', { name: 'Importera filen' }).click();
    expect(await anna.getByRole('alert').innerText()).toContain(code);
    // Said where another can be chosen at once.
    expect(await anna.getByLabel('SIE 4-fil').count()).toBe(1);
  }
  const engagementId = started.split('/').at(-1) ?? '';
  const files = await world.world.database.forFirm(world.world.caller.firmId, (tx) =>
    listFiles(tx, engagementId),
  );
  expect(files).toEqual([]);
});

it('logs out: the session is gone, not only the cookie', async () => {
  const cookie = await cookieOf(anna);
  expect((await get('/', cookie)).status).toBe(200);
  await anna.goto(world.url);
  await anna.getByRole('button', { name: 'Logga ut' }).click();
  await anna.getByRole('button', { name: 'Logga in' }).waitFor();
  expect((await get('/', cookie)).status).toBe(303);
});

it('has no script, style or handler within a page, and a name for every field', async () => {
  const bo = await world.person();
  await signIn(bo, world.url, 'Bo Granskare');
  for (const section of [
    '',
    '/datakalla',
    '/import',
    '/bilagor',
    '/bilagor/1510',
    '/justeringar',
    '/godkann',
    '/export',
    '/historik',
    '/parm',
  ]) {
    await bo.goto(`${close}${section}`);
    const faults = await bo.evaluate(`[
      ...document.querySelectorAll('[style], style, script:not([src]), img:not([alt])'),
      ...[...document.querySelectorAll('*')].filter((one) => [...one.attributes].some(({ name }) => name.startsWith('on'))),
      ...[...document.querySelectorAll('input:not([type=hidden]), select')].filter(
        (one) => one.labels.length === 0 && !one.getAttribute('aria-label'),
      ),
      ...[...document.querySelectorAll('[id]')].filter(({ id }) => document.querySelectorAll('#' + CSS.escape(id)).length > 1),
    ].map((one) => one.outerHTML.slice(0, 200))`);
    expect([section, faults]).toEqual([section, []]);
    expect(await bo.locator('h1').count()).toBe(1);
  }
  expect(world.complaints).toEqual([]);
});
