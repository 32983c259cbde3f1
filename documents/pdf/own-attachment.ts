import { formatKronor, zeroOre } from '../../accounting/money.ts';
import { ownCheckText, ownDifference, ownTotal } from '../../accounting/own-attachment.ts';
import type { OwnAttachmentDocument } from '../content.ts';
import { drawSignOff } from './sign-off.ts';
import { swedishWhole } from '../swedish.ts';
import { alarm, muted, Sheet } from './sheet.ts';
import { Table } from './table.ts';

/** An own attachment as PDF/A: text, rows, the check against the balance, and which files support it. */
export async function ownAttachmentPdf(document: OwnAttachmentDocument): Promise<Uint8Array> {
  const { attachment, signOff } = document;
  const { accounts, rows, text, files, closing } = attachment;
  const sheet = new Sheet({
    title: `Bilaga ${accounts.join(', ')} ${attachment.title}`,
    subtitle: 'Egen specifikation',
    letterhead: document.letterhead,
    source: document.source,
  });
  drawSignOff(sheet, signOff);
  if (attachment.carriedFrom !== undefined)
    sheet.paragraph(`Utkast: text och rader kommer från bokslutet ${attachment.carriedFrom}.`);
  if (text.trim() !== '') {
    sheet.heading('Beskrivning');
    for (const paragraph of text.split(/\n+/)) sheet.paragraph(paragraph);
  }
  if (rows.length > 0) {
    sheet.heading('Specifikation', 90);
    const hasPrior = rows.some(({ priorOre }) => priorOre !== undefined);
    const table = new Table(sheet, [
      { title: 'Text', share: 7 },
      ...(hasPrior ? [{ title: 'Föregående år', share: 2, figures: true }] : []),
      { title: 'Belopp', share: 2, figures: true },
    ]);
    for (const { text: line, amountOre, priorOre } of rows) {
      const prior = hasPrior ? [priorOre === undefined ? '' : formatKronor(priorOre)] : [];
      table.row([line, ...prior, formatKronor(amountOre)]);
    }
    table.total(['Summa', ...(hasPrior ? [''] : []), formatKronor(ownTotal(attachment))]);
  }
  sheet.heading('Avstämning', 90);
  const check = new Table(sheet, [
    { title: 'Konto', share: 7 },
    { title: 'Belopp', share: 2, figures: true },
  ]);
  for (const account of accounts)
    check.row([`Utgående balans ${account}`, formatKronor(closing[account] ?? zeroOre)]);
  check.row(['Specifikationens summa', formatKronor(ownTotal(attachment))]);
  check.total(['Skillnad', formatKronor(ownDifference(attachment))]);
  const ties = ownDifference(attachment) === 0;
  sheet.paragraph(ownCheckText(attachment), { size: 9, font: 'bold', color: ties ? muted : alarm });
  if (files.length > 0) {
    sheet.heading('Underlag', 80);
    const table = new Table(sheet, [
      { title: 'Fil', share: 4 },
      { title: 'Storlek (byte)', share: 1.6, figures: true },
      { title: 'SHA-256', share: 6 },
    ]);
    for (const { name, sizeBytes, sha256 } of files)
      table.row([name, swedishWhole(sizeBytes), `${sha256.slice(0, 32)} ${sha256.slice(32)}`]);
  }
  return sheet.finish();
}
