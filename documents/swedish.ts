import type { SignOff } from './content.ts';
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

export const statusNames: Readonly<Record<SignOff['status'], string>> = {
  draft: 'Utkast',
  prepared: 'Upprättad',
  approved: 'Godkänd',
  stale: 'Godkännandet gäller inte längre: siffrorna har ändrats',
};

/** How grave a finding of the import is. */
export const severityNames = { error: 'Fel', warning: 'Varning', info: 'Upplysning' } as const;

/** Which version a document shows, when there is another that it could be taken for; undefined when there is none. */
export function versionNote({ version, offeredVersion, standingVersion }: SignOff): string | undefined {
  if (standingVersion !== undefined)
    return `Visar version ${version}: ett förslag ur en ny inläsning. Version ${standingVersion} gäller tills någon tar över förslaget.`;
  if (offeredVersion !== undefined)
    return `Visar version ${version}, som gäller. Bokföringen har ändrats efter den: förslaget i version ${offeredVersion} väntar på svar.`;
  return undefined;
}

/** A rate's decimal string with a Swedish decimal comma. */
export const swedishDecimal = (decimal: string): string => decimal.replace('.', ',');

/** A whole number with no-break spaces between thousands. */
export const swedishWhole = (count: number): string =>
  String(count).replaceAll(/\B(?=(\d{3})+(?!\d))/g, '\u00a0');
