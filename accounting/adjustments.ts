import type { Account, FinancialYear } from './books.ts';
import type { Adjustment } from './adjustment.ts';
import type { IsoDate } from './dates.ts';
import { isFortnoxText } from './fortnox-text.ts';
import { formatKronor, ore } from './money.ts';

/** Fortnox's 200 characters of a description, less the mark that an export adds, with some to spare. */
export const longestText = 170;
/** Fortnox's limit of a row's TransactionInformation. */
export const longestRowText = 100;

export type AdjustmentFaultCode =
  | 'adjustment.unbalanced'
  | 'adjustment.too-few-rows'
  | 'adjustment.zero-row'
  | 'adjustment.account-unknown'
  | 'adjustment.account-inactive'
  | 'adjustment.outside-year'
  | 'adjustment.locked-period'
  | 'adjustment.text-missing'
  | 'adjustment.text-too-long'
  | 'adjustment.text-refused'
  | 'adjustment.amount-too-large'
  | 'adjustment.duplicate-id';

/** Why an adjustment cannot be approved or sent. */
export interface AdjustmentFault {
  readonly code: AdjustmentFaultCode;
  readonly adjustmentId: string;
  /** From 0; absent when it concerns the whole voucher. */
  readonly row?: number;
  /** Swedish, for the accountant. */
  readonly message: string;
}

export interface AdjustmentContext {
  readonly accounts: readonly Account[];
  /** The closing year. */
  readonly year: FinancialYear;
  /** Locked up to and including this date. */
  readonly lockedUntil?: IsoDate | undefined;
}

/** Every fault of every adjustment, in their order; an empty list means that all of them can be sent. */
export function checkAdjustments(
  adjustments: readonly Adjustment[],
  context: AdjustmentContext,
): AdjustmentFault[] {
  const active = new Map(context.accounts.map((account) => [account.number, account.active]));
  const seen = new Set<string>();
  const faults: AdjustmentFault[] = [];
  for (const adjustment of adjustments) {
    const fault = (code: AdjustmentFaultCode, message: string, row?: number): void => {
      faults.push({ code, adjustmentId: adjustment.id, ...(row === undefined ? {} : { row }), message });
    };
    if (seen.has(adjustment.id)) fault('adjustment.duplicate-id', 'Två verifikationer har samma id.');
    seen.add(adjustment.id);
    checkDate(adjustment, context, fault);
    checkText(adjustment.text, longestText, fault);
    checkRows(adjustment, active, fault);
  }
  return faults;
}

type Report = (code: AdjustmentFaultCode, message: string, row?: number) => void;

function checkDate({ date }: Adjustment, { year, lockedUntil }: AdjustmentContext, fault: Report): void {
  if (date < year.from || date > year.to) {
    fault(
      'adjustment.outside-year',
      `Datumet ${date} ligger utanför räkenskapsåret ${year.from}–${year.to}.`,
    );
  } else if (lockedUntil !== undefined && date <= lockedUntil) {
    fault(
      'adjustment.locked-period',
      `Perioden är låst till och med ${lockedUntil}; verifikationen är daterad ${date}.`,
    );
  }
}

function checkText(text: string, longest: number, fault: Report, row?: number): void {
  if (row === undefined && text.trim() === '')
    fault('adjustment.text-missing', 'Verifikationen saknar text.');
  if (text.length > longest) {
    fault('adjustment.text-too-long', `Texten är ${text.length} tecken; högst ${longest} får plats.`, row);
  }
  if (!isFortnoxText(text)) {
    fault(
      'adjustment.text-refused',
      'Texten innehåller tecken som Fortnox inte tar emot, till exempel citattecken eller < > [ ] { } |.',
      row,
    );
  }
}

function checkRows({ rows }: Adjustment, active: ReadonlyMap<string, boolean>, fault: Report): void {
  if (rows.length < 2) fault('adjustment.too-few-rows', 'En verifikation behöver minst två rader.');
  let sum = 0n;
  rows.forEach(({ account, amountOre, text }, index) => {
    sum += BigInt(amountOre);
    if (amountOre === 0) fault('adjustment.zero-row', `Raden på konto ${account} saknar belopp.`, index);
    const isActive = active.get(account);
    if (isActive === undefined)
      fault('adjustment.account-unknown', `Konto ${account} finns inte i kontoplanen.`, index);
    if (isActive === false) fault('adjustment.account-inactive', `Konto ${account} är inte aktivt.`, index);
    checkText(text, longestRowText, fault, index);
  });
  if (sum === 0n) return;
  const difference = Number(sum);
  if (Number.isSafeInteger(difference)) {
    fault('adjustment.unbalanced', `Debet och kredit skiljer ${formatKronor(ore(Math.abs(difference)))} kr.`);
  } else fault('adjustment.amount-too-large', 'Beloppen är för stora för att räknas exakt.');
}
