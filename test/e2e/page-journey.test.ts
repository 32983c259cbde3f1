import { readFile } from 'node:fs/promises';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { vouchersIn } from '../workflow/world.ts';
import { createPageWorld, picture, signIn, startClose } from './page-world.ts';
import type { PageWorld } from './page-world.ts';

let world: PageWorld;
let anna: Page;
let bo: Page;
let close: string;

beforeAll(async () => {
  world = await createPageWorld();
  anna = await world.person();
  bo = await world.person({ colorScheme: 'dark' });
});
afterAll(() => world.end());

/** One voucher of the editor, counted from the top. */
const voucher = (page: Page, at: number) => page.locator('[data-voucher]').nth(at);

it('lets a person in by the identity provider and shows the firm’s closes', async () => {
  await signIn(anna, world.url, 'Anna Exempel');
  await anna.getByRole('heading', { name: 'Översikt' }).waitFor();
  expect(await anna.locator('.viewer').innerText()).toContain('Anna Exempel');
  close = await startClose(anna, world);
  await anna.getByRole('heading', { name: 'Anslut till Fortnox' }).waitFor();
  await picture(anna, '1-anslut');
});

it('says what to do when the login is denied at Fortnox', async () => {
  await anna.getByRole('button', { name: 'Importera från Fortnox' }).click();
  await anna.getByRole('button', { name: 'Neka' }).click();
  await anna.getByText('Behörigheten gavs inte hos Fortnox.').waitFor();
  expect(await anna.getByRole('alert').innerText()).toContain('login.denied');
  await anna.goto(close);
});

it(
  'asks which company it is before anything is fetched, and follows the import without a reload',
  { timeout: 240_000 },
  async () => {
    await anna.getByRole('button', { name: 'Importera från Fortnox' }).click();
    await anna.getByRole('button', { name: 'Godkänn' }).click();
    await anna.getByRole('heading', { name: 'Är det rätt företag?' }).waitFor();
    await picture(anna, '2-bekrafta');
    await anna.getByRole('button', { name: 'Ja, importera' }).click();
    await anna.waitForURL(close);
    await anna.evaluate(`document.body.setAttribute('data-same-page', '')`);
    await anna.getByRole('heading', { name: 'Granska bilagorna och justera' }).waitFor({ timeout: 60_000 });
    expect(await anna.locator('body[data-same-page]').count()).toBe(1);
    await picture(anna, '3-laget');
  },
);

it('shows an attachment that sums, with its documents', async () => {
  await anna.goto(`${close}/bilagor/1510`);
  const total = await anna.locator('tfoot .money').innerText();
  expect(total).toMatch(/\d,\d\d$/);
  const reconciliation = await anna.locator('section[aria-labelledby=avstamning]').innerText();
  expect(reconciliation).toContain(total);
  await picture(anna, '4-bilaga-1510');
  for (const [name, magic] of [
    ['PDF', '%PDF'],
    ['Excel', 'PK'],
  ] as const) {
    const [download] = await Promise.all([
      anna.waitForEvent('download'),
      anna.getByRole('link', { name, exact: true }).click(),
    ]);
    expect((await readFile(await download.path())).toString('latin1').slice(0, magic.length)).toBe(magic);
  }
});

it('keeps what was typed when a voucher is refused, and saves nothing', async () => {
  await anna.goto(`${close}/justeringar`);
  const first = voucher(anna, 0);
  await first.getByLabel('Text', { exact: true }).fill('Upplupna räntor');
  await first.getByLabel('Konto').nth(0).fill('8410');
  expect(await first.locator('.account-name').first().innerText()).toContain('Räntekostnader');
  await first.getByLabel('Debet').nth(0).fill('1 250,50');
  await first.getByLabel('Debet').nth(0).press('Enter');
  await anna.keyboard.type('4711');
  await first.getByLabel('Kredit').nth(1).fill('1250');
  expect(await first.locator('[data-sum=differens]').innerText()).toBe('Differens 0,50');
  await anna.getByRole('button', { name: 'Spara' }).click();
  await anna.getByText('Bokslutsverifikationerna är inte sparade.').waitFor();
  expect(await first.innerText()).toContain('Debet och kredit skiljer 0,50 kr.');
  expect(await first.innerText()).toContain('Konto 4711 finns inte i kontoplanen.');
  expect(await first.getByLabel('Debet').nth(0).inputValue()).toBe('1 250,50');
  expect(await anna.locator('.section-head').first().innerText()).toContain('Inget sparat än');
  await picture(anna, '5-nekad');
});

it('offers what was typed and not saved after a reload', async () => {
  await anna.goto(`${close}/justeringar`);
  expect(await voucher(anna, 0).getByLabel('Text', { exact: true }).inputValue()).toBe('');
  await anna.getByRole('button', { name: 'Ta fram dem' }).click();
  await anna.getByText('Osparade ändringar').waitFor();
  expect(await voucher(anna, 0).getByLabel('Text', { exact: true }).inputValue()).toBe('Upplupna räntor');
});

it('saves a voucher and a proposal by the keyboard', async () => {
  await voucher(anna, 0).getByLabel('Konto').nth(1).fill('2990');
  await voucher(anna, 0).getByLabel('Kredit').nth(1).fill('1250,50');
  await anna.getByRole('button', { name: 'Ta upp' }).first().click();
  await anna.getByText('Upptaget').waitFor();
  await anna.keyboard.press('Control+s');
  await anna.getByText('Sparat.', { exact: true }).waitFor();
  expect(await anna.locator('.section-head').first().innerText()).toContain(
    'Revision 1, sparad av Anna Exempel',
  );
  expect(await anna.locator('[data-voucher]').count()).toBe(3);
  await picture(anna, '6-justeringar');
});

it('takes pasted rows as a spreadsheet has them', async () => {
  const fresh = voucher(anna, 2);
  await fresh.getByLabel('Text', { exact: true }).fill('Inklistrat');
  await fresh.getByLabel('Konto').first().focus();
  await anna.evaluate(`
    const clipboardData = new DataTransfer();
    clipboardData.setData('text/plain', '5010\\t100,00\\t\\thyra\\n1790\\t\\t60,00\\n2990\\t\\t40,00\\n');
    document.activeElement.dispatchEvent(
      new ClipboardEvent('paste', { clipboardData, bubbles: true, cancelable: true }),
    );
  `);
  expect(await fresh.locator('[data-sum=differens]').innerText()).toBe('Balanserar');
  expect(await fresh.getByLabel('Konto').nth(2).inputValue()).toBe('2990');
  await anna.goto(`${close}/justeringar`);
  await anna.getByRole('button', { name: 'Släng dem' }).click();
  await anna.goto(`${close}/justeringar`);
  expect(await anna.getByText('osparade ändringar').count()).toBe(0);
});

it('tells one of two who edit at once, merges what does not clash, and lets a person choose the rest', async () => {
  await signIn(bo, world.url, 'Bo Granskare');
  await bo.goto(`${close}/justeringar`);
  const text = (page: Page, at: number) => voucher(page, at).getByLabel('Text', { exact: true });
  await text(anna, 0).fill('Upplupna räntor, Anna');
  await text(bo, 0).fill('Upplupna räntor, Bo');
  await text(bo, 1).fill('Av Bo ensam');
  await bo.keyboard.press('Control+s');
  await bo.getByText('Sparat.', { exact: true }).waitFor();

  await anna.getByText('Bo Granskare har sparat revision 2 medan du arbetar.').waitFor();
  await anna.keyboard.press('Control+s');
  const told = anna.getByRole('alert').filter({ hasText: 'Bo Granskare sparade revision 2' });
  await told.waitFor();
  expect(await told.innerText()).toContain('Hämtat från Bo Granskare: ”Av Bo ensam”');
  expect(await told.innerText()).toContain('En verifikation är ändrad av er båda.');
  expect(await text(anna, 0).inputValue()).toBe('Upplupna räntor, Anna');
  expect(await text(anna, 1).inputValue()).toBe('Av Bo ensam');
  await picture(anna, '6b-sammanfogning');

  await anna.getByRole('button', { name: 'Ta Bo Granskares version' }).click();
  await anna.getByText('Inget krockar.').waitFor();
  expect(await text(anna, 0).inputValue()).toBe('Upplupna räntor, Bo');
  await text(anna, 0).fill('Upplupna räntor, Anna');
  await anna.keyboard.press('Control+s');
  await anna.getByText('Sparat.', { exact: true }).waitFor();
  expect(await anna.locator('.section-head').first().innerText()).toContain('Revision 3');
  await anna.getByText('Alla revisioner (3)').click();
  expect(await anna.locator('#revisioner li').allInnerTexts()).toEqual([
    expect.stringContaining('Revision 3, Anna Exempel'),
    expect.stringContaining('Revision 2, Bo Granskare'),
    expect.stringContaining('Revision 1, Anna Exempel'),
  ]);
  await anna.getByRole('link', { name: 'Revision 2' }).click();
  await anna.getByRole('heading', { name: 'Justeringar, revision 2' }).waitFor();
  expect(await anna.locator('.content').innerText()).toContain('Upplupna räntor, Bo');
});

it('lets nobody approve their own work, and offers manual series alone', async () => {
  await anna.goto(`${close}/godkann`);
  await anna.getByText('byrån kräver fyra ögon').waitFor();
  expect(await anna.getByRole('button', { name: /Godkänn/ }).isDisabled()).toBe(true);
  const posted = await anna.evaluate(`(async () => {
    const body = new URLSearchParams(new FormData(document.querySelector('form.card')));
    body.set('series', 'K');
    return (await fetch(location.href, { method: 'POST', body })).status;
  })()`);
  expect(posted).toBe(403);

  await bo.goto(`${close}/godkann`);
  const series = bo.getByRole('radio', { name: /^B / });
  expect(await series.isDisabled()).toBe(true);
  expect(await bo.locator('label', { has: series }).innerText()).toContain('Serien är inte manuell');
  await picture(bo, '7-godkann');
});

it('exports each voucher once and shows Fortnox’s numbers', { timeout: 240_000 }, async () => {
  await bo.getByRole('radio', { name: /^K / }).check();
  await bo.getByRole('button', { name: 'Godkänn och exportera till Fortnox' }).click();
  await bo.waitForURL(/\/export$/);
  await bo.getByText('Bokförd och kontrollerad').nth(1).waitFor({ timeout: 60_000 });
  expect(await bo.locator('tbody td:last-child').allInnerTexts()).toEqual(['K 1', 'K 2']);
  await picture(bo, '8-export');
  const texts = await vouchersIn(world.world, 'K');
  expect(texts.filter((text) => text.startsWith('Upplupna räntor, Anna'))).toHaveLength(1);
  expect(texts).toHaveLength(2);
});

it('ends with a binder and a history that names who did what', { timeout: 240_000 }, async () => {
  await bo.goto(close);
  await bo.getByRole('heading', { name: 'Bokslutet är klart' }).waitFor({ timeout: 60_000 });
  await picture(bo, '9-klart');
  await bo.getByRole('link', { name: 'Öppna pärmen' }).click();
  const [download] = await Promise.all([
    bo.waitForEvent('download'),
    bo.getByRole('link', { name: /Hämta årsakten/ }).click(),
  ]);
  expect((await readFile(await download.path())).subarray(0, 2).toString()).toBe('PK');
  await bo.goto(`${close}/historik`);
  const lines = (await bo.locator('tbody tr').allInnerTexts()).map((line) =>
    line.split('\t').slice(1, 3).join(': '),
  );
  expect(lines).toContain('Anna Exempel: Bokslutsverifikationerna sparades');
  expect(lines).toContain('Bo Granskare: Bokslutsverifikationerna godkändes');
  await picture(bo, '10-historik');
  await anna.goto(world.url);
  await anna.locator('td .pill', { hasText: 'Klart' }).waitFor();
  await picture(anna, '11-oversikt');
});

it('had no fault in the browser, no script or style against the policy', () => {
  expect(world.complaints).toEqual([]);
});
