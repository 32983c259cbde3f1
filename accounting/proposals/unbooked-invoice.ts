import { ledgerSign } from '../account-set.ts';
import { allocate } from '../allocate.ts';
import type { Finding } from '../explain/explanation.ts';
import { nameDocument } from '../explain/wording.ts';
import { toFortnoxText } from '../fortnox-text.ts';
import { formatKronor, negate, ore } from '../money.ts';
import { isPayment } from '../voucher-links.ts';
import { partsOf } from './invoice-parts.ts';
import { ProposalRows } from './proposal.ts';
import type { Proposal } from './proposal.ts';
import { outputVat } from './receivable-vat.ts';
import type { SuggestionInput } from './suggestions.ts';

const inputVat = '2641';

/**
 * Books an invoice of the year that nothing was booked for, by its rows. One that names a voucher outside of the books that
 * were read is left alone, as is one of which the tax agency owes a share, and one whose rows are not known.
 */
export function bookInvoice(finding: Finding, { evidence }: SuggestionInput): Proposal | undefined {
  const [invoice] = finding.voucher ? [] : (finding.documents ?? []);
  if (!invoice || isPayment(invoice) || invoice.voucher || invoice.taxReduction !== 0) return undefined;
  const { books, ledger } = evidence;
  const parts = partsOf(invoice, (rate) => (ledger === 'payables' ? inputVat : outputVat[rate]));
  if (!parts) return undefined;
  const booked = ore(negate(finding.amountOre) * ledgerSign(ledger));
  const shares = allocate(
    negate(booked),
    parts.map(({ amount }) => amount),
  );
  const rows = new ProposalRows();
  rows.add(books.predefinedAccounts[ledger], booked);
  parts.forEach(({ account }, index) => rows.add(account, shares[index]!));
  const split = parts.map(({ account, amount }) => `${account} ${formatKronor(amount)}`).join(', ');
  return {
    code: 'difference',
    date: books.closing.year.to,
    reversalDate: null,
    rows: rows.rows(),
    text: toFortnoxText(`Bokföring av ${nameDocument(invoice)} utan verifikation`),
    reckoning: [
      finding.text,
      `Enligt fakturans rader: ${split}`,
      'Utred först varför Fortnox inte har bokfört fakturan: görs det där, ska den inte bokföras här',
    ],
  };
}
