import { accountSetOf, accountsApart, attachmentAccount, ledgerSign } from './account-set.ts';
import { sumAgeing } from './ageing.ts';
import type { Ageing } from './ageing.ts';
import { closingBalances } from './balances.ts';
import type { AccountNumber, Books, ExchangeRate, Ledger } from './books.ts';
import type { IsoDate } from './dates.ts';
import { isAdjustment } from './explain/adjustment-vouchers.ts';
import { gatherEvidence } from './explain/evidence.ts';
import { explainDifference } from './explain/explain.ts';
import type { Explanation } from './explain/explanation.ts';
import { marksByInvoice } from './item-marks.ts';
import type { ItemMark } from './item-marks.ts';
import { ore, sumOre, zeroOre } from './money.ts';
import type { Ore } from './money.ts';
import { compareNumbers } from './number-order.ts';
import { openItemsAt } from './open-items.ts';
import type { OpenItem, UnknownSettlement } from './open-items.ts';
import { proposeCashMethod } from './proposals/cash-method.ts';
import { leftToBook } from './proposals/left-to-book.ts';
import type { Proposal } from './proposals/proposal.ts';
import { proposeRevaluation, revalue } from './proposals/revaluation.ts';
import type { Revaluation } from './proposals/revaluation.ts';
import { suggest } from './proposals/suggestions.ts';
import { readSubledger } from './subledger.ts';
import { linkVouchers } from './voucher-links.ts';
import type { VoucherLinks } from './voucher-links.ts';

/** What one party owes or is owed: never netted with another party's. */
export interface PartyTotal {
  readonly partyNumber: string;
  readonly partyName: string;
  readonly items: number;
  readonly openOre: Ore;
}

/**
 * The attachment (bilaga) that specifies 1510 or 2440: open items, reconciliation against the ledger, explanations.
 * Plain data, the same for the same books however they were ordered. Amounts have the attachment's sign: a claim is
 * positive in receivables, a debt in payables.
 */
export interface Attachment {
  readonly ledger: Ledger;
  /** `1510` or `2440`. */
  readonly account: AccountNumber;
  /** The account set that the specification ties to. */
  readonly accounts: readonly AccountNumber[];
  readonly balanceDate: IsoDate;
  readonly openItems: readonly OpenItem[];
  readonly parties: readonly PartyTotal[];
  readonly specificationOre: Ore;
  readonly ledgerOre: Ore;
  readonly ledgerByAccount: Readonly<Record<AccountNumber, Ore>>;
  readonly shownApart: Readonly<Record<AccountNumber, Ore>>;
  /** Ledger − specification = Σ explanations + unexplained. */
  readonly differenceOre: Ore;
  readonly explanations: readonly Explanation[];
  readonly unexplainedOre: Ore;
  readonly ageing: Ageing;
  readonly creditBalancesOre: Ore;
  readonly settlementUnknown: readonly UnknownSettlement[];
  readonly revaluation: readonly Revaluation[];
  readonly rateMissing: readonly string[];
  /** Entries that follow from the rules. */
  readonly proposals: readonly Proposal[];
  /** Entries that need a person's judgement: doubtful, disputed and lost receivables, corrections of a difference. */
  readonly suggestions: readonly Proposal[];
  /** What people have said of single items, by invoice number; absent when nobody has. */
  readonly marks?: readonly ItemMark[];
}

export interface AttachmentOptions {
  /** The client's own account set instead of the default; the predefined account is always added. */
  readonly accountSet?: readonly AccountNumber[];
  readonly rates: readonly ExchangeRate[];
  /** VAT in percent that feared losses are freed from when an invoice's rows are not known; 25 when absent. */
  readonly assumedVatRate?: number;
  readonly marks?: readonly ItemMark[];
}

/**
 * Makes the attachment of one ledger as of the balance date (the closing year's last day).
 * `links` may be given by those who make both ledgers' attachments of the same books.
 * Throws RangeError when an amount leaves the safe integers or a rate is no number.
 */
export function buildAttachment(
  ledger: Ledger,
  books: Books,
  options: AttachmentOptions,
  links: VoucherLinks = linkVouchers(books),
): Attachment {
  const balanceDate = books.closing.year.to;
  const set = accountSetOf(ledger, books, options.accountSet);
  const subledger = readSubledger(ledger, books);
  const open = openItemsAt(subledger, links);
  const specificationOre = sumOre(open.items.map((item) => item.openOre));

  const balances = closingBalances(books.closing, links.closingRows().movements());
  const ledgerByAccount = nonZero([...set], balances, ledger);
  const ledgerOre = sumOre(Object.values(ledgerByAccount));
  const differenceOre = ore(ledgerOre - specificationOre);
  const evidence = gatherEvidence(ledger, set, books, subledger, links);
  const findings = explainDifference(evidence, specificationOre, open.unknown);
  const unexplainedOre = ore(differenceOre - sumOre(findings.map(({ amountOre }) => amountOre)));

  const { revaluation, rateMissing } = revalue(open.items, balanceDate, options.rates);
  const predefined = books.predefinedAccounts[ledger];
  const isCash = books.closing.accountingMethod === 'CASH';
  // A close has booked all of it, whatever the accountant made of the text that it is known by.
  const isBooked = differenceOre === 0 && evidence.vouchers.some(isAdjustment);
  const proposals = [
    proposeRevaluation(ledger, predefined, balanceDate, revaluation),
    ...(isCash && !isBooked ? [proposeCashMethod(ledger, books, open)] : []),
  ]
    .map((proposal) => leftToBook(proposal, evidence))
    .filter((proposal) => proposal !== undefined);

  return {
    ledger,
    account: attachmentAccount[ledger],
    accounts: [...set].toSorted(compareNumbers),
    balanceDate,
    openItems: open.items,
    parties: totalsByParty(open.items),
    specificationOre,
    ledgerOre,
    ledgerByAccount,
    shownApart: nonZero(accountsApart(ledger, set), balances, ledger),
    differenceOre,
    explanations: findings.map(({ code, amountOre, references, text }) => ({
      code,
      amountOre,
      references,
      text,
    })),
    unexplainedOre,
    ...sumAgeing(open.items),
    settlementUnknown: open.unknown,
    revaluation,
    rateMissing,
    proposals,
    suggestions: suggest({
      evidence,
      open,
      balances,
      findings,
      unexplainedOre,
      assumedVatRate: options.assumedVatRate ?? 25,
      marks: marksByInvoice(options),
    }),
    ...(options.marks && options.marks.length > 0 && { marks: options.marks }),
  };
}

/** Balances other than 0, with the attachment's sign, in order of account. */
function nonZero(
  accounts: readonly AccountNumber[],
  balances: ReadonlyMap<AccountNumber, Ore>,
  ledger: Ledger,
): Record<AccountNumber, Ore> {
  const found: Record<AccountNumber, Ore> = {};
  for (const account of accounts.toSorted(compareNumbers)) {
    const balance = balances.get(account) ?? zeroOre;
    if (balance !== 0) found[account] = ore(balance * ledgerSign(ledger));
  }
  return found;
}

/** The items come by party, so one pass is enough. */
function totalsByParty(items: readonly OpenItem[]): PartyTotal[] {
  const totals: PartyTotal[] = [];
  for (const { partyNumber, partyName, openOre } of items) {
    const last = totals.at(-1);
    if (last?.partyNumber === partyNumber) {
      totals[totals.length - 1] = { ...last, items: last.items + 1, openOre: ore(last.openOre + openOre) };
    } else totals.push({ partyNumber, partyName, items: 1, openOre });
  }
  return totals;
}
