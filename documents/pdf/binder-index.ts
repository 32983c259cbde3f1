import { Sheet } from './sheet.ts';
import { Table } from './table.ts';
import { swedishWhole } from '../swedish.ts';
import type { BinderIndexDocument } from '../content.ts';

/** The binder's index as PDF/A: which documents the årsakt holds, with the hash of each. */
export async function binderIndexPdf(document: BinderIndexDocument): Promise<Uint8Array> {
  const sheet = new Sheet({
    title: 'Årsakt',
    subtitle: 'Innehållsförteckning',
    letterhead: document.letterhead,
    source: document.source,
  });
  sheet.facts([
    ['Dokument', String(document.files.length)],
    ['Bevaras till (BFL 7:2)', `${document.keptUntilYear}-12-31`],
  ]);
  sheet.heading('Dokument i årsakten', 100);
  const table = new Table(sheet, [
    { title: 'Dokument', share: 4 },
    { title: 'Fil', share: 3.4 },
    { title: 'Storlek (byte)', share: 1.6, figures: true },
    { title: 'SHA-256', share: 5 },
  ]);
  for (const { title, name, bytes, sha256 } of document.files) {
    table.row([title, name, swedishWhole(bytes), `${sha256.slice(0, 32)} ${sha256.slice(32)}`]);
  }
  sheet.y += 12;
  sheet.paragraph(
    'Filen manifest.json i årsakten anger varje dokuments kontrollsumma. Kommandot "bokslut binder verify" prövar dem och säger vilket dokument som är ändrat.',
  );
  return sheet.finish();
}
