import { readFileSync } from 'node:fs';
import type { Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Attachment } from '../../accounting/attachment.ts';
import { canonicalJson } from '../../accounting/canonical.ts';
import { addDays } from '../../accounting/dates.ts';
import { figuresOf } from '../../accounting/figures.ts';
import type { RateSource } from '../../accounting/rate-source.ts';
import { sha256 } from '../../db/hash.ts';
import { currentAttachments, newestVersions, saveAttachment } from '../../db/stores/attachments.ts';
import { inFortnox } from '../workflow/world.ts';
import { violationsAt } from './axe.ts';
import { smallSie } from '../setup/small-sie.ts';
import { createPageWorld, picture, signIn, startClose } from './page-world.ts';
import type { PageWorld } from './page-world.ts';

let world: PageWorld;
let anna: Page;
let bo: Page;
/** Without script: what is essential needs none. */
let plain: Page;
let close: string;

beforeAll(async () => {
  world = await createPageWorld({ rateSource });
  anna = await world.person();
  bo = await world.person({ colorScheme: 'dark', viewport: { width: 820, height: 1180 } });
  plain = await world.person({ javaScriptEnabled: false });
  for (const [page, name] of [
    [anna, 'Anna Exempel'],
    [bo, 'Bo Granskare'],
    [plain, 'Anna Exempel'],
  ] as const)
    await signIn(page, world.url, name);
  close = await startClose(anna, world);
  await anna.getByRole('button', { name: 'Importera från Fortnox' }).click();
  await anna.getByRole('button', { name: 'Godkänn' }).click();
  await anna.getByRole('button', { name: 'Ja, importera' }).click();
  await anna.getByRole('heading', { name: 'Granska bilagorna och justera' }).waitFor({ timeout: 60_000 });
}, 120_000);
afterAll(() => world.end());

/** A central bank that knows the last day of rates before new year. */
const rateSource: RateSource = async (day, currencies) =>
  currencies.map((currency) => ({
    currency,
    date: addDays(day, -1),
    rate: '11.2345',
    source: 'Centralbanken',
  }));

const patience = { timeout: 60_000, interval: 250 };

const account = (page: Page, number: string): Locator => page.locator(`#konto-${number}`);
/** What is read there, with the no-break blanks of amounts as plain ones. */
const textOf = async (place: Locator): Promise<string> => (await place.innerText()).replaceAll('\u00a0', ' ');
const alert = (page: Page): Locator => page.getByRole('alert');

/** Moves the focus there by the Tab key alone. */
async function tabTo(page: Page, target: Locator): Promise<void> {
  for (let presses = 0; presses < 120; presses += 1) {
    if ((await target.and(page.locator(':focus')).count()) > 0) return;
    await page.keyboard.press('Tab');
  }
  throw new Error(`the keyboard does not come to ${String(target)}`);
}

/** Has the books imported again from the data source's page, until the import of that number stands. */
async function importAgain(page: Page, seq: number): Promise<void> {
  await page.goto(`${close}/datakalla`);
  await page.getByRole('button', { name: 'Importera på nytt' }).click();
  await expect
    .poll(async () => {
      await page.goto(`${close}/import`);
      const phase = await textOf(page.locator('.close-head > .pill'));
      return `${phase}: ${(await page.locator('dl.facts dd').allInnerTexts())[0]}`;
    }, patience)
    .toMatch(new RegExp(`^Justeras: .*\\(import ${seq}\\)`));
}

it('shows every balance-sheet account with what came in, moved and stands, and what it lacks', async () => {
  await anna.goto(`${close}/bilagor`);
  expect(await textOf(anna.locator('.section-head').first())).toMatch(/0 av \d+ konton klara/);
  expect(await textOf(anna.locator('thead'))).toMatch(/IB\s+Förändring\s+UB\s+2024-12-31/);
  expect(await textOf(account(anna, '1510'))).toMatch(/27 536,98\s+87 221,98\s+114 758,96/);
  expect(await textOf(account(anna, '1510').locator('.pill'))).toBe('Ej signerad');
  const bank = account(anna, '1930').locator('.pill');
  expect(await textOf(bank)).toBe('Saknar bilaga');
  expect(await bank.getAttribute('class')).toContain('bad');
  await picture(anna, '20-avstamning');
  await bo.goto(`${close}/bilagor`);
  await picture(bo, '20-avstamning-morkt');
});

it('says what a threshold must look like, keeps what was typed, and takes a readable one', async () => {
  await anna.getByLabel('Kronor').fill('hundra');
  await anna.getByRole('button', { name: 'Spara gränsen' }).click();
  expect(await textOf(alert(anna))).toContain('går inte att läsa som ett belopp');
  expect(await anna.getByLabel('Kronor').inputValue()).toBe('hundra');
  await anna.getByLabel('Kronor').fill('5 000');
  await anna.getByRole('button', { name: 'Spara gränsen' }).click();
  await anna.waitForURL(/\/bilagor$/);
  expect(await anna.getByLabel('Kronor').inputValue()).toBe('5000,00');
});

it('takes a signature from the preparer and another from the reviewer, and the account is done', async () => {
  await anna.goto(`${close}/bilagor/1510`);
  expect(await anna.getByRole('button', { name: 'Signera som granskad' }).isDisabled()).toBe(true);
  await anna.getByRole('button', { name: 'Signera som upprättad' }).click();
  await anna.locator('section[aria-labelledby=signering]', { hasText: 'Anna Exempel' }).waitFor();
  const own = anna.getByRole('button', { name: 'Signera som granskad' });
  expect(await own.isDisabled()).toBe(true);
  expect(await textOf(anna.locator('#granskning-vantar'))).toContain('en annan person granskar');
  const forced = await anna.evaluate(`(async () => {
    const body = new URLSearchParams({ version: '1', roll: 'reviewed' });
    return (await fetch(location.pathname + '/signera', { method: 'POST', body })).status;
  })()`);
  expect(forced).toBe(403);

  await bo.goto(`${close}/bilagor/1510`);
  await tabTo(bo, bo.getByRole('button', { name: 'Signera som granskad' }));
  await bo.keyboard.press('Enter');
  await bo.locator('h2 + .pill', { hasText: 'Granskad' }).waitFor();
  await bo.getByText('Alla signaturer (2)').click();
  expect(await textOf(bo.locator('section[aria-labelledby=signering] details'))).toMatch(
    /Bo Granskare, som granskad, version 1\s+.*Anna Exempel, som upprättad, version 1/,
  );
  await picture(bo, '21-bilaga-signerad-morkt');
  await bo.goto(`${close}/bilagor`);
  expect(await textOf(account(bo, '1510').locator('.pill'))).toBe('Klar');
  expect(await textOf(bo.locator('.section-head').first())).toMatch(/1 av \d+ konton klara/);
  await bo.getByRole('link', { name: 'Det som återstår' }).click();
  await bo.getByRole('link', { name: 'Alla konton' }).waitFor();
  expect(await account(bo, '1510').count()).toBe(0);
  expect(await account(bo, '1930').count()).toBe(1);
});

it('shows another’s change at once, and refuses a signature under what was seen before it', async () => {
  for (const page of [anna, bo, plain]) await page.goto(`${close}/bilagor/2440`);
  await bo.getByRole('textbox', { name: 'Skrivs ut i bilagan' }).fill('Stämd mot leverantörens kontoutdrag.');
  await bo.getByRole('button', { name: 'Spara anteckningen' }).click();
  await bo.getByText('Version 2').waitFor();
  await anna.getByText('Version 2').waitFor();
  await plain.getByRole('button', { name: 'Signera som upprättad' }).click();
  expect(await textOf(alert(plain))).toContain('du såg version 1');
  const note = plain.getByRole('textbox', { name: 'Skrivs ut i bilagan' });
  expect(await note.inputValue()).toBe('Stämd mot leverantörens kontoutdrag.');
});

it('keeps a note that somebody else was before with, and shows theirs', async () => {
  await plain.goto(`${close}/bilagor/2440`);
  await bo.goto(`${close}/bilagor/2440`);
  await bo.getByRole('textbox', { name: 'Skrivs ut i bilagan' }).fill('Bos ord.');
  await bo.getByRole('button', { name: 'Spara anteckningen' }).click();
  await bo.getByText('Version 3').waitFor();
  const note = plain.getByRole('textbox', { name: 'Skrivs ut i bilagan' });
  await note.fill('Annas ord.');
  await plain.getByRole('button', { name: 'Spara anteckningen' }).click();
  expect(await textOf(alert(plain))).toContain('attachments.conflict');
  expect(await note.inputValue()).toBe('Annas ord.');
  await plain.getByText('Sparad nu: ”Bos ord.”').waitFor();
});

it('specifies an account by the keyboard alone, with the running difference', async () => {
  await anna.goto(`${close}/bilagor`);
  await tabTo(anna, account(anna, '1930').getByRole('link', { name: /Lägg upp/ }));
  await anna.keyboard.press('Enter');
  await anna.getByRole('heading', { name: 'Ny egen bilaga' }).waitFor();
  expect(await anna.getByLabel('Rubrik').inputValue()).toBe('1930 Företagskonto');
  await tabTo(anna, anna.getByRole('textbox', { name: 'Text', exact: true }));
  await anna.keyboard.type('Saldo enligt bankens årsbesked.');
  await tabTo(anna, anna.getByLabel('Text, rad 1'));
  await anna.keyboard.type('Banken');
  await anna.keyboard.press('Tab');
  await anna.keyboard.type('-1 233 000,00');
  expect(await textOf(anna.locator('[data-sum=difference]'))).toBe('−27,89');
  await anna.keyboard.press('Enter');
  await anna.keyboard.type('Avgift i januari');
  await anna.keyboard.press('Tab');
  await anna.keyboard.type('tjugo');
  await anna.keyboard.press('Control+s');
  await alert(anna).waitFor();
  expect(await textOf(alert(anna))).toContain('beloppet på rad 2 går inte att läsa');
  expect(await anna.getByLabel('Belopp, rad 1').inputValue()).toBe('-1 233 000,00');
  expect(await anna.getByLabel('Belopp, rad 2').getAttribute('aria-invalid')).toBe('true');
  await picture(anna, '22-egen-bilaga-nekad');
});

it('offers what was typed and not saved after a reload', async () => {
  await anna.goto(`${close}/egna/ny?konto=1930`);
  await anna.getByRole('button', { name: 'Ta fram dem' }).click();
  await anna.getByLabel('Belopp, rad 2').waitFor();
  expect(await anna.getByLabel('Text, rad 2').inputValue()).toBe('Avgift i januari');
});

it('keeps the good file, tells of the bad one, and shows type, size and hash', async () => {
  await anna.getByLabel('Ladda upp filer').setInputFiles([
    { name: 'årsbesked.pdf', mimeType: 'application/pdf', buffer: Buffer.from('%PDF-1.7\nkontoutdrag') },
    { name: 'faktura.pdf', mimeType: 'application/pdf', buffer: Buffer.from('MZ\u0000\u0001 ett program') },
  ]);
  await anna.getByRole('button', { name: 'Ladda upp', exact: true }).click();
  await alert(anna).waitFor();
  expect(await textOf(alert(anna))).toMatch(/faktura\.pdf: .*inte av ett slag som kan bifogas/);
  const files = anna.locator('.files li');
  expect(await files.count()).toBe(1);
  expect(await textOf(files)).toMatch(/årsbesked\.pdf PDF, 1 kB\s+[0-9a-f]{64}/);
  expect(await anna.getByLabel('Belopp, rad 2').inputValue()).toBe('tjugo');
});

it('saves it, shows it, and forgets the draft', async () => {
  await anna.getByLabel('Belopp, rad 2').fill('−27,89');
  expect(await textOf(anna.locator('[data-sum=difference]'))).toBe('0,00');
  await anna.keyboard.press('Control+s');
  await anna.getByText('Sparat.', { exact: true }).waitFor();
  expect(await textOf(anna.locator('tfoot'))).toMatch(/UB − summa\s+0,00/);
  expect(await textOf(anna.locator('code.hash'))).toMatch(/^[0-9a-f]{64}$/);
  await picture(anna, '23-egen-bilaga');
  for (const [name, ending] of [
    ['PDF', 'pdf'],
    ['Excel', 'xlsx'],
  ] as const) {
    const [download] = await Promise.all([
      anna.waitForEvent('download'),
      anna.getByRole('link', { name, exact: true }).click(),
    ]);
    expect(download.suggestedFilename()).toBe(`bilaga-own-1930-version-1.${ending}`);
  }
  await anna.goto(`${close}/egna/ny`);
  expect(await anna.getByText('osparade ändringar').count()).toBe(0);
  await anna.goto(`${close}/bilagor`);
  expect(await textOf(account(anna, '1930'))).toMatch(/Ej signerad\s+1930 Företagskonto/);
});

it('takes pasted rows as a spreadsheet has them', async () => {
  await anna.goto(`${close}/egna/ny?konto=2710`);
  await anna.getByLabel('Text, rad 1').focus();
  await anna.evaluate(`
    const clipboardData = new DataTransfer();
    clipboardData.setData('text/plain', 'Nov\\t-9 000,00\\nDec\\t-10 000,00\\nRättelse\\t-100\\nJustering\\t-100,00\\n');
    document.activeElement.dispatchEvent(
      new ClipboardEvent('paste', { clipboardData, bubbles: true, cancelable: true }),
    );
  `);
  expect(await anna.getByLabel('Text, rad 4').inputValue()).toBe('Justering');
  expect(await textOf(anna.locator('[data-sum=difference]'))).toBe('0,00');
  await anna.getByRole('button', { name: 'Spara bilagan' }).click();
  await anna.getByText('Sparat.', { exact: true }).waitFor();
});

it('refuses an account that another attachment specifies', async () => {
  await anna.goto(`${close}/egna/ny`);
  await anna.getByLabel('Rubrik').fill('Banken igen');
  await anna.getByLabel('Konton').fill('1930 2081');
  await anna.getByRole('button', { name: 'Spara bilagan' }).click();
  await alert(anna).waitFor();
  expect(await textOf(alert(anna))).toContain('Konto 1930 specificeras redan');
  expect(await anna.getByLabel('Konton').inputValue()).toBe('1930 2081');
});

it('tells the second of two who edit at once, and lets a person choose', async () => {
  await anna.goto(`${close}/egna/own-1930`);
  await bo.goto(`${close}/egna/own-1930`);
  await bo.getByRole('textbox', { name: 'Text', exact: true }).fill('Bos text');
  await bo.getByRole('button', { name: 'Spara bilagan' }).click();
  await bo.getByText('Sparat.', { exact: true }).waitFor();
  await anna.getByRole('textbox', { name: 'Text', exact: true }).fill('Annas text');
  await anna.getByRole('button', { name: 'Spara bilagan' }).click();
  const choose = anna.getByRole('button', { name: 'Spara min i stället för version 2' });
  await choose.waitFor();
  expect(await anna.getByRole('textbox', { name: 'Text', exact: true }).inputValue()).toBe('Annas text');
  await choose.click();
  await anna.getByText('Sparat.', { exact: true }).waitFor();
  expect(await textOf(anna.locator('.prose'))).toBe('Annas text');
  expect(await anna.getByText('Version 3').count()).toBe(1);
});

it('works without script: rows, sums, a file and the save', async () => {
  await plain.goto(`${close}/egna/ny?konto=2081`);
  await plain.getByLabel('Text, rad 1').fill('Aktier');
  await plain.getByLabel('Belopp, rad 1').fill('-40 000');
  await plain.getByLabel('Ladda upp filer').setInputFiles({
    name: 'aktiebok.txt',
    mimeType: 'text/plain',
    buffer: Buffer.from('500 aktier à 100 kr'),
  });
  await plain.getByRole('button', { name: 'Fler rader och räkna om' }).click();
  expect(await textOf(plain.locator('[data-sum=difference]'))).toBe('−10 000,00');
  expect(await textOf(plain.locator('.files li'))).toContain('aktiebok.txt Text');
  await plain.getByLabel('Belopp, rad 1').fill('-50 000');
  await plain.getByRole('button', { name: 'Spara bilagan' }).click();
  await plain.getByText('Sparat.', { exact: true }).waitFor();
  await plain.getByRole('button', { name: 'Signera som upprättad' }).click();
  await plain.locator('section[aria-labelledby=signering]', { hasText: 'Anna Exempel' }).waitFor();
});

it('takes an own attachment out of the close', async () => {
  await plain.getByText('Ta bort bilagan ur bokslutet').click();
  await plain.getByRole('button', { name: 'Ta bort bilagan' }).click();
  await plain.waitForURL(/\/bilagor$/);
  expect(await textOf(account(plain, '2081').locator('.pill'))).toBe('Saknar bilaga');
});

it('lets one that was taken out be begun anew', async () => {
  await plain.goto(`${close}/egna/ny?konto=2081`);
  await plain.getByLabel('Belopp, rad 1').fill('-50 000');
  await plain.getByRole('button', { name: 'Spara bilagan' }).click();
  await plain.getByText('Sparat.', { exact: true }).waitFor();
  expect(await plain.getByText('Version 3').count()).toBe(1);
});

it('leads from an open item to its judgement, its documents and its vouchers', async () => {
  await anna.goto(`${close}/bilagor/1510`);
  await anna.getByRole('link', { name: 'Över 90 dagar' }).click();
  await anna.waitForURL(/alder=over90/);
  await anna.getByRole('link', { name: /Bedöm/ }).first().click();
  await anna.getByRole('heading', { name: /^Faktura \d+$/ }).waitFor();
  const number = (await textOf(anna.locator('h2'))).replace('Faktura ', '');
  await anna.getByLabel('Tvistig').check();
  await anna.getByRole('textbox', { name: 'Anteckning' }).fill('Kunden bestrider leveransen.');
  await anna.getByRole('button', { name: 'Spara bedömningen' }).click();
  await anna.waitForURL(/\/bilagor\/1510#/);
  const row = anna.locator(`#faktura-${number}`);
  expect(await textOf(row)).toMatch(/Tvistig[\s\S]*Kunden bestrider leveransen\./);
  await row.locator('summary').click();
  await row
    .locator('details')
    .getByRole('link', { name: /^Faktura/ })
    .click();
  await anna.getByRole('heading', { name: `Kundfaktura ${number}` }).waitFor();
  await anna.locator('dl.facts').getByRole('link').last().click();
  await anna.getByRole('heading', { name: /^Verifikation / }).waitFor();
  expect(await textOf(anna.locator('.voucher-read'))).toContain('1510');
});

it('says that a record is unknown, and what to do', async () => {
  await anna.goto(`${close}/poster/verifikation/A-99999`);
  expect(await textOf(alert(anna))).toContain('Verifikation A-99999 finns inte i någon import av bokslutet.');
  expect(await textOf(alert(anna))).toContain('importera bokföringen på nytt');
});

it('takes a rate outside an attachment, and says what a wrong one lacks', async () => {
  await anna.goto(`${close}/bilagor/1510`);
  await anna.getByRole('link', { name: 'Ange kursen' }).click();
  expect(await anna.getByRole('textbox', { name: 'Valuta' }).inputValue()).toBe('EUR');
  await anna.getByLabel('Kronor för en enhet').fill('elva');
  await anna.getByLabel('Källa', { exact: true }).fill('Riksbanken');
  await anna.getByRole('button', { name: 'Spara kursen' }).click();
  expect(await textOf(alert(anna))).toContain('Kursen för EUR går inte att använda.');
  expect(await anna.getByLabel('Kronor för en enhet').inputValue()).toBe('elva');
  await anna.getByLabel('Kronor för en enhet').fill('11,2505');
  await anna.getByRole('button', { name: 'Spara kursen' }).click();
  await anna.getByText('Kursen är sparad.').waitFor();
  expect(await textOf(anna.locator('tbody'))).toMatch(/EUR\s+2025-12-31\s+11,2505\s+Riksbanken/);
  await anna.getByText('Läs in kurser ur en fil').click();
  await anna.getByLabel(/Textfil med en kurs per rad/).setInputFiles({
    name: 'kurser.csv',
    mimeType: 'text/csv',
    buffer: Buffer.from('valuta;datum;kurs;källa\nUSD;2025-12-31;tio;Riksbanken\n'),
  });
  await anna.getByRole('button', { name: 'Läs in filen' }).click();
  expect(await textOf(alert(anna))).toContain('Rad 2 har ingen kurs');
});

it('fetches the balance-date rates from a source that was plugged in, by its button and over the API', async () => {
  await anna.goto(`${close}/kurser`);
  await anna.getByRole('button', { name: 'Hämta balansdagens kurser' }).click();
  await anna.getByText('Kursen är sparad.').waitFor();
  expect(await textOf(anna.locator('tbody'))).toMatch(/EUR\s+2025-12-30\s+11,2345\s+Centralbanken/);
  const address = close.replace('/bokslut/', '/api/engagements/');
  const answer = await anna.request.post(`${address}/rates/fetch`, { headers: { origin: world.url } });
  expect(await answer.json()).toMatchObject({ rates: [{ currency: 'EUR', date: '2025-12-30' }] });
});

it('switches the nightly watch on and off, and says what it does', async () => {
  await anna.goto(`${close}/datakalla`);
  const card = anna.locator('section[aria-labelledby=bevakning]');
  expect(await textOf(card)).toContain('förlänger inte inloggningens 30 dagar');
  await tabTo(anna, anna.getByRole('button', { name: 'Slå på bevakningen' }));
  await anna.keyboard.press('Enter');
  await anna.getByRole('button', { name: 'Slå av bevakningen' }).waitFor();
  expect(await textOf(card)).toMatch(/På[\s\S]*Nästa gång/);
  await picture(anna, '24-datakalla');
  await anna.getByRole('button', { name: 'Slå av bevakningen' }).click();
  await anna.getByRole('button', { name: 'Slå på bevakningen' }).waitFor();
  expect(await textOf(card.locator('.pill'))).toBe('Av');
});

it(
  'lays what a re-import gives beside what was worked on, with both to see, and keeps the one that is chosen',
  { timeout: 120_000 },
  async () => {
    await inFortnox(world.world, {
      op: 'addVoucher',
      series: 'A',
      date: '2025-12-30',
      text: 'Bokat efter signeringen',
      rows: [
        { account: '1510', debit: '6500.00' },
        { account: '1930', credit: '6500.00' },
      ],
    });
    await importAgain(anna, 2);
    expect(await textOf(anna.locator('tr', { hasText: 'Bokat efter signeringen' }))).toMatch(/^Ny\s/);
    await anna.locator('tr', { hasText: 'Bokat efter signeringen' }).getByRole('link').click();
    await anna.getByText('Ny eller ändrad i import 2').waitFor();

    await anna.goto(`${close}/bilagor`);
    expect(await textOf(account(anna, '1510').locator('.pill'))).toBe('Ny version väntar');
    await anna.getByRole('link', { name: 'Bilaga 1510 Kundfordringar' }).click();
    await anna.getByRole('heading', { name: 'Ny version efter import' }).waitFor();
    expect(await textOf(anna.getByRole('table').first())).toMatch(/Bokföring\s+114 758,96/);
    expect(await textOf(anna.getByRole('table').nth(1))).toMatch(/Bokföring\s+121 258,96/);
    expect(await textOf(anna.getByRole('region', { name: 'Siffror som har ändrats' }))).toMatch(
      /Utgående balans 1510\s+114 758,96\s+121 258,96/,
    );
    await picture(anna, '25-ny-version');
    expect(await violationsAt(anna)).toEqual([]);
    await bo.goto(`${close}/bilagor/1510/forslag`);
    await picture(bo, '25-ny-version-morkt');

    await tabTo(anna, anna.getByRole('button', { name: 'Ersätt med den nya' }));
    await anna.keyboard.press('Enter');
    await anna.waitForURL(/\/bilagor\/1510$/);
    // The mark that a person left stays, and the signatures fall with what moved under them.
    expect(await anna.getByText('Kunden bestrider leveransen.').count()).toBe(1);
    expect(await textOf(anna.locator('h2 + .pill'))).toBe('Har ändrats');
    expect(await textOf(anna.locator('.notice.warn').first())).toMatch(
      /ändrats sedan (Bo Granskare|Anna Exempel) signerade[\s\S]*Utgående balans 1510/,
    );
    await picture(anna, '26-bilaga-har-andrats');
    expect(await violationsAt(anna)).toEqual([]);
  },
);

it('refuses the answer to an offer that somebody else has answered', async () => {
  const answered = bo.getByRole('button', { name: 'Behåll den arbetade' });
  await answered.click();
  expect(await textOf(alert(bo))).toContain('Inget förslag väntar på svar');
});

it('tells of an own attachment whose balance has moved', async () => {
  await anna.goto(`${close}/bilagor/own-1930`);
  expect(await textOf(anna.locator('tfoot'))).toMatch(/UB − summa\s+−6 500,00/);
  await anna.goto(`${close}/bilagor`);
  expect(await textOf(account(anna, '1930').locator('.pill'))).toBe('Differens');
});

it('pages a list of 5,000 open items, finds among them, and sends little', { timeout: 60_000 }, async () => {
  await manyItems(5_000);
  const response = await anna.goto(`${close}/bilagor/2440`);
  expect((await response?.body())?.length).toBeLessThan(300_000);
  expect(await anna.locator('tr[id^=faktura-]').count()).toBe(100);
  await anna.getByText('Sida 1 av 50').waitFor();
  await anna.getByRole('link', { name: 'Nästa' }).click();
  await anna.getByText('Sida 2 av 50').waitFor();
  expect(await textOf(anna.locator('tr.group').first())).toContain('(forts.)');
  await anna.getByLabel('Faktura eller leverantör').fill('L-4321');
  await anna.keyboard.press('Enter');
  await anna.getByText('1 post av 5 000').waitFor();
  await anna.getByLabel('Faktura eller leverantör').fill('finns inte');
  await anna.getByRole('button', { name: 'Sök' }).click();
  await anna.getByText('Ingen öppen post stämmer med sökningen.').waitFor();
});

/** Lays an attachment of that many items under 2440. */
async function manyItems(count: number): Promise<void> {
  const engagementId = close.split('/').at(-1) ?? '';
  await world.world.database.forFirm(world.world.caller.firmId, async (tx) => {
    const [, current] = await currentAttachments(tx, engagementId);
    const newest = (await newestVersions(tx, engagementId)).find((one) => one.accountGroup === '2440');
    const attachment = current!.data as Attachment;
    const [item] = attachment.openItems;
    const openItems = Array.from({ length: count }, (_, index) => ({
      ...item!,
      invoiceNumber: `L-${index + 1}`,
      partyNumber: String(Math.floor(index / 150)),
    }));
    const data: Attachment = { ...attachment, openItems, parties: [] };
    await saveAttachment(tx, {
      engagementId,
      accountGroup: '2440',
      expectedVersion: newest!.version,
      snapshotId: current!.snapshotId,
      origin: 'edited',
      data,
      figuresHash: sha256(canonicalJson(figuresOf('2440', data))),
      savedBy: 'system',
    });
  });
}

/** Books with a voucher that has no text, which the controls tell of. */
const sie = smallSie
  .replace('999999-0013', '999999-0206')
  .replace('Provbolaget AB', 'SIE-kunden AB')
  .replace('"Forsaljning"', '""');

it(
  'starts from a SIE file: refuses the wrong one where it is chosen, and leads from a finding to its voucher',
  { timeout: 90_000 },
  async () => {
    await plain.goto(`${world.url}/bokslut/nytt`);
    await plain.getByLabel('Nytt företags namn').fill('SIE-kunden AB');
    await plain.getByLabel('Organisationsnummer').fill('999999-0206');
    await plain.getByText('För kunder utan API').click();
    await plain.getByRole('button', { name: 'Starta bokslutet' }).click();
    await plain.waitForURL(/\/datakalla$/);
    const path = plain.url().replace(/\/datakalla$/, '');
    const send = async (text: string): Promise<void> => {
      await plain
        .getByLabel('SIE 4-fil')
        .setInputFiles({ name: 'bok.se', mimeType: 'text/plain', buffer: Buffer.from(text) });
      await plain.getByRole('button', { name: 'Importera filen' }).click();
    };
    await send(sie.replaceAll('2025', '2024'));
    expect(await textOf(alert(plain))).toContain('inte 2025-01-01–2025-12-31. Inget har sparats.');
    await send(sie);
    await expect
      .poll(async () => {
        await plain.goto(`${path}/import`);
        return plain.locator('.content').innerText();
      }, patience)
      .toContain('saknar text');
    await plain.locator('tr', { hasText: 'saknar text' }).getByRole('link', { name: 'A-1' }).click();
    await plain.getByRole('heading', { name: 'Verifikation A 1' }).waitFor();
    expect(await textOf(plain.locator('.voucher-read'))).toMatch(/1930\s+Bank\s+50,00/);
    await plain.getByRole('link', { name: 'Visa vilken rad' }).click();
    const line = sie.split('\r\n').findIndex((one) => one.startsWith('#VER A 1 ')) + 1;
    expect(await textOf(plain.locator('.content'))).toContain(`Läst ur bok.se i import 1, rad ${line}`);
    const [kept] = await Promise.all([
      plain.waitForEvent('download'),
      plain.getByRole('link', { name: 'bok.se' }).click(),
    ]);
    expect(readFileSync(await kept.path(), 'utf8')).toBe(sie);
    await plain.goto(`${path}/bilagor`);
    expect(await textOf(account(plain, '1930'))).toMatch(/1 000,00\s+50,00\s+1 050,00/);
    await plain.goto(`${path}/datakalla`);
    expect(await plain.getByText('Nattlig bevakning').count()).toBe(0);
  },
);

it('tells the history in words and lists the documents with their hashes', async () => {
  await anna.goto(`${close}/historik`);
  const lines = (await textOf(anna.locator('tbody'))).split('\n');
  expect(lines.join('\n')).toMatch(
    /Bo Granskare\s+En bilaga signerades som granskad\s+bilaga 1510, version 1/,
  );
  expect(lines.join('\n')).toMatch(/Väsentlighetsgränsen ändrades\s+från 100,00 kr, till 5 000,00 kr/);
  // A code in place of a sentence.
  expect(lines.filter((line) => /\t[a-z-]+\.[a-z-]+(\t|$)/.test(line))).toEqual([]);
  await picture(anna, '27-historik');
  await anna.goto(`${close}/parm`);
  const file = anna.locator('tr', { hasText: 'årsbesked.pdf' });
  expect(await textOf(file)).toMatch(/Uppladdat underlag[\s\S]*[0-9a-f]{64}/);
  const [download] = await Promise.all([
    anna.waitForEvent('download'),
    anna.getByRole('link', { name: 'Systemdokumentation' }).click(),
  ]);
  expect(download.suggestedFilename()).toBe('systemdokumentation-2025-12-31.pdf');
  await picture(anna, '28-parm');
});

it('had no fault in the browser, no script or style against the policy', () => {
  expect(world.complaints).toEqual([]);
});
