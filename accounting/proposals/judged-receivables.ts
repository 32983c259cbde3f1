import type { AccountNumber } from '../books.ts';
import type { Evidence } from '../explain/evidence.ts';
import { formatKronor, negate, sumOre, zeroOre } from '../money.ts';
import type { Ore } from '../money.ts';
import type { OpenItem } from '../open-items.ts';
import type { SuggestionInput } from './suggestions.ts';

export const feared: AccountNumber = '6352';
export const confirmed: AccountNumber = '6351';
export const writeDown: AccountNumber = '1519';
export const doubtfulClaims: AccountNumber = '1515';
export const disputedClaims: AccountNumber = '1516';

/** Open claims by what is thought of them; each stands in one list at most. */
export interface JudgedReceivables {
  /** Marked as doubtful; or more than 90 days overdue, not marked otherwise and not paid since. */
  readonly doubtful: readonly OpenItem[];
  readonly disputed: readonly OpenItem[];
  /** Marked as lost and not booked as such yet. */
  readonly lost: readonly OpenItem[];
}

export function judge({ open, marks, evidence }: SuggestionInput): JudgedReceivables {
  const doubtful: OpenItem[] = [];
  const disputed: OpenItem[] = [];
  const lost: OpenItem[] = [];
  for (const item of open.items) {
    if (item.openOre <= 0) continue;
    const kind = marks.get(item.invoiceNumber)?.kind;
    if (kind === 'lost') lost.push(item);
    else if (kind === 'disputed') disputed.push(item);
    else if (kind === 'doubtful' || isOldAndUnpaid(item)) doubtful.push(item);
  }
  const booked = bookedLosses(lost, evidence);
  return { doubtful, disputed, lost: lost.filter((item) => !booked.has(item)) };
}

/** What came in after the balance date proves what the claim was worth then. */
const paidLater = ({ laterPayments }: OpenItem): Ore =>
  sumOre(laterPayments.map(({ amountOre }) => amountOre));

const isOldAndUnpaid = (item: OpenItem): boolean =>
  item.ageingBucket === 'over90' && paidLater(item) < item.openOre;

/** The line of a reckoning that tells of such money; none when there is none. */
export function paidLaterLine(item: OpenItem): string[] {
  const paid = paidLater(item);
  if (paid === 0) return [];
  return [
    `Faktura ${item.invoiceNumber} är betald med ${formatKronor(paid)} efter balansdagen: bedöm vad som återstår`,
  ];
}

/** What an account holds on its debit side. */
export const held = ({ balances }: SuggestionInput, account: AccountNumber): Ore =>
  balances.get(account) ?? zeroOre;

/** What an account holds on its credit side. */
export const heldInCredit = (input: SuggestionInput, account: AccountNumber): Ore =>
  negate(held(input, account));

/**
 * A confirmed loss is known as booked by a voucher on 6351, in whatever year, that names the invoice and takes as much off the
 * claims as is open of it, or of all that it names together: an invoice's number alone may be any number, as that of a year.
 */
function bookedLosses(lost: readonly OpenItem[], { books, set }: Evidence): ReadonlySet<OpenItem> {
  const booked = new Set<OpenItem>();
  if (lost.length === 0) return booked;
  for (const { text, rows } of [books.closing, ...books.otherYears].flatMap(({ vouchers }) => vouchers)) {
    if (!rows.some(({ account, amountOre }) => account === confirmed && amountOre > 0)) continue;
    const words = new Set(
      [text, ...rows.map((row) => row.text)].flatMap((said) => said.split(/[^\p{L}\p{N}]+/u)),
    );
    const named = lost.filter(({ invoiceNumber }) => words.has(invoiceNumber));
    const taken = rows
      .filter(({ account }) => set.has(account) || account === doubtfulClaims)
      .map(({ amountOre }) => negate(amountOre));
    const isAll = sumOre(taken) === sumOre(named.map(({ openOre }) => openOre));
    for (const item of named) if (isAll || taken.includes(item.openOre)) booked.add(item);
  }
  return booked;
}
