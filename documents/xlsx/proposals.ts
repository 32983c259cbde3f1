import type { Attachment } from '../../accounting/attachment.ts';
import type { Proposal } from '../../accounting/proposals/proposal.ts';
import { proposalTitles } from '../explanations.ts';
import type { Worksheet, WorksheetRow } from './workbook.ts';

/** The entries that the attachment proposes, each with its rows and its reckoning; undefined when there are none. */
export function proposalSheet({ proposals, suggestions }: Attachment): Worksheet | undefined {
  const rows = [
    ...proposals.flatMap((proposal) => rowsOf('Förslag', proposal)),
    ...suggestions.flatMap((suggestion) => rowsOf('Att bedöma', suggestion)),
  ];
  if (rows.length === 0) return undefined;
  return {
    name: 'Förslag',
    columns: [
      { title: 'Slag', kind: 'text', width: 12 },
      { title: 'Konto', kind: 'text', width: 10 },
      { title: 'Text och uträkning', kind: 'text', width: 90 },
      { title: 'Datum', kind: 'date', width: 13 },
      { title: 'Återförs', kind: 'date', width: 13 },
      { title: 'Debet', kind: 'amount', width: 18 },
      { title: 'Kredit', kind: 'amount', width: 18 },
    ],
    rows,
    landscape: true,
  };
}

function rowsOf(kind: string, { code, date, reversalDate, rows, text, reckoning }: Proposal): WorksheetRow[] {
  return [
    { title: `${kind}: ${proposalTitles[code]}` },
    ...rows.map(({ account, debitOre, creditOre }): WorksheetRow => [
      kind,
      account,
      text,
      date,
      reversalDate ?? undefined,
      debitOre === 0 ? undefined : debitOre,
      creditOre === 0 ? undefined : creditOre,
    ]),
    ...reckoning.map((line): WorksheetRow => ['', '', line]),
  ];
}
