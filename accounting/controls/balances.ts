import type { Attachment } from '../attachment.ts';
import { isBalanceSheetAccount } from '../account-groups.ts';
import { yearsBefore } from '../balances.ts';
import type { AccountNumber, Books, ClosedYear, YearBooks } from '../books.ts';
import { addDays, daysBetween } from '../dates.ts';
import { formatKronor, ore, sumOre, zeroOre } from '../money.ts';
import type { Ore } from '../money.ts';
import { compareNumbers, compareText } from '../number-order.ts';
import { mostRecords, some } from './finding.ts';
import type { ControlCode, ControlFinding, FoundRecord } from './finding.ts';

/** Each year's opening balance is the closing balance of the year before (ÅRL 2:4), up to the closing year. */
export function openingAgainstPrior(books: Books): ControlFinding[] {
  const { closing, otherYears } = books;
  const closed = yearsBefore(books);
  const opened = [...otherYears.filter(({ year }) => year.to < closing.year.from), closing];
  return opened
    .toSorted((a, b) => compareText(a.year.from, b.year.from))
    .flatMap((year) => {
      const before = closed.find((one) => one.year.to < year.year.from);
      return before ? againstBefore(year, before) : [];
    });
}

function againstBefore({ year, openingBalances }: YearBooks, before: ClosedYear): ControlFinding[] {
  if (before.year.to !== addDays(year.from, -1)) {
    const message = `Närmast föregående räkenskapsår slutar ${before.year.to}, inte dagen före ${year.from}: ingående balans kan inte stämmas av.`;
    const figures = { days: daysBetween(before.year.to, year.from) - 1 };
    const records = [before.year, year].map(({ from, to }) => ({ name: `${from}–${to}` }));
    return [{ code: 'control.year-gap', severity: 'info', message, figures, records }];
  }
  const accounts = new Set([...openingBalances.keys(), ...before.closingBalances.keys()]);
  const found = differences(
    [...accounts].filter(isBalanceSheetAccount),
    openingBalances,
    before.closingBalances,
  );
  if (found.length === 0) return [];
  const message = `Ingående balans ${year.from} avviker från föregående års utgående balans på ${accountList(found)}.`;
  return [finding('control.opening-differs', 'warning', message, found)];
}

/** Opening balances need not sum to 0: the last result may not have been moved to 2099 yet. */
export function openingSum(openingBalances: ReadonlyMap<AccountNumber, Ore>): ControlFinding[] {
  const totalOre = sumOre(openingBalances.values());
  if (totalOre === 0) return [];
  const message = `Ingående balanser summerar till ${formatKronor(totalOre)} kr; förra årets resultat är troligen inte omfört.`;
  const records = [...openingBalances]
    .map(([name, balanceOre]) => ({ name, balanceOre }))
    .toSorted((a, b) => compareNumbers(a.name, b.name));
  return [
    {
      code: 'control.opening-sum',
      severity: 'info',
      message,
      figures: { count: records.length, sumOre: totalOre },
      records: records.slice(0, mostRecords.withFigures),
    },
  ];
}

/** What the vouchers make of each balance, against what somebody else says that it is. */
export function closingAgainst(
  code: 'control.closing-differs' | 'control.fortnox-balance-differs',
  what: string,
  own: ReadonlyMap<AccountNumber, Ore>,
  told: ReadonlyMap<AccountNumber, Ore> | undefined,
): ControlFinding[] {
  if (!told) return [];
  const found = differences(told.keys(), own, told);
  if (found.length === 0) return [];
  const message = `Ingående balans plus verifikationer avviker från ${what} på ${accountList(found)}.`;
  return [finding(code, 'warning', message, found)];
}

/** The subledger's reconciliation: a difference that is explained is told of, the rest is a warning. */
export function subledgerAgainstLedger({
  account,
  differenceOre,
  unexplainedOre,
  specificationOre,
  ledgerOre,
  explanations,
}: Attachment): ControlFinding[] {
  if (differenceOre === 0) return [];
  const isExplained = unexplainedOre === 0;
  const rest = isExplained ? 'helt förklarad' : `varav ${formatKronor(unexplainedOre)} kr är oförklarat`;
  const message = `Reskontran för ${account} skiljer ${formatKronor(differenceOre)} kr från huvudboken, ${rest}.`;
  const figures = {
    ledgerOre,
    specificationOre,
    differenceOre,
    unexplainedOre,
    explanations: explanations.length,
  };
  return [
    {
      code: 'control.subledger-differs',
      severity: isExplained ? 'info' : 'warning',
      message,
      figures,
      records: [{ name: account, balanceOre: ledgerOre, againstOre: specificationOre, differenceOre }],
    },
  ];
}

interface DifferentBalance extends FoundRecord {
  readonly differenceOre: Ore;
}

/** The accounts whose balances are not those that they are held against, in order. */
function differences(
  accounts: Iterable<AccountNumber>,
  balances: ReadonlyMap<AccountNumber, Ore>,
  against: ReadonlyMap<AccountNumber, Ore>,
): DifferentBalance[] {
  return [...accounts]
    .map((name) => {
      const balanceOre = balances.get(name) ?? zeroOre;
      const againstOre = against.get(name) ?? zeroOre;
      return { name, balanceOre, againstOre, differenceOre: ore(balanceOre - againstOre) };
    })
    .filter(({ differenceOre }) => differenceOre !== 0)
    .toSorted((a, b) => compareNumbers(a.name, b.name));
}

function finding(
  code: ControlCode,
  severity: ControlFinding['severity'],
  message: string,
  found: readonly DifferentBalance[],
): ControlFinding {
  const differencesOre = sumOre(found.map(({ differenceOre }) => ore(Math.abs(differenceOre))));
  const figures = { count: found.length, differencesOre };
  return { code, severity, message, figures, records: found.slice(0, mostRecords.withFigures) };
}

const accountList = (found: readonly DifferentBalance[]): string =>
  some(found.map(({ name, differenceOre }) => `${name} (${formatKronor(differenceOre)})`));
