import type { AccountNumber, Ledger } from '../books.ts';
import type { Finding } from '../explain/explanation.ts';
import { formatKronor, negate, ore } from '../money.ts';
import { ProposalRows } from './proposal.ts';
import type { Proposal } from './proposal.ts';
import type { SuggestionInput } from './suggestions.ts';

/** What an amount without its document is, as the other rows of its voucher tell, and the account that BAS has for that. */
interface Kind {
  /** With the attachment's sign: a claim or debt is positive, a payment of it negative. */
  readonly sign: 1 | -1;
  readonly offsets: RegExp;
  readonly account: AccountNumber;
  readonly what: string;
}

const bank = /^19/;
const kinds: Readonly<Record<Ledger, readonly Kind[]>> = {
  receivables: [
    { sign: 1, offsets: /^(3[0-6]|26[123])/, account: '1518', what: 'ej reskontraförda kundfordringar' },
    { sign: -1, offsets: bank, account: '2420', what: 'förskott från kunder' },
  ],
  payables: [
    { sign: 1, offsets: /^([4-6]|26)/, account: '2448', what: 'ej reskontraförda leverantörsskulder' },
    { sign: -1, offsets: bank, account: '1684', what: 'kortfristiga fordringar hos leverantörer' },
  ],
};

/**
 * Moves what was typed by hand on the ledger's accounts to the account for what the subledger does not hold: a sale or a cost
 * without an invoice, a payment without one. A voucher with other accounts is left alone: it may be anything.
 */
export function moveManual(
  { code, amountOre, voucher, text }: Finding,
  { evidence: { books, ledger, set } }: SuggestionInput,
): Proposal | undefined {
  if (code !== 'manualVoucher' || !voucher) return undefined;
  const on = voucher.rows.filter(({ account }) => set.has(account));
  const outside = voucher.rows.filter((row) => !set.has(row.account) && row.amountOre !== 0);
  const kind = kinds[ledger].find(
    ({ sign, offsets }) => sign * amountOre > 0 && outside.every(({ account }) => offsets.test(account)),
  );
  if (!kind || outside.length === 0 || set.has(kind.account)) return undefined;
  const rows = new ProposalRows();
  for (const row of on) {
    rows.add(row.account, negate(row.amountOre));
    rows.add(kind.account, row.amountOre);
  }
  return {
    code: 'difference',
    date: books.closing.year.to,
    reversalDate: null,
    rows: rows.rows(),
    text: `Omföring av manuell verifikation ${voucher.series} ${voucher.number}`,
    reckoning: [
      text,
      `Ingen post i reskontran är på beloppet: ${formatKronor(ore(Math.abs(amountOre)))} flyttas till ${kind.account}, ${kind.what}`,
    ],
  };
}
