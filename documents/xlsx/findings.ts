import type { FindingsDocument } from '../content.ts';
import { severityNames } from '../swedish.ts';
import { aboutSheet } from './about.ts';
import { workbookBytes } from './workbook.ts';

/** What the import found as XLSX: a row for each finding, with every record behind it. */
export const findingsXlsx = (document: FindingsDocument): Promise<Uint8Array> =>
  workbookBytes('Importkontroller', document.source.fetchedAt, [
    {
      name: 'Importkontroller',
      columns: [
        { title: 'Slag', kind: 'text', width: 12 },
        { title: 'Kontroll', kind: 'text', width: 32 },
        { title: 'Rad', kind: 'whole', width: 9 },
        { title: 'Vad som fanns', kind: 'text', width: 90 },
        { title: 'Gäller', kind: 'text', width: 50 },
      ],
      rows: document.findings.map(({ severity, code, line, message, records }) => [
        severityNames[severity],
        code,
        line === 0 ? undefined : line,
        message,
        records?.join(', '),
      ]),
      landscape: true,
    },
    aboutSheet('Importkontroller', document),
  ]);
