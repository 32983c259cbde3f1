import type { FindingsDocument } from '../content.ts';
import { namedRecords } from '../findings.ts';
import { severityNames } from '../swedish.ts';
import { aboutSheet } from './about.ts';
import { workbookBytes } from './workbook.ts';
import type { Worksheet, WorksheetRow } from './workbook.ts';

/** What the import found as XLSX: a sheet with a row for each finding, and one with a row for each record behind them. */
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
      rows: document.findings.map(({ severity, code, line, message, records = [] }) => [
        severityNames[severity],
        code,
        line === 0 ? undefined : line,
        message,
        namedRecords(records),
      ]),
      landscape: true,
    },
    ...recordSheet(document),
    aboutSheet('Importkontroller', document),
  ]);

function recordSheet({ findings }: FindingsDocument): Worksheet[] {
  const rows = findings.flatMap(({ code, records = [] }) =>
    records.map(({ name, balanceOre, againstOre, differenceOre, count }): WorksheetRow => [
      code,
      name,
      balanceOre,
      againstOre,
      differenceOre,
      count,
    ]),
  );
  if (rows.length === 0) return [];
  return [
    {
      name: 'Poster',
      columns: [
        { title: 'Kontroll', kind: 'text', width: 32 },
        { title: 'Gäller', kind: 'text', width: 30 },
        { title: 'Saldo', kind: 'amount', width: 18 },
        { title: 'Jämfört med', kind: 'amount', width: 18 },
        { title: 'Skillnad', kind: 'amount', width: 18 },
        { title: 'Antal', kind: 'whole', width: 9 },
      ],
      rows,
    },
  ];
}
