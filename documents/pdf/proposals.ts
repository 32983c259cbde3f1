import { muted } from './sheet.ts';
import type { Sheet } from './sheet.ts';
import { Table } from './table.ts';
import { formatKronor, sumOre } from '../../accounting/money.ts';
import type { Attachment } from '../../accounting/attachment.ts';
import type { Proposal } from '../../accounting/proposals/proposal.ts';
import { proposalTitles } from '../explanations.ts';

/** The entries that follow from the figures, and those that need a person's judgement, each with its reckoning. */
export function drawProposals(sheet: Sheet, { proposals, suggestions }: Attachment): void {
  for (const proposal of proposals) draw(sheet, 'Föreslagen bokslutsverifikation', proposal);
  for (const suggestion of suggestions) draw(sheet, 'Att bedöma', suggestion);
}

function draw(
  sheet: Sheet,
  kind: string,
  { code, date, reversalDate, rows, text, reckoning }: Proposal,
): void {
  // A short entry is not torn between two pages.
  sheet.heading(
    `${kind}: ${proposalTitles[code]}`,
    110 + 12.4 * Math.min(rows.length + reckoning.length, 15),
  );
  const reversal = reversalDate === null ? '' : ` Återförs ${reversalDate}.`;
  sheet.paragraph(`${text}. Datum ${date}.${reversal}`);
  const table = new Table(
    sheet,
    [
      { title: 'Konto', share: 3 },
      { title: 'Debet', share: 2, figures: true },
      { title: 'Kredit', share: 2, figures: true },
    ],
    sheet.width / 2,
  );
  for (const { account, debitOre, creditOre } of rows) {
    table.row([
      account,
      debitOre === 0 ? '' : formatKronor(debitOre),
      creditOre === 0 ? '' : formatKronor(creditOre),
    ]);
  }
  const sum = (side: 'debitOre' | 'creditOre'): string => formatKronor(sumOre(rows.map((row) => row[side])));
  table.total(['Summa', sum('debitOre'), sum('creditOre')]);
  if (reckoning.length === 0) return;
  sheet.paragraph('Uträkning', { size: 8, font: 'bold' });
  for (const line of reckoning) sheet.paragraph(line, { size: 8, color: muted }, 1);
  sheet.y += 4;
}
