import { Sheet } from './sheet.ts';
import { Table } from './table.ts';
import { swedishTime } from '../swedish.ts';
import type { HistoryDocument } from '../content.ts';

/** The behandlingshistorik as PDF/A: who did what, when, in the order in which it happened. */
export async function historyPdf(document: HistoryDocument): Promise<Uint8Array> {
  const sheet = new Sheet({
    title: 'Behandlingshistorik',
    subtitle: 'Vem som gjorde vad, och när, under bokslutet',
    letterhead: document.letterhead,
    source: document.source,
  });
  sheet.heading('Händelser', 100);
  if (document.entries.length === 0) sheet.paragraph('Inga händelser.');
  else {
    const table = new Table(sheet, [
      { title: 'Tid (svensk)', share: 2.2 },
      { title: 'Vem', share: 2.8 },
      { title: 'Vad', share: 7 },
      { title: 'Gäller', share: 2.8 },
    ]);
    for (const { at, who, what, concerns } of document.entries) {
      table.row([swedishTime(at), who, what, concerns ?? '']);
    }
  }
  return sheet.finish();
}
