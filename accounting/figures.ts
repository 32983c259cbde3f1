import type { MainAttachment } from './account-groups.ts';
import { ageingBuckets, bucketNames } from './ageing.ts';
import type { AgeingBucket } from './ageing.ts';
import type { Attachment } from './attachment.ts';
import type { AccountNumber } from './books.ts';
import type { ItemMark } from './item-marks.ts';
import { attachmentKind } from './attachment-kind.ts';
import { explanationTitles } from './explain/explanation.ts';
import type { ExplanationCode } from './explain/explanation.ts';
import { ore, zeroOre } from './money.ts';
import type { Ore } from './money.ts';
import { compareNumbers } from './number-order.ts';
import type { OwnAttachment } from './own-attachment.ts';
import { ownDifference, ownTotal } from './own-attachment.ts';

/**
 * The figures of an attachment by name: what a signature vouches for. Texts, the import that they came from, its time
 * and what happened after the balance date are none, so that a signature falls when a figure moves and only then. One that
 * is absent is 0, and one of 0 is absent: an account, an explanation or a row of 0 says no more than none.
 *
 * Names: `specification`, `ledger/1510`, `item/1007`, `account/1930/closing`, `row/3` … (`figureName` says them in Swedish).
 */
export type Figures = Readonly<Record<string, Ore>>;

export interface MovedFigure {
  readonly figure: string;
  readonly beforeOre: Ore;
  readonly afterOre: Ore;
}

/** What a person has added to an attachment that is made from the books. */
export interface WorkedOn {
  readonly note?: string;
  /** What the person has said of single open items. */
  readonly marks?: readonly ItemMark[];
  /** The figures of a newer import that the person chose not to take over. */
  readonly keptAgainst?: Figures;
}

/** The figures of an attachment of any kind, as it is kept: beside its own those that the books have otherwise, 0 as well. */
export function figuresOf(accountGroup: string, data: unknown): Figures {
  const own = ownFiguresOf(accountGroup, data);
  const { keptAgainst } = data as WorkedOn;
  if (!keptAgainst) return own;
  const books = movedFigures(own, keptAgainst).map(
    ({ figure, afterOre }) => [`${inBooks}${figure}`, afterOre] as const,
  );
  return { ...own, ...Object.fromEntries(books) };
}

/** What the books say of a figure, where a person has kept another. */
const inBooks = 'books/';

const figureIn = (figures: Figures, name: string): Ore =>
  figures[name] ?? (name.startsWith(inBooks) ? figures[name.slice(inBooks.length)] : undefined) ?? zeroOre;

/** What the books said when the attachment was last settled: its own figures, or those that it was kept against. */
const booksFiguresOf = (accountGroup: string, data: unknown): Figures =>
  (data as WorkedOn).keptAgainst ?? ownFiguresOf(accountGroup, data);

function ownFiguresOf(accountGroup: string, data: unknown): Figures {
  switch (attachmentKind(accountGroup)) {
    case 'ledger':
      return ledgerFigures(data as Attachment);
    case 'main':
      return mainFigures(data as MainAttachment);
    case 'own':
      return ownFigures(data as OwnAttachment);
  }
}

export function ledgerFigures(attachment: Attachment): Figures {
  const figures = new Sums();
  figures.add('specification', attachment.specificationOre);
  for (const [account, amount] of Object.entries(attachment.ledgerByAccount))
    figures.add(`ledger/${account}`, amount);
  for (const [account, amount] of Object.entries(attachment.shownApart))
    figures.add(`apart/${account}`, amount);
  figures.add('difference', attachment.differenceOre);
  for (const { code, amountOre } of attachment.explanations) figures.add(`explanation/${code}`, amountOre);
  figures.add('unexplained', attachment.unexplainedOre);
  for (const bucket of ageingBuckets) figures.add(`ageing/${bucket}`, attachment.ageing[bucket]);
  figures.add('credit', attachment.creditBalancesOre);
  for (const { invoiceNumber, openOre, currency, openCurrency } of attachment.openItems) {
    figures.add(`item/${invoiceNumber}`, openOre);
    if (currency !== undefined && openCurrency !== undefined)
      figures.add(`item/${invoiceNumber}/${currency}`, openCurrency);
  }
  for (const { invoiceNumber, amountOre } of attachment.settlementUnknown)
    figures.add(`unknown/${invoiceNumber}`, amountOre);
  for (const { invoiceNumber, revaluedOre } of attachment.revaluation)
    figures.add(`revalued/${invoiceNumber}`, revaluedOre);
  return figures.all();
}

export function mainFigures({ accounts }: MainAttachment): Figures {
  const figures = new Sums();
  for (const { number, openingOre, closingOre, priorClosing } of accounts) {
    figures.add(`account/${number}/opening`, openingOre);
    figures.add(`account/${number}/closing`, closingOre);
    for (const prior of priorClosing) figures.add(`account/${number}/${prior.yearEnd}`, prior.closingOre);
  }
  return figures.all();
}

export function ownFigures(own: OwnAttachment): Figures {
  const figures = new Sums();
  for (const [account, amount] of Object.entries(own.closing)) figures.add(`ledger/${account}`, amount);
  own.rows.forEach(({ amountOre }, index) => figures.add(`row/${index + 1}`, amountOre));
  figures.add('specification', ownTotal(own));
  figures.add('difference', ownDifference(own));
  return figures.all();
}

/** What moved between two states of one attachment. Equal figures: none. */
export function movedFigures(before: Figures, after: Figures): MovedFigure[] {
  const names = new Set([...Object.keys(before), ...Object.keys(after)]);
  return [...names]
    .map((figure) => ({
      figure,
      beforeOre: figureIn(before, figure),
      afterOre: figureIn(after, figure),
    }))
    .filter(({ beforeOre, afterOre }) => beforeOre !== afterOre)
    .toSorted((a, b) => compareNumbers(a.figure, b.figure));
}

/** Whether what a re-import gives says something else of the books than what a person has worked on or kept. */
export const offersNews = (accountGroup: string, current: unknown, offered: unknown): boolean =>
  movedFigures(booksFiguresOf(accountGroup, current), booksFiguresOf(accountGroup, offered)).length > 0;

const words: Readonly<Record<string, (part: string, rest: string) => string>> = {
  specification: () => 'specifikationens summa',
  difference: () => 'skillnad mot huvudboken',
  unexplained: () => 'oförklarad rest',
  credit: () => 'kreditsaldon',
  ledger: (account) => `utgående balans ${account}`,
  apart: (account) => `utgående balans ${account} (visas vid sidan om)`,
  explanation: (code) => `förklarat: ${(explanationTitles[code as ExplanationCode] ?? code).toLowerCase()}`,
  ageing: (bucket) => `åldersgrupp ${(bucketNames[bucket as AgeingBucket] ?? bucket).toLowerCase()}`,
  item: (invoice, currency) => `faktura ${invoice}${currency === '' ? '' : ` i ${currency}`}`,
  unknown: (invoice) => `faktura ${invoice}, betaldag okänd`,
  revalued: (invoice) => `faktura ${invoice} till balansdagens kurs`,
  row: (number) => `rad ${number}`,
  account: (account, what) =>
    what === 'opening'
      ? `ingående balans ${account}`
      : `utgående balans ${account}${what === 'closing' ? '' : ` ${what}`}`,
};

/** A figure's name for an accountant. */
export function figureName(figure: string): string {
  const [kind = '', part = '', ...rest] = figure.split('/');
  if (kind === 'books') return `${figureName([part, ...rest].join('/'))} enligt senaste inläsningen`;
  return words[kind]?.(part, rest.join('/')) ?? figure;
}

/** The account that a figure is a balance of; undefined when it is something else. */
export const accountOfFigure = (figure: string): AccountNumber | undefined =>
  /^(?:books\/)?(?:account|apart|ledger)\/([^/]+)/.exec(figure)?.[1];

/** Two things of one name are one figure: their sum. Sums of 0 are none. */
class Sums {
  private readonly sums = new Map<string, number>();

  add(name: string, amount: Ore): void {
    this.sums.set(name, (this.sums.get(name) ?? 0) + amount);
  }

  all(): Figures {
    return Object.fromEntries(
      [...this.sums].filter(([, sum]) => sum !== 0).map(([name, sum]) => [name, ore(sum)]),
    );
  }
}
