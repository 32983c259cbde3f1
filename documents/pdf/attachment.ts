import { drawAgeing } from './ageing-chart.ts';
import { drawCreditBalances, drawLaterPayments, drawOpenItems } from './open-items.ts';
import { drawProposals } from './proposals.ts';
import { alarm, muted, Sheet } from './sheet.ts';
import { Table } from './table.ts';
import { drawSignOff } from './sign-off.ts';
import { drawTrail } from './trail.ts';
import { explanationTitles } from '../../accounting/explain/explanation.ts';
import { formatKronor, ore, sumOre } from '../../accounting/money.ts';
import { nameReferences, treatments } from '../explanations.ts';
import { attachmentTitle, counted, swedishDecimal } from '../swedish.ts';
import type { Attachment } from '../../accounting/attachment.ts';
import type { AttachmentDocument } from '../content.ts';

/**
 * The bilaga for 1510 or 2440 as PDF/A: reconciliation and ageing first, then every open item by party, what is proposed to
 * be booked, and last how each open amount came about.
 */
export async function attachmentPdf(document: AttachmentDocument): Promise<Uint8Array> {
  const { attachment } = document;
  const sheet = new Sheet({
    title: attachmentTitle(attachment),
    subtitle: `Specifikation och avstämning per balansdagen ${attachment.balanceDate}`,
    letterhead: document.letterhead,
    source: document.source,
    landscape: true,
  });
  sheet.facts([
    ['Konton som stäms av', attachment.accounts.join(', ')],
    ['Reskontra', attachment.ledger === 'receivables' ? 'Kundreskontra' : 'Leverantörsreskontra'],
    ['Öppna poster', String(attachment.openItems.length)],
    ['Oförklarad differens', formatKronor(attachment.unexplainedOre)],
  ]);
  drawSignOff(sheet, document.signOff);
  drawSummary(sheet, attachment);
  drawExplanations(sheet, attachment);
  if (document.note !== undefined && document.note !== '') {
    sheet.heading('Kommentar');
    sheet.paragraph(document.note);
  }
  drawOpenItems(sheet, attachment);
  drawCreditBalances(sheet, attachment);
  drawLaterPayments(sheet, attachment);
  drawSettlementUnknown(sheet, attachment);
  drawRevaluation(sheet, attachment);
  drawProposals(sheet, attachment);
  drawTrail(sheet, attachment);
  return sheet.finish();
}

function drawSummary(sheet: Sheet, data: Attachment): void {
  const half = (sheet.width - 30) / 2;
  const chartLeft = sheet.left + half + 30;
  const accounts = Object.entries(data.ledgerByAccount);
  sheet.ensure(190 + accounts.length * 13);
  sheet.heading('Avstämning mot huvudbok');
  const headingY = sheet.y - 20;
  sheet.write('Åldersanalys', chartLeft, headingY, { size: 11.5, font: 'bold' });
  const top = sheet.y;
  const chartHeight = drawAgeing(sheet, data, chartLeft, half);
  const table = new Table(
    sheet,
    [
      { title: 'Konto', share: 3 },
      { title: 'Saldo (SEK)', share: 1.4, figures: true },
    ],
    half,
  );
  for (const [account, amount] of accounts)
    table.row([`Konto ${account}, utgående balans`, formatKronor(amount)]);
  table.subtotal(['Enligt huvudbok', formatKronor(data.ledgerOre)]);
  table.row(['Enligt specifikation (öppna poster)', formatKronor(data.specificationOre)]);
  table.subtotal(['Differens', formatKronor(data.differenceOre)]);
  const explained = ore(data.differenceOre - data.unexplainedOre);
  table.row([`Förklarat: ${counted(data.explanations.length, 'post', 'poster')}`, formatKronor(explained)]);
  table.total(['Oförklarat', formatKronor(data.unexplainedOre)]);
  const apart = Object.entries(data.shownApart);
  for (const [account, amount] of apart) table.row([`Visas för sig: konto ${account}`, formatKronor(amount)]);
  sheet.y = Math.max(sheet.y, top + chartHeight) + 5;
  const verdict =
    data.differenceOre === 0
      ? 'Specifikationen stämmer med huvudboken.'
      : data.unexplainedOre === 0
        ? 'Hela differensen är förklarad.'
        : `${formatKronor(data.unexplainedOre)} kr av differensen är inte förklarat och måste utredas.`;
  sheet.paragraph(verdict, { size: 9, font: 'bold', color: data.unexplainedOre === 0 ? muted : alarm });
}

function drawExplanations(sheet: Sheet, data: Attachment): void {
  if (data.explanations.length === 0) return;
  sheet.heading('Förklaringar till differensen');
  const table = new Table(sheet, [
    { title: 'Förklaring', share: 2 },
    { title: 'Gäller', share: 3 },
    { title: 'Vad det betyder', share: 6 },
    { title: 'Belopp (SEK)', share: 1.6, figures: true },
  ]);
  for (const { code, amountOre, references, text } of data.explanations) {
    table.row([explanationTitles[code], nameReferences(references), text, formatKronor(amountOre)]);
  }
  table.total(['Summa förklarat', '', '', formatKronor(ore(data.differenceOre - data.unexplainedOre))]);
}

function drawSettlementUnknown(sheet: Sheet, data: Attachment): void {
  if (data.settlementUnknown.length === 0) return;
  sheet.heading('Reglerade fakturor utan betalning i reskontran', 110);
  sheet.paragraph(
    'Fortnox visar saldot noll idag, men betalningarna räcker inte. Slutbetaldatum är en uppgift, inte ett bevis: varje post bör bekräftas.',
  );
  const table = new Table(sheet, [
    { title: 'Part', share: 4 },
    { title: 'Faktura', share: 2 },
    { title: 'Belopp som saknas', share: 2, figures: true },
    { title: 'Slutbetaldatum enligt Fortnox', share: 2.4 },
    { title: 'Behandling', share: 8 },
  ]);
  for (const item of data.settlementUnknown) {
    table.row([
      `${item.partyNumber}  ${item.partyName}`,
      item.invoiceNumber,
      formatKronor(item.amountOre),
      item.finalPayDate ?? 'saknas',
      treatments[item.treatedAs],
    ]);
  }
}

function drawRevaluation(sheet: Sheet, data: Attachment): void {
  if (data.revaluation.length === 0 && data.rateMissing.length === 0) return;
  sheet.heading('Omräkning till balansdagens kurs', 110);
  if (data.rateMissing.length > 0) {
    sheet.paragraph(`Kurs saknas för ${data.rateMissing.join(', ')}: dessa poster är inte omräknade.`, {
      size: 9,
      font: 'bold',
      color: alarm,
    });
  }
  if (data.revaluation.length === 0) return;
  const table = new Table(sheet, [
    { title: 'Part', share: 1.6 },
    { title: 'Faktura', share: 2 },
    { title: 'Valuta', share: 1 },
    { title: 'Öppet i valutan', share: 2.2, figures: true },
    { title: 'Kurs', share: 1.5, figures: true },
    { title: 'Kursdatum', share: 1.5 },
    { title: 'Kurskälla', share: 2.6 },
    { title: 'Bokfört (SEK)', share: 2.2, figures: true },
    { title: 'Omräknat (SEK)', share: 2.2, figures: true },
    { title: 'Kursdifferens (SEK)', share: 2.2, figures: true },
  ]);
  for (const item of data.revaluation) {
    table.row([
      item.partyNumber,
      item.invoiceNumber,
      item.currency,
      formatKronor(item.openCurrency),
      swedishDecimal(item.rate),
      item.rateDate,
      item.rateSource,
      formatKronor(item.bookedOre),
      formatKronor(item.revaluedOre),
      formatKronor(item.differenceOre),
    ]);
  }
  const difference = sumOre(data.revaluation.map(({ differenceOre }) => differenceOre));
  table.total(['Summa', '', '', '', '', '', '', '', '', formatKronor(difference)]);
}
