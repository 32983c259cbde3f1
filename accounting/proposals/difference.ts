import { attachmentAccount, ledgerSign } from '../account-set.ts';
import { addDays } from '../dates.ts';
import type { Finding } from '../explain/explanation.ts';
import { formatKronor, negate, ore, sumOre } from '../money.ts';
import type { Ore } from '../money.ts';
import { correctingRows } from './correcting-rows.ts';
import { leftToBook } from './left-to-book.ts';
import { moveManual } from './manual-voucher.ts';
import { ProposalRows } from './proposal.ts';
import type { Proposal } from './proposal.ts';
import type { SuggestionInput } from './suggestions.ts';
import { bookInvoice } from './unbooked-invoice.ts';

const roundingAccount = '3740';

/** How the entry's text begins, for what an entry can mend; the rest is mended in the subledger or asked about. */
const textOf: Partial<Record<Finding['code'], string>> = {
  editedVoucher: 'Rättelse av ändrad verifikation',
  invoiceVoucherMismatch: 'Rättelse, skiljer sig från fakturan, verifikation',
  paymentOnOtherAccount: 'Rättelse av betalning på annat konto, verifikation',
  wrongPeriod: 'Periodisering, bokförd i fel år, verifikation',
  duplicate: 'Rättelse av dubbelbokad verifikation',
};

/**
 * Entries that would bring the ledger to the specification, with a suggested offset account: what the voucher itself or the
 * invoice's rows use. All rounding goes to 3740 at once. What no entry of the close mends gets none: a payment without a
 * voucher (which account the money came to, nobody says), opening balances (they are carried over anew), an unexplained rest.
 */
export function suggestCorrections(input: SuggestionInput): Proposal[] {
  const propose = (finding: Finding): Proposal | undefined =>
    correct(finding, input) ?? moveManual(finding, input) ?? bookInvoice(finding, input);
  return [...unmended(input).map(propose), roundOff(input)]
    .map((proposal) => proposal && leftToBook(proposal, input.evidence))
    .filter((proposal) => proposal !== undefined);
}

/**
 * The findings that nothing makes up for. A voucher typed by hand of the opposite amount has mended another finding, or is the
 * other side of the same; of an open item it is the payment, which belongs in the subledger.
 */
function unmended({ findings, open }: SuggestionInput): readonly Finding[] {
  const amountsOf = (some: readonly Finding[]): Ore[] => some.map(({ amountOre }) => amountOre);
  const manual = new Set(amountsOf(findings.filter(({ code }) => code === 'manualVoucher')));
  // Hardly any books have one, and there may be many open items.
  if (manual.size === 0) return findings;
  const any = new Set([...amountsOf(findings), ...open.items.map(({ openOre }) => openOre)]);
  return findings.filter(
    ({ code, amountOre }) => !(code === 'manualVoucher' ? any : manual).has(negate(amountOre)),
  );
}

function correct(finding: Finding, { evidence }: SuggestionInput): Proposal | undefined {
  const { code, voucher } = finding;
  const { to } = evidence.books.closing.year;
  const text = textOf[code];
  const found = text === undefined ? undefined : correctingRows(finding, evidence);
  if (!voucher || !found) return undefined;
  // Numbers start anew each year.
  const what = voucher.date > to ? `Periodisering, bokförd först ${voucher.date}, verifikation` : text;
  const rows = new ProposalRows();
  for (const { account, amountOre } of found.rows) rows.add(account, amountOre);
  return {
    code: 'difference',
    date: to,
    reversalDate: code === 'wrongPeriod' ? addDays(to, 1) : null,
    rows: rows.rows(),
    text: `${what} ${voucher.series} ${voucher.number}`,
    reckoning: [finding.text, ...found.reckoning],
  };
}

/** All rounding in one entry, with an unexplained rest of less than a krona. */
function roundOff({ evidence, findings, unexplainedOre }: SuggestionInput): Proposal | undefined {
  const { books, ledger } = evidence;
  const found = findings.filter(({ code }) => code === 'rounding');
  const rest: Ore = Math.abs(unexplainedOre) < 100 ? unexplainedOre : ore(0);
  const amount = sumOre([...found.map(({ amountOre }) => amountOre), rest]) * ledgerSign(ledger);
  if (amount === 0) return undefined;
  const rows = new ProposalRows();
  rows.add(books.predefinedAccounts[ledger], -amount);
  rows.add(roundingAccount, amount);
  const reckoning = found.map(({ text }) => text);
  if (rest !== 0) reckoning.push(`Oförklarad rest: ${formatKronor(rest)}`);
  return {
    code: 'difference',
    date: books.closing.year.to,
    reversalDate: null,
    rows: rows.rows(),
    text: `Öresavrundning mot reskontran ${attachmentAccount[ledger]}`,
    reckoning,
  };
}
