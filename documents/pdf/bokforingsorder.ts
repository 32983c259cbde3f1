import { muted, Sheet } from './sheet.ts';
import { Table } from './table.ts';
import { drawSignOff } from './sign-off.ts';
import { formatKronor, negate, ore, sumOre } from '../../accounting/money.ts';
import { orderTotals } from '../order-totals.ts';
import { counted, swedishTime } from '../swedish.ts';
import type { OrderDocument, OrderVoucher } from '../content.ts';

/** The bokföringsorder as PDF/A: each adjustment voucher with its rows and, after the export, Fortnox's number. */
export async function bokforingsorderPdf(document: OrderDocument): Promise<Uint8Array> {
  const { vouchers } = document;
  const sheet = new Sheet({
    title: 'Bokföringsorder',
    subtitle: 'Bokslutsverifikationer',
    letterhead: document.letterhead,
    source: document.source,
  });
  const booked = vouchers.filter((voucher) => voucher.booked !== undefined).length;
  sheet.facts([
    ['Verifikationsserie', document.series],
    ['Revision', String(document.revision)],
    ['Verifikationer', String(vouchers.length)],
    ['Bokförda i Fortnox', `${booked} av ${vouchers.filter(({ transfer }) => transfer).length}`],
  ]);
  drawSignOff(sheet, document.signOff);
  if (vouchers.length === 0) sheet.paragraph('Inga bokslutsverifikationer.');
  vouchers.forEach((voucher, index) => drawVoucher(sheet, voucher, index + 1));
  if (vouchers.length > 1) drawSummary(sheet, vouchers);
  return sheet.finish();
}

function drawVoucher(sheet: Sheet, voucher: OrderVoucher, position: number): void {
  sheet.heading(`${position}. ${voucher.text}`, 90);
  sheet.paragraph(standing(voucher), { size: 8.5, color: muted });
  const table = new Table(sheet, [
    { title: 'Konto', share: 1.2 },
    { title: 'Benämning', share: 4 },
    { title: 'Text', share: 4 },
    { title: 'Debet', share: 2, figures: true },
    { title: 'Kredit', share: 2, figures: true },
  ]);
  for (const { account, accountName, text, amountOre } of voucher.rows) {
    const debit = amountOre > 0 ? formatKronor(amountOre) : '';
    const credit = amountOre < 0 ? formatKronor(negate(amountOre)) : '';
    table.row([account, accountName, text, debit, credit]);
  }
  const { debitOre, creditOre } = orderTotals([voucher]);
  table.total(['Summa', '', '', formatKronor(debitOre), formatKronor(creditOre)]);
}

function standing({ date, transfer, booked }: OrderVoucher): string {
  if (!transfer) return `Datum ${date}. Ej aktuell för överföring till Fortnox.`;
  if (booked === undefined) return `Datum ${date}. Ännu inte överförd till Fortnox.`;
  return `Datum ${date}. Bokförd i Fortnox som verifikation ${booked.series}-${booked.number}, ${swedishTime(booked.at)}${booked.awaitsAttest ? '; väntar på attest i Fortnox' : ''}.`;
}

function drawSummary(sheet: Sheet, vouchers: readonly OrderVoucher[]): void {
  sheet.heading('Sammanställning per konto');
  const accounts = new Map<string, { name: string; amounts: number[] }>();
  for (const { account, accountName, amountOre } of vouchers.flatMap(({ rows }) => rows)) {
    const entry = accounts.get(account) ?? { name: accountName, amounts: [] };
    entry.amounts.push(amountOre);
    accounts.set(account, entry);
  }
  const table = new Table(sheet, [
    { title: 'Konto', share: 1.2 },
    { title: 'Benämning', share: 8 },
    { title: 'Påverkan (debet positivt)', share: 3, figures: true },
  ]);
  for (const [account, { name, amounts }] of [...accounts].toSorted(([a], [b]) => (a < b ? -1 : 1))) {
    table.row([account, name, formatKronor(sumOre(amounts.map(ore)))]);
  }
  const { debitOre, creditOre } = orderTotals(vouchers);
  const count = counted(vouchers.length, 'verifikation', 'verifikationer');
  table.total(['Summa', count, formatKronor(ore(debitOre - creditOre))]);
}
