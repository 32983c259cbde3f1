import { readFile } from 'node:fs/promises';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { saveAdjustments } from '../../client/close/adjustments.ts';
import { approvable } from '../../client/close/approval.ts';
import { setFourEyes } from '../../db/stores/firms.ts';
import {
  adjustment,
  control,
  inFortnox,
  logIn,
  saveAndApprove,
  startClose,
  untilStatus,
  vouchersIn,
} from '../workflow/world.ts';
import { violationsAt } from './axe.ts';
import { createPageWorld, picture, signIn } from './page-world.ts';
import type { PageWorld } from './page-world.ts';

/** What a person is told, and can do, when a transfer stands still. */

let world: PageWorld;
let bo: Page;
let id: string;
let address: string;

beforeAll(async () => {
  world = await createPageWorld();
  await world.world.database.forFirm(world.world.caller.firmId, (tx) => setFourEyes(tx, false));
  id = await startClose(world.world);
  await logIn(world.world, id);
  await untilStatus(world.world, id, ({ phase }) => phase === 'adjusting');
  bo = await world.person();
  await signIn(bo, world.url, 'Bo Granskare');
  address = `${world.url}/bokslut/${id}`;
});
afterAll(() => world.end());

const stopped = () => untilStatus(world.world, id, ({ attention }) => attention !== null);
const adjusting = () => untilStatus(world.world, id, ({ phase }) => phase === 'adjusting');
const inSeries = async (series: string): Promise<string[]> =>
  (await vouchersIn(world.world, series)).map((text) => text.replace(/ \(bokslut .*$/, ''));

it('tells what was booked and gives the rest as a file when Fortnox refuses in the middle', async () => {
  await control(world.world, 'POST', 'faults', [
    { match: { method: 'POST', path: '/3/vouchers' }, skip: 1, times: 1, fault: 'license-missing' },
  ]);
  await saveAndApprove(world.world, id, [adjustment('a'), adjustment('b')], 'K', false);
  await stopped();
  await bo.goto(`${address}/export`);
  await bo.getByRole('heading', { name: 'Överföringen har stannat' }).waitFor();
  expect(await bo.locator('.content').innerText()).toContain('1 av 2 verifikationer är bokförda');
  await picture(bo, 'stoppad-export');
  expect(await violationsAt(bo)).toEqual([]);
  const [download] = await Promise.all([
    bo.waitForEvent('download'),
    bo.getByRole('link', { name: 'Hämta resten som SIE 4I' }).click(),
  ]);
  const sie = (await readFile(await download.path())).toString('latin1');
  expect([sie.includes('Bokslut a'), sie.includes('Bokslut b')]).toEqual([false, true]);
});

it(
  'takes the rest back, and sends it to another series after a new approval',
  { timeout: 240_000 },
  async () => {
    await bo.getByRole('button', { name: 'Avsluta överföringen' }).click();
    await adjusting();
    await bo.goto(`${address}/godkann`);
    expect(await bo.locator('.content').innerText()).toContain('Redan i Fortnox: 1');
    await bo.getByRole('radio', { name: /^I / }).check();
    await bo.getByRole('radio', { name: /^Fortsätt justera/ }).check();
    await bo.getByRole('button', { name: 'Godkänn och exportera till Fortnox' }).click();
    await bo.getByText('I 1', { exact: true }).waitFor({ timeout: 60_000 });
    expect([await inSeries('K'), await inSeries('I')]).toEqual([['Bokslut a'], ['Bokslut b']]);
  },
);

it('goes on by one press when what was wrong is mended in Fortnox', { timeout: 240_000 }, async () => {
  await adjusting();
  await inFortnox(world.world, { op: 'lockPeriod', until: '2025-12-31' });
  await saveAndApprove(world.world, id, [adjustment('a'), adjustment('b'), adjustment('c')], 'K', false);
  await stopped();
  await bo.goto(`${address}/export`);
  expect(await bo.getByRole('alert').first().innerText()).toContain('Perioden är låst');
  await inFortnox(world.world, { op: 'lockPeriod', until: null });
  await bo.getByRole('button', { name: 'Fortsätt överföringen' }).click();
  await bo.getByText('K 2', { exact: true }).waitFor({ timeout: 60_000 });
});

it('lets an approver accept what others have booked since the import', { timeout: 240_000 }, async () => {
  await adjusting();
  const rows = [
    { account: 1930, debit: '10.00' },
    { account: 3740, credit: '10.00' },
  ];
  await inFortnox(world.world, {
    op: 'addVoucher',
    series: 'A',
    date: '2025-12-30',
    text: 'Någon annans',
    rows,
  });
  await saveAndApprove(
    world.world,
    id,
    ['a', 'b', 'c', 'd'].map((name) => adjustment(name)),
    'K',
    false,
  );
  await stopped();
  await bo.goto(`${address}/export`);
  const accept = bo.getByRole('button', { name: 'Godta ändringarna och fortsätt' });
  await accept.waitFor();
  expect(await bo.locator('.ways').innerText()).toMatch(/Nya: A-\d+/);
  await picture(bo, 'andrad-bokforing');
  expect(await violationsAt(bo)).toEqual([]);
  await accept.click();
  await bo.getByText('K 3', { exact: true }).waitFor({ timeout: 60_000 });
  expect(await inSeries('K')).toEqual(['Bokslut a', 'Bokslut c', 'Bokslut d']);
});

it('refuses an approval of what has been saved anew, and shows what holds now', async () => {
  await adjusting();
  await bo.goto(`${address}/godkann`);
  const form = await bo.evaluate(
    `new URLSearchParams(new FormData(document.querySelector('form.card'))).toString()`,
  );
  const { revision } = await approvable(world.world.client, world.world.caller, id);
  await saveAdjustments(world.world.client, world.world.caller, id, {
    expectedRevision: revision?.revision ?? 0,
    adjustments: ['a', 'b', 'c', 'd', 'e'].map((name) => adjustment(name)),
  });
  const [status, text] = await bo.evaluate<[number, string]>(`(async () => {
    const response = await fetch(location.href, { method: 'POST', body: new URLSearchParams(${JSON.stringify(form)}) });
    return [response.status, await response.text()];
  })()`);
  expect(status).toBe(409);
  expect(text).toContain('approval.stale');
});

it('had no fault in the browser', () => {
  expect(world.complaints).toEqual([]);
});
