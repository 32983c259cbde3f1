import { randomUUID } from 'node:crypto';
import type { Adjustment } from '../../accounting/adjustment.ts';
import { checkAdjustments } from '../../accounting/adjustments.ts';
import type { AdjustmentContext } from '../../accounting/adjustments.ts';
import type { Attachment } from '../../accounting/attachment.ts';
import type { AccountNumber, VoucherSeries } from '../../accounting/books.ts';
import { ore } from '../../accounting/money.ts';
import type { Proposal } from '../../accounting/proposals/proposal.ts';

/** What the accountant decides to book, and why: for the narration. */
export interface Decision {
  readonly adjustment: Adjustment;
  readonly from: string;
}

/**
 * What the demo's accountant books: the first proposal of an attachment that can be sent, and a small entry of her own
 * between two active accounts. Empty when nothing can be dated in the year (all of it locked) or the chart has too few accounts.
 */
export function decide(attachments: readonly Attachment[], context: AdjustmentContext): Decision[] {
  const canBeSent = ({ adjustment }: Decision): boolean =>
    checkAdjustments([adjustment], context).length === 0;
  const proposed = attachments
    .flatMap(({ account, proposals, suggestions }) =>
      [...proposals, ...suggestions].map((proposal) => ({
        adjustment: accepted(proposal),
        from: `proposed by attachment (bilaga) ${account}`,
      })),
    )
    .find(canBeSent);
  const own = ownEntry(context);
  return [proposed, own].filter((decision) => decision !== undefined).filter(canBeSent);
}

/** A proposal as the accountant takes it, unchanged. */
export const accepted = ({ code, date, text, rows }: Proposal): Adjustment => ({
  id: randomUUID(),
  date,
  text,
  rows: rows.map(({ account, debitOre, creditOre }) => ({
    account,
    amountOre: ore(debitOre - creditOre),
    text: '',
  })),
  transfer: true,
  proposalCode: code,
});

/** Bank charges of the last day, or whatever the first two accounts are: an entry that any chart has room for. */
function ownEntry({ accounts, year }: AdjustmentContext): Decision | undefined {
  const active = accounts.filter((account) => account.active).map(({ number }) => number);
  const debit = pick(active, ['6570', '6991', '6990', '3740']);
  const credit = pick(
    active.filter((number) => number !== debit),
    ['2990', '2890', '1930'],
  );
  if (debit === undefined || credit === undefined) return undefined;
  return {
    adjustment: {
      id: randomUUID(),
      date: year.to,
      text: 'Upplupna bankkostnader',
      rows: [
        { account: debit, amountOre: ore(350_00), text: '' },
        { account: credit, amountOre: ore(-350_00), text: '' },
      ],
      transfer: true,
    },
    from: "the accountant's own",
  };
}

const pick = (
  numbers: readonly AccountNumber[],
  liked: readonly AccountNumber[],
): AccountNumber | undefined => liked.find((number) => numbers.includes(number)) ?? numbers[0];

/** The series for year-end entries when there is one, else the first that Fortnox lets a program post to. */
export function chooseSeries(series: readonly VoucherSeries[]): VoucherSeries | undefined {
  const manual = series.filter((one) => one.manual);
  return manual.find(({ description }) => /bokslut/i.test(description)) ?? manual[0];
}
