import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { setFourEyes } from '../../db/stores/firms.ts';
import { latestAdjustments } from '../../client/close/adjustments.ts';
import { binderFile } from '../../client/close/files.ts';
import { unzipSync } from 'fflate';
import { approveLatest, control, logIn, startClose, untilStatus } from '../workflow/world.ts';
import { createPageWorld, picture, signIn } from './page-world.ts';
import type { PageWorld } from './page-world.ts';

/** The voucher editor by the keyboard, and what it does when something goes wrong. */

let world: PageWorld;
let anna: Page;
let id: string;
let address: string;

beforeAll(async () => {
  world = await createPageWorld();
  await world.world.database.forFirm(world.world.caller.firmId, (tx) => setFourEyes(tx, false));
  id = await startClose(world.world);
  await logIn(world.world, id);
  await untilStatus(world.world, id, ({ phase }) => phase === 'adjusting');
  anna = await world.person();
  await signIn(anna, world.url, 'Anna Exempel');
  address = `${world.url}/bokslut/${id}/justeringar`;
});
afterAll(() => world.end());

const voucher = (at: number) => anna.locator('[data-voucher]').nth(at);
const amountOf = async (selector: string): Promise<string> =>
  (await anna.locator(selector).innerText()).replaceAll('\u00a0', ' ');
const inFocus = (): Promise<string> => anna.evaluate('document.activeElement.name');
const saved = async () => (await latestAdjustments(world.world.client, world.world.caller, id))?.data ?? [];

async function paste(text: string): Promise<void> {
  await anna.evaluate(`{
    const clipboardData = new DataTransfer();
    clipboardData.setData('text/plain', ${JSON.stringify(text)});
    document.activeElement.dispatchEvent(
      new ClipboardEvent('paste', { clipboardData, bubbles: true, cancelable: true }),
    );
  }`);
}

it('books a voucher by the keyboard alone: accounts by name, the rest by one key, saved by another', async () => {
  await anna.goto(address);
  await voucher(0).getByLabel('Text', { exact: true }).focus();
  await anna.keyboard.type('Upplupen ränta');
  await anna.keyboard.press('Tab');
  await anna.keyboard.press('Tab');
  expect(await inFocus()).toBe('v0.r0.konto');
  await anna.keyboard.type('räntek');
  const list = anna.getByRole('listbox', { name: 'Konton' });
  expect(await list.getByRole('option').first().innerText()).toMatch(/^8410 /);
  await anna.keyboard.press('Enter');
  expect(await inFocus()).toBe('v0.r0.debet');
  await anna.keyboard.type('1 250,50');
  await anna.keyboard.press('Enter');
  expect(await inFocus()).toBe('v0.r1.konto');
  await anna.keyboard.type('299');
  await anna.keyboard.press('ArrowDown');
  await anna.keyboard.press('ArrowUp');
  await anna.keyboard.press('Tab');
  expect(await voucher(0).getByLabel('Konto').nth(1).inputValue()).toMatch(/^299\d$/);
  await voucher(0).getByLabel('Konto').nth(1).fill('2990');
  await voucher(0).getByLabel('Debet').nth(1).focus();
  await anna.keyboard.press('=');
  expect(await inFocus()).toBe('v0.r1.kredit');
  expect(await voucher(0).locator('[data-sum=differens]').innerText()).toBe('Balanserar');
  await anna.keyboard.press('ArrowUp');
  expect(await inFocus()).toBe('v0.r0.kredit');
  await anna.keyboard.press('Control+s');
  await anna.getByText('Sparat.', { exact: true }).waitFor();
  expect((await saved()).map(({ text, rows }) => [text, rows.map(({ account, amountOre }) => [account, amountOre])])).toEqual([
    ['Upplupen ränta', [['8410', 1250_50], ['2990', -1250_50]]],
  ]); // prettier-ignore
});

it('shows at once what a voucher does to the result and the balance sheet', async () => {
  const line = (name: string) => anna.locator('#effekt tr', { has: anna.getByRole('rowheader', { name }) });
  await anna.getByText('Resultat- och balansräkning').click();
  expect((await line('Finansiella poster').innerText()).replaceAll('\u00a0', ' ')).toContain('−1 250,50');
  const before = await amountOf('.effect-sums div:first-child strong');
  await voucher(0).getByLabel('Debet').nth(0).fill('2250,50');
  await voucher(0).getByLabel('Kredit').nth(1).fill('2250,50');
  await expect.poll(async () => amountOf('.effect-sums div:first-child .muted')).toBe('(−2 250,50)');
  expect(await amountOf('.effect-sums div:first-child strong')).not.toBe(before);
  expect(await anna.locator('#effekt details').getAttribute('open')).not.toBeNull();
  const [assets, funding] = await Promise.all(
    ['Summa tillgångar', 'Summa eget kapital och skulder'].map((name) =>
      line(name).locator('td').last().innerText(),
    ),
  );
  expect(funding).toBe(assets);
  await picture(anna, 'redigering-effekt');
});

it('takes rows as spreadsheets have them: with names, with signs, with headings', async () => {
  const rowsOf = async (at: number): Promise<string[][]> => {
    const rows = await voucher(at).locator('.rows tbody tr').all();
    const fields = await Promise.all(
      rows.map(async (row) => Promise.all((await row.locator('input').all()).map((one) => one.inputValue()))),
    );
    return fields.filter((row) => row.some((value) => value !== ''));
  };
  await voucher(1).getByLabel('Konto').first().focus();
  await paste('Konto\tBenämning\tDebet\tKredit\n5010\tLokalhyra\t1 000,00\t\n2990\tUpplupet\t\t1000\n');
  expect(await rowsOf(1)).toEqual([
    ['5010', '1 000,00', '', ''],
    ['2990', '', '1000', ''],
  ]);
  expect(await voucher(1).locator('.account-name').first().innerText()).toContain('hyra');
  await voucher(1).getByLabel('Konto').first().focus();
  await paste('6570\t120,00\tavgift\r\n2990\t-120,00\tavgift\r\n');
  expect(await rowsOf(1)).toEqual([
    ['6570', '120,00', '', 'avgift'],
    ['2990', '', '120,00', 'avgift'],
  ]);
  await voucher(1).getByRole('button', { name: 'Fler rader' }).click();
  await anna.keyboard.press('Control+Delete');
});

it('keeps what is typed when the server is away, says so, and saves when it is back', async () => {
  await anna.goto(address);
  const drop = anna.getByRole('button', { name: 'Släng dem' });
  await drop.click();
  await voucher(0).getByLabel('Text', { exact: true }).fill('Skriven utan nät');
  await anna.context().setOffline(true);
  await anna.keyboard.press('Control+s');
  await anna.getByText('Servern nås inte just nu, så inget är sparat.').waitFor();
  expect(await voucher(0).getByLabel('Text', { exact: true }).inputValue()).toBe('Skriven utan nät');
  await anna.context().setOffline(false);
  await anna.keyboard.press('Control+s');
  await anna.getByText('Sparat.', { exact: true }).waitFor();
  expect((await saved())[0]?.text).toBe('Skriven utan nät');
});

it('keeps what is typed when the session ends meanwhile, and offers it after the next login', async () => {
  await anna.goto(address);
  await voucher(0).getByLabel('Text', { exact: true }).fill('Skriven utan inloggning');
  await anna.context().clearCookies();
  await anna.keyboard.press('Control+s');
  await anna.getByText('Det som är skrivet ligger kvar i den här webbläsaren').waitFor();
  await picture(anna, 'redigering-utloggad');
  await anna.getByRole('link', { name: 'Logga in' }).click();
  await signIn(anna, world.url, 'Anna Exempel');
  await anna.goto(address);
  expect((await saved())[0]?.text).toBe('Skriven utan nät');
  await anna.getByRole('button', { name: 'Ta fram dem' }).click();
  expect(await voucher(0).getByLabel('Text', { exact: true }).inputValue()).toBe('Skriven utan inloggning');
  await anna.keyboard.press('Control+s');
  await anna.getByText('Sparat.', { exact: true }).waitFor();
  expect((await saved())[0]?.text).toBe('Skriven utan inloggning');
  expect(await anna.getByText('osparade ändringar').count()).toBe(0);
});

it('takes a removed voucher back by one press', async () => {
  await voucher(0).getByRole('button', { name: 'Ta bort verifikationen' }).click();
  expect(await anna.locator('[data-voucher]').count()).toBe(1);
  await anna.getByRole('button', { name: 'Ångra' }).click();
  expect(await voucher(0).getByLabel('Text', { exact: true }).inputValue()).toBe('Skriven utan inloggning');
});

it('declines a proposal, names who did, and takes it up again', async () => {
  await anna.goto(address);
  await anna.getByRole('button', { name: 'Släng dem' }).click();
  const open = anna.locator('#forslag > article');
  const count = await open.count();
  expect(count).toBeGreaterThan(0);
  await open
    .first()
    .getByRole('button', { name: /^Avböj/ })
    .click();
  await anna.getByText('Avböjda förslag (1)').click();
  expect(await anna.locator('#forslag > details').innerText()).toContain('Avböjt av Anna Exempel');
  expect(await open.count()).toBe(count - 1);
  await anna.getByRole('button', { name: /^Ta fram igen/ }).click();
  await expect.poll(() => open.count()).toBe(count);
});

it('attaches a file to a voucher with size and hash, and refuses what could run', async () => {
  await anna.goto(address);
  await voucher(0).getByText('Underlag', { exact: true }).click();
  const field = voucher(0).getByLabel(/^Lägg till filer/);
  await field.setInputFiles({
    name: 'skript.svg',
    mimeType: 'image/svg+xml',
    buffer: Buffer.from('<svg onload="x()"/>'),
  });
  await voucher(0).getByRole('button', { name: 'Ladda upp' }).click();
  expect(await anna.getByRole('alert').innerText()).toContain('uploads.type-refused');
  await voucher(0).getByText('Underlag', { exact: true }).click();
  await field.setInputFiles({
    name: 'räntebesked.txt',
    mimeType: 'text/plain',
    buffer: Buffer.from('Ränta 1 250,50'),
  });
  await anna.keyboard.press('Control+s');
  await anna.getByText('Sparat.', { exact: true }).waitFor();
  expect(await voucher(0).locator('.files').innerText()).toMatch(
    /räntebesked\.txt\s+1 kB, SHA-256\s+[0-9a-f]{12}…/,
  );
  expect((await saved())[0]?.files).toMatchObject([
    { name: 'räntebesked.txt', mediaType: 'text/plain', sizeBytes: 15 },
  ]);
  await picture(anna, 'redigering-underlag');
});

it(
  'connects the file to the voucher in Fortnox and keeps it in the binder',
  { timeout: 240_000 },
  async () => {
    await approveLatest(world.world, id);
    await untilStatus(world.world, id, ({ phase }) => phase === 'completed');
    const books = (await control(world.world, 'GET', 'files')) as {
      files: { id: string; name: string }[];
      connections: { fileId: string; series: string; number: number }[];
    };
    const file = books.files.find(({ name }) => name === 'räntebesked.txt');
    expect(books.connections.filter(({ fileId }) => fileId === file?.id)).toMatchObject([
      { series: 'K', number: 1 },
    ]);
    const { bytes } = await binderFile(world.world.client, world.world.caller, id);
    expect(Object.keys(unzipSync(bytes))).toContain('underlag/bokslutsverifikation-1-1-räntebesked.txt');
  },
);

it('had no fault in the browser', () => {
  expect(world.complaints).toEqual([]);
});
