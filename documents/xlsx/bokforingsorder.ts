import { aboutSheet } from './about.ts';
import { workbookBytes } from './workbook.ts';
import { negate } from '../../accounting/money.ts';
import { orderTotals } from '../order-totals.ts';
import type { OrderDocument } from '../content.ts';
import type { WorksheetRow } from './workbook.ts';

/** The bokföringsorder as XLSX: one row for each row of each voucher, with Fortnox's number once it is booked. */
export async function bokforingsorderXlsx(document: OrderDocument): Promise<Uint8Array> {
  const { vouchers } = document;
  const rows = vouchers.flatMap((voucher, index) =>
    voucher.rows.map((row): WorksheetRow => [
      index + 1,
      voucher.booked === undefined ? '' : `${voucher.booked.series}-${voucher.booked.number}`,
      voucher.transfer ? 'Ja' : 'Nej',
      voucher.date,
      voucher.text,
      row.account,
      row.accountName,
      row.text,
      row.amountOre > 0 ? row.amountOre : undefined,
      row.amountOre < 0 ? negate(row.amountOre) : undefined,
    ]),
  );
  const { debitOre, creditOre } = orderTotals(vouchers);
  const blank = Array.from({ length: 7 }, () => undefined);
  return workbookBytes('Bokföringsorder', document.source.fetchedAt, [
    {
      name: 'Bokföringsorder',
      columns: [
        { title: 'Nr', kind: 'whole', width: 6 },
        { title: 'I Fortnox', kind: 'text', width: 11 },
        { title: 'Överförs', kind: 'text', width: 10 },
        { title: 'Datum', kind: 'date', width: 12 },
        { title: 'Verifikationstext', kind: 'text', width: 40 },
        { title: 'Konto', kind: 'text', width: 9 },
        { title: 'Benämning', kind: 'text', width: 40 },
        { title: 'Radtext', kind: 'text', width: 30 },
        { title: 'Debet', kind: 'amount', width: 16 },
        { title: 'Kredit', kind: 'amount', width: 16 },
      ],
      rows: [...rows, { total: ['Summa', ...blank, debitOre, creditOre], sum: [8, 9] }],
      landscape: true,
    },
    aboutSheet('Bokföringsorder', document, document.signOff, [
      ['Verifikationsserie', document.series],
      ['Revision', String(document.revision)],
    ]),
  ]);
}
