import type { Sheet } from './sheet.ts';
import { Table } from './table.ts';
import { formatKronor } from '../../accounting/money.ts';
import type { Attachment } from '../../accounting/attachment.ts';
import { stepNames } from '../explanations.ts';

/** How each open amount came about, step by step, so that every öre can be followed back to its document and voucher. */
export function drawTrail(sheet: Sheet, { openItems }: Attachment): void {
  if (openItems.length === 0) return;
  sheet.heading('Så har posterna uppkommit', 110);
  sheet.paragraph(
    'Händelserna till och med balansdagen, med handling och verifikation i Fortnox. Stegen summerar till postens öppna belopp.',
  );
  const table = new Table(sheet, [
    { title: 'Part', share: 1.4 },
    { title: 'Faktura', share: 2 },
    { title: 'Händelse', share: 3 },
    { title: 'Handling nr', share: 2 },
    { title: 'Datum', share: 1.8 },
    { title: 'Verifikation', share: 1.8 },
    { title: 'Räkenskapsår från', share: 2 },
    { title: 'Belopp (SEK)', share: 2.2, figures: true },
    { title: 'Öppet (SEK)', share: 2.2, figures: true },
  ]);
  for (const { partyNumber, invoiceNumber, openOre, trail } of openItems) {
    for (const [index, { kind, number, date, voucher, amountOre }] of trail.entries()) {
      const isFirst = index === 0;
      table.row([
        isFirst ? partyNumber : '',
        isFirst ? invoiceNumber : '',
        stepNames[kind],
        number,
        date ?? 'okänt',
        voucher === undefined ? '' : `${voucher.series}-${voucher.number}`,
        voucher?.year ?? '',
        formatKronor(amountOre),
        index === trail.length - 1 ? formatKronor(openOre) : '',
      ]);
    }
  }
}
