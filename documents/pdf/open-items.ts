import type { Sheet } from './sheet.ts';
import { Table } from './table.ts';
import { marksByInvoice } from '../../accounting/item-marks.ts';
import type { ItemMark } from '../../accounting/item-marks.ts';
import { formatKronor, sumOre } from '../../accounting/money.ts';
import { remark } from '../explanations.ts';
import { bucketNames } from '../../accounting/ageing.ts';
import type { Attachment } from '../../accounting/attachment.ts';
import type { OpenItem } from '../../accounting/open-items.ts';

/** Every open item by party, with what people have said of it. */
export function drawOpenItems(sheet: Sheet, attachment: Attachment): void {
  sheet.heading(`Öppna poster per ${attachment.balanceDate}`);
  if (attachment.openItems.length === 0) return sheet.paragraph('Inga öppna poster på balansdagen.');
  const supplier = attachment.ledger === 'payables';
  const table = new Table(sheet, [
    { title: 'Faktura', share: 1.9 },
    ...(supplier ? [{ title: 'Leverantörens nr', share: 2.8 }] : []),
    { title: 'Faktura- datum', share: 1.75 },
    { title: 'Förfallo- datum', share: 1.75 },
    { title: 'Valuta', share: 1.05 },
    { title: 'Ursprungligt belopp', share: 2.3, figures: true },
    { title: 'Betalt t.o.m. balansdagen', share: 2.3, figures: true },
    { title: 'Öppet i valutan', share: 2.3, figures: true },
    { title: 'Öppet (SEK)', share: 2.4, figures: true },
    { title: 'Dagar', share: 1.1, figures: true },
    { title: 'Ålder', share: 2.15 },
    { title: 'Betalt efter balansdagen', share: 2.3, figures: true },
    { title: 'Anmärkning', share: supplier ? 2.3 : 3.3 },
  ]);
  const blanks = Array.from({ length: supplier ? 7 : 6 }, () => '');
  const sum = (label: string, items: readonly OpenItem[]): string[] => [
    label,
    ...blanks,
    formatKronor(sumOre(items.map(({ openOre }) => openOre))),
    '',
    '',
    later(items),
  ];
  const marks = marksByInvoice(attachment);
  let start = 0;
  for (const { partyNumber, partyName, items: count } of attachment.parties) {
    const items = attachment.openItems.slice(start, start + count);
    start += count;
    table.group(`${partyNumber}  ${partyName}`);
    for (const item of items) table.row(openItemCells(item, supplier, marks.get(item.invoiceNumber)));
    table.subtotal(sum('Summa', items));
  }
  table.total(sum('Totalt', attachment.openItems));
}

function openItemCells(item: OpenItem, supplier: boolean, mark: ItemMark | undefined): string[] {
  const foreign = item.openCurrency === undefined ? '' : formatKronor(item.openCurrency);
  return [
    item.invoiceNumber,
    ...(supplier ? [item.externalNumber ?? ''] : []),
    item.invoiceDate,
    item.dueDate,
    item.currency ?? 'SEK',
    formatKronor(item.total),
    formatKronor(item.paid),
    foreign,
    formatKronor(item.openOre),
    item.daysOverdue === 0 ? '' : String(item.daysOverdue),
    bucketNames[item.ageingBucket],
    later([item]),
    remark(item, mark),
  ];
}

function later(items: readonly OpenItem[]): string {
  const payments = items.flatMap(({ laterPayments }) => laterPayments.map(({ amountOre }) => amountOre));
  return payments.length === 0 ? '' : formatKronor(sumOre(payments));
}

/** Credit balances once more, apart: they are never netted. */
export function drawCreditBalances(sheet: Sheet, data: Attachment): void {
  const credits = data.openItems.filter(({ openOre }) => openOre < 0);
  if (credits.length === 0) return;
  sheet.heading('Kreditsaldon', 110);
  sheet.paragraph(
    'Ingår i specifikationen ovan och visas här för sig; de kvittas inte mot andra poster (ÅRL 2:4).',
  );
  const table = new Table(sheet, [
    { title: 'Part', share: 5 },
    { title: 'Faktura', share: 2 },
    { title: 'Fakturadatum', share: 2 },
    { title: 'Anmärkning', share: 4 },
    { title: 'Öppet (SEK)', share: 2, figures: true },
  ]);
  const marks = marksByInvoice(data);
  for (const item of credits) {
    const said = remark(item, marks.get(item.invoiceNumber));
    const party = `${item.partyNumber}  ${item.partyName}`;
    table.row([party, item.invoiceNumber, item.invoiceDate, said, formatKronor(item.openOre)]);
  }
  table.total(['Summa kreditsaldon', '', '', '', formatKronor(data.creditBalancesOre)]);
}

/** What was paid after the balance date. */
export function drawLaterPayments(sheet: Sheet, data: Attachment): void {
  const paid = data.openItems.filter(({ laterPayments }) => laterPayments.length > 0);
  if (paid.length === 0) return;
  sheet.heading('Betalningar efter balansdagen', 110);
  sheet.paragraph(
    'Styrker posternas värde; beloppen är bokförda efter balansdagen och ändrar inte vad som var öppet då.',
  );
  const table = new Table(sheet, [
    { title: 'Part', share: 5 },
    { title: 'Faktura', share: 2 },
    { title: 'Öppet på balansdagen (SEK)', share: 2.4, figures: true },
    { title: 'Betalningsdatum', share: 2 },
    { title: 'Betalt (SEK)', share: 2, figures: true },
  ]);
  for (const item of paid) {
    item.laterPayments.forEach(({ date, amountOre }, index) => {
      const first = index === 0;
      table.row([
        first ? `${item.partyNumber}  ${item.partyName}` : '',
        first ? item.invoiceNumber : '',
        first ? formatKronor(item.openOre) : '',
        date,
        formatKronor(amountOre),
      ]);
    });
  }
  table.total(['Summa betalt efter balansdagen', '', '', '', later(paid)]);
}
