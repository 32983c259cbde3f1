import { parseOre } from '../../accounting/money.ts';
import { findMarker } from '../../accounting/marker.ts';
import { verifyBinder } from '../../documents/verify-binder.ts';
import type { FortnoxBooks, FortnoxVoucher } from './fortnox-inside.ts';
import type { Told } from './story.ts';

/** Something that must be so at the end, and whether it is. */
export interface Check {
  readonly what: string;
  readonly holds: boolean;
}

/** What the end of a close left behind. */
export interface Evidence {
  readonly told: Told;
  readonly booksBefore: FortnoxBooks;
  readonly books: FortnoxBooks;
  readonly posts: number;
  readonly binder: Uint8Array;
  readonly historyEvents: number;
  readonly historyText: string;
}

const mostEvents = 250;

export function checkAll(evidence: Evidence): Check[] {
  const { told, books, booksBefore, posts, binder, historyEvents, historyText } = evidence;
  const sent = told.approved.length;
  const inFortnox = ourVouchers(books);
  const names = [books.company.name, books.company.organisationNumber];
  const checks: Check[] = [
    {
      what: 'every approved voucher is confirmed in the series that was chosen',
      holds:
        told.exported.length === sent &&
        told.exported.every(
          ({ status, fortnoxSeries }) => status === 'confirmed' && fortnoxSeries === told.series,
        ),
    },
    {
      what: 'Fortnox holds each of them once',
      holds: inFortnox.length === sent && duplicatesIn(books) === 0,
    },
    { what: 'Fortnox committed as many vouchers as were approved', holds: posts === sent },
    {
      what: 'they stand there to the öre as they were approved',
      holds: told.approved.every((adjustment) =>
        inFortnox.some((voucher) => sameRows(voucher, adjustment.rows) && voucher.date === adjustment.date),
      ),
    },
    {
      what: 'nothing else was changed in Fortnox',
      holds: books.vouchers.length === booksBefore.vouchers.length + sent,
    },
    { what: 'the binder (årsakt) verifies, byte by byte', holds: verifyBinder(binder).ok },
    { what: `the history has at most ${mostEvents} events`, holds: historyEvents <= mostEvents },
    {
      what: "no company name or organisation number stands in Temporal's history",
      holds: names.every((name) => !historyText.includes(name)),
    },
  ];
  if (sent > 0) {
    checks.push({
      what: 'the worker was killed when Fortnox held one voucher',
      holds: told.committedAtKill === 1,
    });
  }
  return checks;
}

/** The vouchers with our mark. */
export const ourVouchers = ({ vouchers }: FortnoxBooks): FortnoxVoucher[] =>
  vouchers.filter(({ text }) => findMarker(text) !== undefined);

/** How many vouchers there are beyond the first of each mark. */
export function duplicatesIn(books: FortnoxBooks): number {
  const ours = ourVouchers(books);
  return ours.length - new Set(ours.map(({ text }) => findMarker(text))).size;
}

function sameRows(
  { rows }: FortnoxVoucher,
  approved: readonly { readonly account: string; readonly amountOre: number }[],
): boolean {
  const booked = rows
    .filter(({ removed }) => removed !== true)
    .map(({ account, debit, credit }) => `${account} ${(parseOre(debit) ?? 0) - (parseOre(credit) ?? 0)}`);
  const wanted = approved.map(({ account, amountOre }) => `${account} ${amountOre}`);
  return booked.toSorted().join('\n') === wanted.toSorted().join('\n');
}
