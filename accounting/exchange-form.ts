import type { AccountNumber } from './books.ts';
import type { Attachment } from './attachment.ts';
import { marksByInvoice } from './item-marks.ts';
import type { ItemMark, MarkKind } from './item-marks.ts';

/**
 * The attachment in the form that other programs read (test/cases/README.md, the expected file): the figures without
 * what only people read, and account numbers as numbers.
 */
export function exchangeForm(attachment: Attachment) {
  const marks = marksByInvoice(attachment);
  return {
    openItems: attachment.openItems.map((item) => ({
      invoiceNumber: item.invoiceNumber,
      partyNumber: item.partyNumber,
      openOre: item.openOre,
      ...(item.currency === undefined ? {} : { currency: item.currency, openCurrency: item.openCurrency }),
      dueDate: item.dueDate,
      daysOverdue: item.daysOverdue,
      ageingBucket: item.ageingBucket,
      laterPayments: item.laterPayments,
      flags: item.flags,
      ...markOf(marks.get(item.invoiceNumber)),
    })),
    specificationOre: attachment.specificationOre,
    ledgerOre: attachment.ledgerOre,
    ledgerByAccount: attachment.ledgerByAccount,
    shownApart: attachment.shownApart,
    differenceOre: attachment.differenceOre,
    explanations: attachment.explanations.map(({ code, amountOre, references }) => ({
      code,
      amountOre,
      references,
    })),
    unexplainedOre: attachment.unexplainedOre,
    ageing: attachment.ageing,
    creditBalancesOre: attachment.creditBalancesOre,
    settlementUnknown: attachment.settlementUnknown.map((unknown) => ({
      invoiceNumber: unknown.invoiceNumber,
      partyNumber: unknown.partyNumber,
      amountOre: unknown.amountOre,
      finalPayDate: unknown.finalPayDate,
      treatedAs: unknown.treatedAs,
    })),
    revaluation: attachment.revaluation.map((item) => ({
      invoiceNumber: item.invoiceNumber,
      partyNumber: item.partyNumber,
      currency: item.currency,
      openCurrency: item.openCurrency,
      rate: item.rate,
      rateDate: item.rateDate,
      bookedOre: item.bookedOre,
      revaluedOre: item.revaluedOre,
      differenceOre: item.differenceOre,
    })),
    rateMissing: attachment.rateMissing,
    proposals: attachment.proposals.map(({ code, date, reversalDate, rows }) => ({
      code,
      date,
      reversalDate,
      rows: rows.map((row) => ({ ...row, account: asNumber(row.account) })),
    })),
  };
}

/** What a person has said of the item; nothing when nobody has. */
const markOf = (mark: ItemMark | undefined): { mark?: MarkKind; note?: string } => ({
  ...(mark?.kind !== undefined && { mark: mark.kind }),
  ...(mark?.note !== undefined && { note: mark.note }),
});

export type ExchangeForm = ReturnType<typeof exchangeForm>;

const asNumber = (account: AccountNumber): number | AccountNumber =>
  /^\d{1,15}$/.test(account) ? Number(account) : account;
