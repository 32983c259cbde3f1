import { readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { checkoutFolder } from '../../dev/local-folder.ts';
import { adjustment, logIn, startClose, untilStatus } from '../workflow/world.ts';
import { isoDate } from '../../accounting/dates.ts';
import { ore } from '../../accounting/money.ts';
import { saveAdjustments } from '../../client/close/adjustments.ts';
import { startEngagement } from '../../client/close/engagements.ts';
import { listUsers } from '../../db/stores/users.ts';
import { createPageWorld, signIn } from './page-world.ts';
import type { PageWorld } from './page-world.ts';

/**
 * README's pictures, taken of the pages as they are. They are made in every run; with `UPDATE_PICTURES=1` they are written
 * to docs/images, else to out/screenshots.
 */
const folder = path.join(checkoutFolder, process.env['UPDATE_PICTURES'] ? 'docs/images' : 'out/screenshots');
const mostBytes = 150_000;

const pictures = [
  { name: 'oversikt', section: undefined, shows: 'text=Exempel' },
  { name: 'avstamning', section: '/bilagor', shows: 'text=1510' },
  { name: 'justeringar', section: '/justeringar', shows: '[value="Upplupna bankkostnader"]' },
  { name: 'godkann', section: '/godkann', shows: 'text=Verifikationsserie' },
] as const;

/** So that the list is one. */
const others = ['Provbageriet AB', 'Påhittade Bygg AB', 'Exempelkliniken HB', 'Skogsprovet AB'];

let world: PageWorld;
let page: Page;
let id: string;
beforeAll(async () => {
  world = await createPageWorld();
  page = await world.person({ viewport: { width: 1200, height: 760 }, colorScheme: 'light' });
  id = await startClose(world.world);
  await logIn(world.world, id);
  await untilStatus(world.world, id, ({ phase }) => phase === 'adjusting');
  const { client, caller, database } = world.world;
  const users = await database.forFirm(caller.firmId, listUsers);
  const anna = users.find(({ name }) => name === 'Anna Exempel')?.id ?? '';
  await database.forFirm(caller.firmId, (tx) => tx.sql`update engagements set responsible_user_id = ${anna}`);
  await saveAdjustments(client, { ...caller, actor: `user:${anna}` }, id, {
    expectedRevision: 0,
    adjustments: [adjustment('one', { text: 'Upplupna bankkostnader' })],
  });
  for (const [index, name] of others.entries()) {
    await startEngagement(client, caller, {
      company: { name, organisationNumber: `999999-00${index}1` },
      year: { from: isoDate('2025-01-01'), to: isoDate('2025-12-31') },
      settings: { source: index === 2 ? 'sie' : 'fortnox', materialityOre: ore(100_00) },
      ...(index % 2 === 0 && { responsibleUserId: anna }),
    });
  }
  await signIn(page, world.url, 'Bo Granskare');
}, 180_000);
afterAll(() => world.end());

it.each(pictures)('$name can be taken, and is small', async ({ name, section, shows }) => {
  await page.goto(`${world.url}/${section === undefined ? '' : `bokslut/${id}${section}`}`);
  await page.locator('main').locator(shows).first().waitFor();
  const bytes = await page.screenshot({
    path: path.join(folder, `readme-${name}.png`),
    animations: 'disabled',
  });
  expect(bytes.byteLength).toBeLessThan(mostBytes);
});

describe('README', () => {
  const readme = readFileSync(path.join(checkoutFolder, 'README.md'), 'utf8');
  const shown = [...readme.matchAll(/docs\/images\/([\w.-]+)/g)].map(([, file]) => file ?? '');

  it('shows each of them, and the flow', () => {
    expect(shown.toSorted()).toEqual(
      ['flow.svg', ...pictures.map(({ name }) => `readme-${name}.png`)].toSorted(),
    );
    for (const file of shown) {
      const { size } = statSync(path.join(checkoutFolder, 'docs/images', file));
      expect([file, size > 1_000 && size < mostBytes]).toEqual([file, true]);
    }
  });
});
