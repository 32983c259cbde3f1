import { ledgerSign } from '../account-set.ts';
import { allocate } from '../allocate.ts';
import type { VoucherRow } from '../books.ts';
import { addDays } from '../dates.ts';
import type { Finding } from '../explain/explanation.ts';
import { formatKronor, negate, ore, sumOre } from '../money.ts';
import type { Ore } from '../money.ts';
import { ProposalRows } from './proposal.ts';
import type { Proposal } from './proposal.ts';
import type { SuggestionInput } from './suggestions.ts';

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
 * Entries that would bring the ledger to the specification, with a suggested offset account: what the voucher itself
 * used. A duplicate and a voucher in the wrong year are mirrored row by row; all rounding goes to 3740 at once.
 */
export function suggestCorrections(input: SuggestionInput): Proposal[] {
  const made = input.findings.map((finding) => correct(finding, input));
  return [...made, roundOff(input)].filter((proposal) => proposal !== undefined);
}

function correct(finding: Finding, { evidence }: SuggestionInput): Proposal | undefined {
  const { code, amountOre, voucher } = finding;
  const text = textOf[code];
  if (!text || !voucher) return undefined;
  const { books, ledger, set } = evidence;
  const { to } = books.closing.year;
  /** What the predefined account must change by, debit positive. */
  const wanted = ore(amountOre * -ledgerSign(ledger));
  const outside = offsetRows(voucher.rows, set, code === 'paymentOnOtherAccount');
  const effect = sumOre(voucher.rows.filter(({ account }) => set.has(account)).map((row) => row.amountOre));

  const rows = new ProposalRows();
  const mirrored =
    (code === 'duplicate' || code === 'wrongPeriod') &&
    balances(voucher.rows) &&
    Math.abs(effect) === Math.abs(wanted);
  if (mirrored) {
    const turn = effect === wanted ? 1 : -1;
    for (const row of voucher.rows) rows.add(row.account, row.amountOre * turn);
  } else {
    if (outside.length === 0 || sumOre(outside.map((row) => row.amountOre)) === 0) return undefined;
    const shares = allocate(
      negate(wanted),
      outside.map((row) => row.amountOre),
    );
    rows.add(books.predefinedAccounts[ledger], wanted);
    outside.forEach(({ account }, index) => rows.add(account, shares[index] ?? 0));
  }
  const reckoning = [
    finding.text,
    mirrored
      ? `Verifikationens rader ${effect === wanted ? 'bokas på balansdagen' : 'vänds'}: ${formatKronor(ore(Math.abs(wanted)))} på reskontrakontot`
      : `${formatKronor(ore(Math.abs(wanted)))} fördelas på verifikationens motkonton ${[...new Set(outside.map(({ account }) => account))].join(', ')}`,
  ];
  return {
    code: 'difference',
    date: to,
    reversalDate: code === 'wrongPeriod' ? addDays(to, 1) : null,
    rows: rows.rows(),
    text: `${text} ${voucher.series} ${voucher.number}`,
    reckoning,
  };
}

/** The voucher's rows outside the set; for a payment not the bank (19xx), where the money did come in. */
const offsetRows = (rows: readonly VoucherRow[], set: ReadonlySet<string>, isPaid: boolean): VoucherRow[] =>
  rows.filter(
    ({ account, amountOre }) => !set.has(account) && amountOre !== 0 && !(isPaid && account.startsWith('19')),
  );

const balances = (rows: readonly VoucherRow[]): boolean => sumOre(rows.map((row) => row.amountOre)) === 0;

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
    text: 'Öresavrundning mot reskontran',
    reckoning,
  };
}
