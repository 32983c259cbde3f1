import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import {
  adjustment,
  approveLatest,
  logIn,
  saveAndApprove,
  startClose,
  untilStatus,
} from '../workflow/world.ts';
import { setFourEyes } from '../../db/stores/firms.ts';
import { violations } from './axe.ts';
import { createPageWorld, picture, signIn } from './page-world.ts';
import type { PageWorld } from './page-world.ts';

let world: PageWorld;
/** As the pages are looked at: light on a laptop, dark on a tablet. */
let looks: Record<'ljus-1280' | 'mork-820', Page>;
let close: string;

beforeAll(async () => {
  world = await createPageWorld();
  // The browsers' policy forbids scripts of others; the rules are ours to bring.
  looks = {
    'ljus-1280': await world.person({ bypassCSP: true, colorScheme: 'light' }),
    'mork-820': await world.person({
      bypassCSP: true,
      colorScheme: 'dark',
      viewport: { width: 820, height: 1180 },
    }),
  };
  // One and the same saves and approves here; the journey looks at four eyes.
  await world.world.database.forFirm(world.world.caller.firmId, (tx) => setFourEyes(tx, false));
  const id = await startClose(world.world);
  await logIn(world.world, id);
  await untilStatus(world.world, id, ({ phase }) => phase === 'adjusting');
  await saveAndApprove(world.world, id, [adjustment('a'), adjustment('b', { transfer: false })], 'K', false);
  await untilStatus(world.world, id, (one) => one.phase === 'adjusting' && one.export !== null);
  close = `/bokslut/${id}`;
});
afterAll(() => world.end());

async function everywhere(path: string, name: string): Promise<void> {
  await Promise.all(
    Object.entries(looks).map(async ([look, page]) => {
      await page.goto(`${world.url}${path}`);
      await picture(page, `${look}-${name}`);
      expect([path, look, await violations(page)]).toEqual([path, look, []]);
    }),
  );
}

/** One address for each kind of page that links lead to from here: pages that differ by a number or a name alone are of one kind. */
async function pagesFrom(start: string, isWanted: (path: string) => boolean): Promise<Map<string, string>> {
  const page = looks['ljus-1280'];
  const found = new Map([[kindOf(start), start]]);
  for (const path of found.values()) {
    await page.goto(`${world.url}${path}`);
    const links = await page.evaluate<string[]>(
      `[...document.querySelectorAll('a[href^="/"]')].map((one) => one.getAttribute('href'))`,
    );
    for (const link of links) {
      const isPage = isWanted(link) && !/\.(?:pdf|xlsx|zip|si|se)$|\/filer\/|#/.test(link);
      if (isPage && !found.has(kindOf(link))) found.set(kindOf(link), link);
    }
  }
  return found;
}

const kindOf = (path: string): string =>
  path
    .replaceAll(/[0-9a-f-]{36}/g, 'id')
    .replace(/\/bilagor\/[^/?]+/, '/bilagor/…')
    .replace(/(\/(?:verifikation|underlag|poster?)\/).+$/, '$1…')
    .replaceAll(/\d+/g, '1')
    .replace(/=[^&]*/g, '=');

it('finds what breaks a rule', async () => {
  const page = looks['ljus-1280'];
  await page.goto(`${world.url}/logga-in`);
  await page.evaluate(`document.querySelector('main').append(document.createElement('img'))`);
  expect(await violations(page)).toEqual([expect.stringContaining('image-alt')]);
});

it('breaks no rule before and after logging in, on the pages of the firm', { timeout: 300_000 }, async () => {
  for (const page of Object.values(looks)) await page.goto(`${world.url}/logga-in`);
  await everywhere('/logga-in', 'logga-in');
  for (const page of Object.values(looks)) await signIn(page, world.url, 'Bo Granskare');
  const firmWide = await pagesFrom('/', (path) => !/^\/(?:bokslut\/[0-9a-f-]{36}|assets)/.test(path));
  expect(firmWide.size).toBeGreaterThan(2);
  for (const [kind, path] of firmWide)
    await everywhere(path, `byran${kind.replaceAll(/[^a-zåäö0-9]+/g, '-')}`);
  await everywhere('/?q=finnsinte', 'oversikt-tom');
  await everywhere('/meddelanden', 'meddelanden');
  await everywhere('/api', 'api');
  await everywhere(`/bokslut/${world.world.caller.firmId}`, 'finns-inte');
});

it('breaks no rule on any page of a close', { timeout: 600_000 }, async () => {
  const pages = await pagesFrom(close, (path) => path.startsWith(close));
  expect([...pages.values()]).toEqual(
    expect.arrayContaining(
      ['/datakalla', '/import', '/bilagor', '/justeringar', '/godkann', '/export', '/historik', '/parm'].map(
        (section) => `${close}${section}`,
      ),
    ),
  );
  for (const [kind, path] of pages)
    await everywhere(
      path,
      kind === kindOf(close)
        ? 'laget'
        : kind
            .replace(kindOf(close), '')
            .replaceAll(/[^a-zåäö0-9]+/g, '-')
            .slice(1),
    );
});

it('breaks no rule where the editor refuses, and while an account is searched', async () => {
  for (const [look, page] of Object.entries(looks)) {
    await page.goto(`${world.url}${close}/justeringar`);
    const last = page.locator('[data-voucher]').last();
    await last.getByLabel('Text', { exact: true }).fill('Obalanserad');
    await last.getByLabel('Konto').first().fill('4711');
    await last.getByLabel('Debet').first().fill('abc');
    await page.keyboard.press('Control+s');
    await page.getByText('Bokslutsverifikationerna är inte sparade').waitFor();
    await page.locator('[data-voucher]').last().getByLabel('Konto').first().focus();
    await page.keyboard.type('bank');
    await page.getByRole('listbox').waitFor();
    await picture(page, `${look}-justeringar-fel`);
    expect([look, await violations(page)]).toEqual([look, []]);
  }
});

it('breaks no rule on the pages of a close that has ended', { timeout: 240_000 }, async () => {
  const id = close.split('/').at(-1) ?? '';
  await approveLatest(world.world, id);
  const ended = await untilStatus(world.world, id, ({ phase }) => phase === 'completed');
  expect(ended.attention).toBeNull();
  for (const section of ['', '/justeringar', '/godkann', '/export', '/historik', '/parm'])
    await everywhere(`${close}${section}`, `klart${section.replaceAll(/\W+/g, '-')}`);
});
