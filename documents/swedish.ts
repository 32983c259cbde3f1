import type { SignOff } from './content.ts';
import type { AgeingBucket } from '../accounting/ageing.ts';
import type { Attachment } from '../accounting/attachment.ts';
import type { FinancialYear } from '../accounting/books.ts';

const stockholm = new Intl.DateTimeFormat('sv-SE', {
  timeZone: 'Europe/Stockholm',
  dateStyle: 'short',
  timeStyle: 'short',
});

/** An instant as a reader in Sweden reads a clock: "2026-01-14 09:12". */
export const swedishTime = (instant: string): string => stockholm.format(new Date(instant));

export const swedishYear = (year: FinancialYear): string => `${year.from} – ${year.to}`;

/** "en faktura", "2 fakturor". */
export const counted = (count: number, one: string, many: string): string =>
  `${count} ${count === 1 ? one : many}`;

/** "Bilaga 1510 Kundfordringar". */
export const attachmentTitle = ({ account, ledger }: Attachment): string =>
  `Bilaga ${account} ${ledger === 'receivables' ? 'Kundfordringar' : 'Leverantörsskulder'}`;

export const bucketNames: Readonly<Record<AgeingBucket, string>> = {
  notDue: 'Ej förfallet',
  d1_30: '1–30 dagar',
  d31_60: '31–60 dagar',
  d61_90: '61–90 dagar',
  over90: 'Över 90 dagar',
  credit: 'Kreditsaldon',
};

export const statusNames: Readonly<Record<SignOff['status'], string>> = {
  draft: 'Utkast',
  prepared: 'Upprättad',
  approved: 'Godkänd',
  stale: 'Godkännandet gäller inte längre: siffrorna har ändrats',
};

/** A rate's decimal string with a Swedish decimal comma. */
export const swedishDecimal = (decimal: string): string => decimal.replace('.', ',');

/** A whole number with no-break spaces between thousands. */
export const swedishWhole = (count: number): string =>
  String(count).replaceAll(/\B(?=(\d{3})+(?!\d))/g, '\u00a0');
