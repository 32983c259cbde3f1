import { Sheet } from './sheet.ts';
import { Table } from './table.ts';
import { namedRecords } from '../findings.ts';
import { counted } from '../swedish.ts';
import type { FindingsDocument } from '../content.ts';

const severities = [
  { severity: 'error', title: 'Fel', one: 'fel', many: 'fel' },
  { severity: 'warning', title: 'Varningar', one: 'varning', many: 'varningar' },
  { severity: 'info', title: 'Upplysningar', one: 'upplysning', many: 'upplysningar' },
] as const;

/** The import's findings as PDF/A, the gravest first. */
export async function findingsPdf(document: FindingsDocument): Promise<Uint8Array> {
  const { findings } = document;
  const sheet = new Sheet({
    title: 'Importkontroller',
    subtitle: 'Vad inläsningen av bokföringen fann',
    letterhead: document.letterhead,
    source: document.source,
  });
  const count = (severity: string): number =>
    findings.filter((finding) => finding.severity === severity).length;
  if (findings.length === 0) sheet.paragraph('Inläsningen fann inget att anmärka på.');
  else {
    const summary = severities.map(({ severity, one, many }) => counted(count(severity), one, many));
    sheet.paragraph(`Inläsningen fann ${summary.slice(0, -1).join(', ')} och ${summary.at(-1)}.`);
  }
  for (const { severity, title } of severities) {
    const some = findings.filter((finding) => finding.severity === severity);
    if (some.length === 0) continue;
    sheet.heading(title, 80);
    const table = new Table(sheet, [
      { title: 'Kontroll', share: 3.2 },
      { title: 'Rad', share: 0.9, figures: true },
      { title: 'Vad som fanns', share: 6.4 },
      { title: 'Gäller', share: 2.6 },
    ]);
    for (const { code, line, message, records = [] } of some)
      table.row([code, line === undefined || line === 0 ? '' : String(line), message, namedRecords(records)]);
  }
  return sheet.finish();
}
