import type { AccountNumber } from './books.ts';
import type { IsoDate } from './dates.ts';
import { formatKronor, ore, sumOre, zeroOre } from './money.ts';
import type { Ore } from './money.ts';

/** A line that a person specifies a balance with; debit positive, as the balance itself. */
export interface OwnRow {
  readonly text: string;
  readonly amountOre: Ore;
  /** What the same line held a year before, when it was carried forward. */
  readonly priorOre?: Ore;
}

/** An uploaded file that supports the balance, with the SHA-256 of its bytes. */
export interface OwnFile {
  readonly fileId: string;
  readonly name: string;
  readonly mediaType: string;
  readonly sha256: string;
  readonly sizeBytes: number;
}

/** What a person writes to support accounts that no subledger specifies: free text, rows, files (facts §4, Capego). */
export interface OwnAttachment {
  readonly title: string;
  readonly text: string;
  /** The balance-sheet accounts that it specifies. */
  readonly accounts: readonly AccountNumber[];
  readonly rows: readonly OwnRow[];
  readonly files: readonly OwnFile[];
  /** Closing balance (UB) of each account in the books that it was last held against. */
  readonly closing: Readonly<Record<AccountNumber, Ore>>;
  /** The balance date of the year that text and rows were taken from; until a person has saved it, it is a draft. */
  readonly carriedFrom?: IsoDate;
  /** No longer wanted. Kept, because what was signed once is never deleted. */
  readonly withdrawn?: true;
}

export const ownTotal = ({ rows }: Pick<OwnAttachment, 'rows'>): Ore =>
  sumOre(rows.map(({ amountOre }) => amountOre));

export const ownClosing = ({ closing }: Pick<OwnAttachment, 'closing'>): Ore =>
  sumOre(Object.values(closing));

/** UB − total: 0 when the rows specify the balance to the öre. */
export const ownDifference = (own: Pick<OwnAttachment, 'rows' | 'closing'>): Ore =>
  ore(ownClosing(own) - ownTotal(own));

/** The same held against other books. */
export const againstBalances = (
  own: OwnAttachment,
  balances: ReadonlyMap<AccountNumber, Ore>,
): OwnAttachment => ({ ...own, closing: closingOfAccounts(own.accounts, balances) });

export const closingOfAccounts = (
  accounts: readonly AccountNumber[],
  balances: ReadonlyMap<AccountNumber, Ore>,
): Record<AccountNumber, Ore> =>
  Object.fromEntries(accounts.map((account) => [account, balances.get(account) ?? zeroOre]));

/** Next year's draft: text and rows stand, amounts and files are the new year's to fill in. */
export const carriedForward = (
  own: OwnAttachment,
  from: IsoDate,
  balances: ReadonlyMap<AccountNumber, Ore>,
): OwnAttachment => ({
  title: own.title,
  text: own.text,
  accounts: own.accounts,
  rows: own.rows.map(({ text, amountOre }) => ({ text, amountOre: zeroOre, priorOre: amountOre })),
  files: [],
  closing: closingOfAccounts(own.accounts, balances),
  carriedFrom: from,
});

const longest = { title: 200, text: 20_000, row: 500 };
const mostRows = 5_000;
const mostFiles = 50;
const mostAccounts = 100;

/** What is wrong with it as a person wrote it, in Swedish; empty when it may be saved. A difference is no fault. */
export function ownAttachmentFaults(
  own: Pick<OwnAttachment, 'title' | 'text' | 'accounts' | 'rows'> & { readonly files: readonly unknown[] },
): string[] {
  const faults: string[] = [];
  const fault = (broken: boolean, text: string): void => void (broken && faults.push(text));
  fault(own.title.trim() === '', 'Bilagan saknar rubrik.');
  fault(own.title.length > longest.title, `Rubriken är längre än ${longest.title} tecken.`);
  fault(own.text.length > longest.text, `Texten är längre än ${longest.text} tecken.`);
  fault(own.accounts.length === 0, 'Bilagan nämner inget konto.');
  fault(own.accounts.length > mostAccounts, `Bilagan nämner fler än ${mostAccounts} konton.`);
  fault(new Set(own.accounts).size < own.accounts.length, 'Ett konto är nämnt två gånger.');
  fault(own.rows.length > mostRows, `Bilagan har fler än ${mostRows} rader.`);
  fault(own.files.length > mostFiles, `Bilagan har fler än ${mostFiles} filer.`);
  own.rows.forEach(({ text, amountOre }, index) => {
    fault(text.length > longest.row, `Rad ${index + 1} är längre än ${longest.row} tecken.`);
    fault(!Number.isSafeInteger(amountOre), `Rad ${index + 1} har ett belopp som inte går att räkna med.`);
  });
  for (const account of own.accounts.filter((one) => !/^[12][0-9A-Za-z]{1,7}$/.test(one)))
    faults.push(`${account.slice(0, 10)} är inget balanskonto.`);
  return faults;
}

/** The check in words, for the page and the document. */
export const ownCheckText = (own: OwnAttachment): string => {
  const difference = ownDifference(own);
  return difference === 0
    ? 'Utgående balans − summa = 0'
    : `Utgående balans − summa = ${formatKronor(difference)} kr`;
};
