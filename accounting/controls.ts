import type { Attachment } from './attachment.ts';
import { closingBalances } from './balances.ts';
import type { AccountNumber, Books } from './books.ts';
import {
  closingAgainst,
  openingAgainstPrior,
  openingSum,
  subledgerAgainstLedger,
} from './controls/balances.ts';
import type { ControlFinding } from './controls/finding.ts';
import { VoucherTally } from './controls/vouchers.ts';
import type { Ore } from './money.ts';

export interface ControlOptions {
  /** The file's own closing balances (SIE #UB). */
  readonly fileClosingBalances?: ReadonlyMap<AccountNumber, Ore>;
  /** Closing balances that Fortnox itself gives for a sample of accounts. */
  readonly fortnoxBalances?: ReadonlyMap<AccountNumber, Ore>;
  /** The subledgers' reconciliations. */
  readonly attachments?: readonly Attachment[];
}

/** Checks the books as they were read. Nothing here stops an import: findings are shown, and the accountant judges. */
export function importControls(books: Books, options: ControlOptions = {}): ControlFinding[] {
  const { closing, lockedUntil } = books;
  const tally = new VoucherTally(closing.year, lockedUntil);
  for (const { series, number, date, text, rows } of closing.vouchers) {
    let sum = 0;
    for (const { account, amountOre } of rows) {
      sum += amountOre;
      tally.rows(account, 1);
    }
    tally.voucher(series, number, date, text.trim() !== '', sum);
  }
  const balances = closingBalances(closing);
  return [
    ...openingAgainstPrior(books),
    ...openingSum(closing.openingBalances),
    ...closingAgainstFile(balances, options.fileClosingBalances),
    ...closingAgainst(
      'control.fortnox-balance-differs',
      'Fortnox eget saldo',
      balances,
      options.fortnoxBalances,
    ),
    ...tally.findings(books.accounts),
    ...(options.attachments ?? []).flatMap(subledgerAgainstLedger),
  ];
}

/** The same for books of a file alone, whose vouchers are not in memory: they are told of by the tally and the movements. */
export function fileControls(
  tally: VoucherTally,
  books: Books,
  movements: ReadonlyMap<AccountNumber, Ore>,
  fileClosingBalances: ReadonlyMap<AccountNumber, Ore>,
): ControlFinding[] {
  return [
    ...openingAgainstPrior(books),
    ...openingSum(books.closing.openingBalances),
    ...closingAgainstFile(closingBalances(books.closing, movements), fileClosingBalances),
    ...tally.findings(books.accounts),
  ];
}

const closingAgainstFile = (
  balances: ReadonlyMap<AccountNumber, Ore>,
  told: ReadonlyMap<AccountNumber, Ore> | undefined,
): ControlFinding[] => closingAgainst('control.closing-differs', 'filens utgående balans', balances, told);
