import { formatKronor } from '../../accounting/money.ts';
import type { SystemDocumentationDocument } from '../content.ts';
import { swedishYear } from '../swedish.ts';
import { Sheet } from './sheet.ts';
import { Table } from './table.ts';

/**
 * The systemdokumentation as PDF/A: what the program does with the books, which records it makes and keeps, and the
 * settings and accounts that it did so with.
 */
export async function systemDocumentationPdf(document: SystemDocumentationDocument): Promise<Uint8Array> {
  const { program, series, accounts } = document;
  const sheet = new Sheet({
    title: 'Systemdokumentation',
    subtitle: 'Hur bokslutets räkenskapsinformation framställs och bevaras',
    letterhead: document.letterhead,
    source: document.source,
  });
  sheet.facts([
    ['Program', program.name],
    ['Version', program.version],
    ['Källa', document.source.system],
    ['Låst till och med', document.lockedUntil ?? '–'],
  ]);
  for (const { title, paragraphs } of descriptions(document)) {
    sheet.heading(title);
    for (const paragraph of paragraphs) sheet.paragraph(paragraph);
  }
  sheet.heading('Räkenskapsår som har lästs', 80);
  const years = new Table(sheet, [
    { title: 'Räkenskapsår', share: 3 },
    { title: 'Metod', share: 4 },
  ]);
  for (const { accountingMethod, ...year } of document.years)
    years.row([swedishYear(year), accountingMethod === 'CASH' ? 'Kontantmetoden' : 'Faktureringsmetoden']);
  sheet.heading('Verifikationsserier', 80);
  const seriesTable = new Table(sheet, [
    { title: 'Serie', share: 1 },
    { title: 'Benämning', share: 5 },
    { title: 'Används så', share: 4 },
  ]);
  for (const { code, description, manual } of series) {
    const use = document.closeSeries.includes(code)
      ? 'Bokslutsverifikationer'
      : manual
        ? 'Manuell'
        : 'Automatisk i bokföringsprogrammet';
    seriesTable.row([code, description, use]);
  }
  sheet.heading('Kontoplan: balanskonton', 80);
  const chart = new Table(sheet, [
    { title: 'Konto', share: 1 },
    { title: 'Benämning', share: 5 },
    { title: 'Huvudbilaga', share: 5 },
  ]);
  for (const { number, name, group } of accounts) chart.row([number, name, group]);
  return sheet.finish();
}

const descriptions = ({
  accountSets,
  materialityOre,
  fourEyes,
  source,
}: SystemDocumentationDocument): { readonly title: string; readonly paragraphs: readonly string[] }[] => [
  {
    title: 'Så kommer bokföringen in',
    paragraphs: [
      `Bokföringen läses ur ${source.system}: räkenskapsårets SIE-fil, kontoplan, verifikationsserier, fakturor och betalningar. En inläsning lagras hel eller inte alls, ändras aldrig och har en kontrollsumma (SHA-256) som står på varje handling. Den lästa SIE-filen bevaras som den kom.`,
      'Varje inläsning kontrolleras: ingående balans mot föregående års utgående, verifikationernas balans, luckor och dubbletter i nummerserierna, datum utanför året och i låst period, okända konton, saknade texter, filens balanser mot bokföringsprogrammets egna, och reskontror mot huvudbok.',
    ],
  },
  {
    title: 'Så framställs bilagorna',
    paragraphs: [
      `Kundfordringar stäms av mot konto ${accountSets.receivables.join(', ')} och leverantörsskulder mot konto ${accountSets.payables.join(', ')}. Öppna poster räknas fram per balansdagen ur fakturor och betalningar; senare betalningar ändrar dem inte. Varje post visar sina händelser med handling och verifikation. Skillnader mot huvudboken förklaras post för post, och det som inte går att förklara visas.`,
      'En person kan märka en öppen post som osäker, tvistig eller konstaterad förlust, med en anteckning. Märkningen följer fakturan genom nya inläsningar och ligger till grund för förslag till bokslutsverifikationer; varje förslag visar sin uträkning, och en person avgör om det bokförs.',
      'Varje grupp av balanskonton har en huvudbilaga med ingående balans, förändring, utgående balans och tidigare års balanser. Egna bilagor specificerar övriga konton; deras summa hålls mot utgående balans.',
      `En bilaga finns i versioner som bevaras. En signatur gäller siffrorna i den version som signerades och upphör att gälla när någon av dem ändras; vad som ändrades står vid signaturen. En bilaga som någon har arbetat med ersätts inte av en ny inläsning utan att en person svarar ja. ${fourEyes ? 'Byrån kräver att granskaren är en annan än upprättaren.' : 'Byrån kräver inte att granskaren är en annan än upprättaren.'} Skillnader under ${formatKronor(materialityOre)} kr räknas som oväsentliga, men visas.`,
    ],
  },
  {
    title: 'Så bokförs bokslutet',
    paragraphs: [
      'Bokslutsverifikationer sparas i revisioner. En revision godkänns för en bestämd inläsning och en bestämd verifikationsserie, och godkännandet upphör att gälla när någon av dem ändras. Varje godkänd verifikation förs över en gång, med ett märke i texten – (bokslut …) – som gör att den känns igen när bokföringen läses in igen. Verifikationen läses tillbaka och jämförs rad för rad.',
      'Det som har bokförts ändras eller tas aldrig bort av programmet; en rättelse är en ny verifikation. Vem som gjorde vad och när står i behandlingshistoriken.',
    ],
  },
  {
    title: 'Så bevaras handlingarna',
    paragraphs: [
      'Bilagor, bokföringsorder, behandlingshistorik, importkontroller, denna dokumentation och de lästa SIE-filerna samlas i en årsakt med en förteckning över kontrollsummor, så att varje ändring i efterhand märks. Räkenskapsinformation bevaras till och med det sjunde året efter utgången av det kalenderår då räkenskapsåret avslutades (BFL 7:2).',
    ],
  },
];
