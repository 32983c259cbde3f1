import type { Adjustment } from '../../accounting/adjustment.ts';
import { checkAdjustments } from '../../accounting/adjustments.ts';
import type { Account, FinancialYear } from '../../accounting/books.ts';
import type { IsoDate } from '../../accounting/dates.ts';
import { Problem } from '../../accounting/problem.ts';
import type { FortnoxSeries } from '../../fortnox/wire/ledger.ts';
import type { LedgerChanges } from './ledger-changes.ts';

/** What is about to be sent, and what Fortnox says of the ground that it will land on. */
export interface PreflightFacts {
  readonly adjustments: readonly Adjustment[];
  readonly series: string;
  readonly year: FinancialYear;
  readonly seriesNow: readonly FortnoxSeries[];
  readonly accountsNow: readonly Account[];
  readonly lockedUntil: IsoDate | undefined;
  /** What has changed in the ledger since the approved snapshot and nobody has accepted; undefined: nothing. */
  readonly changes: LedgerChanges | undefined;
}

interface Fault {
  readonly code: string;
  readonly what: string;
  readonly advice: string;
}

/** Everything that would fail, told at once in one Problem `export.preflight-failed`; nothing has been sent then. */
export function refuseWhatWouldFail(facts: PreflightFacts): void {
  const faults = [...seriesFaults(facts), ...adjustmentFaults(facts), ...ledgerFaults(facts)];
  if (faults.length === 0) return;
  throw new Problem({
    code: 'export.preflight-failed',
    what: `Inget har förts över, eftersom Fortnox skulle ha nekat: ${faults.map(({ code, what }) => `${what} [${code}]`).join(' ')}`,
    advice: [...new Set(faults.map(({ advice }) => advice))].join(' '),
  });
}

function seriesFaults({ series, seriesNow, year }: PreflightFacts): Fault[] {
  const found = seriesNow.find(({ code }) => code === series);
  if (found?.manual) return [];
  const manual = seriesNow.filter((candidate) => candidate.manual).map(({ code }) => code);
  const others =
    manual.length > 0
      ? `De manuella serierna är ${manual.toSorted().join(', ')}.`
      : 'Ingen serie är manuell.';
  const advice =
    'Markera serien som "Manuell kontering" i Fortnox, eller godkänn på nytt med en annan serie.';
  return found
    ? [
        {
          code: 'export.series-not-manual',
          what: `Serie ${series} är inte manuell i Fortnox. ${others}`,
          advice,
        },
      ]
    : [
        {
          code: 'export.series-missing',
          what: `Serie ${series} finns inte i Fortnox för räkenskapsåret ${year.from}–${year.to}. ${others}`,
          advice: 'Lägg upp serien i Fortnox, eller godkänn på nytt med en annan serie.',
        },
      ];
}

function adjustmentFaults({ adjustments, accountsNow, year, lockedUntil }: PreflightFacts): Fault[] {
  const number = new Map(adjustments.map(({ id }, index) => [id, index + 1]));
  return checkAdjustments(adjustments, { accounts: accountsNow, year, lockedUntil }).map(
    ({ code, adjustmentId, message }) => ({
      code,
      what: `Bokslutsverifikation ${number.get(adjustmentId) ?? '?'}: ${message}`,
      advice: 'Rätta bokslutsverifikationen, eller det i Fortnox som den stöter mot, och försök igen.',
    }),
  );
}

function ledgerFaults({ changes }: PreflightFacts): Fault[] {
  if (!changes) return [];
  return [
    {
      code: 'export.ledger-changed',
      what: `Bokföringen i Fortnox har ändrats sedan den lästes in (${wordsOf(changes)}).`,
      advice: 'Gör en ny import, granska ändringarna och godkänn på nytt, eller godta ändringarna som de är.',
    },
  ];
}

const longestList = 5;

function wordsOf({ added, changed, removed, openingBalances }: LedgerChanges): string {
  const parts: [string, readonly string[]][] = [
    ['nya verifikationer', added],
    ['ändrade verifikationer', changed],
    ['borttagna verifikationer', removed],
    ['ingående balans på konto', openingBalances],
  ];
  return parts
    .filter(([, list]) => list.length > 0)
    .map(([words, list]) => {
      const more = list.length > longestList ? ` och ${list.length - longestList} till` : '';
      return `${words}: ${list.slice(0, longestList).join(', ')}${more}`;
    })
    .join('; ');
}
