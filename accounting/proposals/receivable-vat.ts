import { allocate } from '../allocate.ts';
import type { AccountNumber, Invoice } from '../books.ts';
import { negate, ore, sumOre, zeroOre } from '../money.ts';
import type { Ore } from '../money.ts';
import type { OpenItem } from '../open-items.ts';
import type { SuggestionInput } from './suggestions.ts';

/** What an open claim consists of: the sale and the output VAT (utgående moms) on it. They add up to what is open. */
export interface ClaimParts {
  readonly netOre: Ore;
  readonly vat: readonly { readonly account: AccountNumber; readonly amountOre: Ore }[];
  /** Where the proportion comes from, in Swedish. */
  readonly basis: string;
}

type Parts = readonly (readonly [account: AccountNumber, amountOre: Ore])[];

/** Output VAT within Sweden, by rate in percent (BAS). */
export const outputVat: Readonly<Record<number, AccountNumber>> = { 25: '2611', 12: '2621', 6: '2631' };
const taxAgencysShare: AccountNumber = '1513';

/**
 * Splits an open claim into net and VAT in the proportion in which the sale was booked: by the invoice's voucher, else by
 * its rows, else by the assumed rate.
 */
export function claimParts(item: OpenItem, input: SuggestionInput): ClaimParts {
  const invoice = input.open.accountOf.get(item)?.invoice;
  const booked = invoice && byVoucher(invoice, input);
  if (booked) return split(item.openOre, booked, 'enligt fakturans verifikation');
  const rows = invoice && byRows(invoice);
  if (rows) return split(item.openOre, rows, 'enligt fakturans rader');
  const rate = input.assumedVatRate;
  const parts: Parts = [
    ['', ore(10_000)],
    [outputVat[rate] ?? '2611', ore(Math.round(rate * 100))],
  ];
  return split(item.openOre, parts, `antagen momssats ${rate} %`);
}

function split(openOre: Ore, parts: Parts, basis: string): ClaimParts {
  const [netOre = zeroOre, ...shares] = allocate(
    openOre,
    parts.map(([, amountOre]) => amountOre),
  );
  const vat = shares.map((amountOre, index) => ({ account: parts[index + 1]?.[0] ?? '', amountOre }));
  return { netOre, vat: vat.filter(({ amountOre }) => amountOre !== 0), basis };
}

/** What the invoice's voucher booked beside the claim; undefined when it has none, or one that booked other things too. */
function byVoucher(invoice: Invoice, { evidence }: SuggestionInput): Parts | undefined {
  const placed = evidence.links.voucherOf(invoice);
  if (!placed || evidence.links.documentsAt(placed.place).length !== 1) return undefined;
  const sold = placed.voucher.rows.filter(
    ({ account }) => !evidence.set.has(account) && account !== taxAgencysShare,
  );
  const vat = new Map<AccountNumber, Ore>();
  for (const { account, amountOre } of sold)
    if (isOutputVat(account)) vat.set(account, ore((vat.get(account) ?? 0) - amountOre));
  const net = negate(
    sumOre(sold.filter(({ account }) => !isOutputVat(account)).map(({ amountOre }) => amountOre)),
  );
  return usable([['', net], ...vat]);
}

function byRows({ rows = [] }: Invoice): Parts | undefined {
  const vat = new Map<AccountNumber, Ore>();
  for (const { vatRate, vatOre } of rows) {
    if (vatOre === 0) continue;
    const account = outputVat[vatRate];
    if (account === undefined) return undefined;
    vat.set(account, ore((vat.get(account) ?? 0) + vatOre));
  }
  return usable([['', sumOre(rows.map(({ netOre }) => netOre))], ...vat]);
}

/** A proportion needs a sale, and VAT that goes the same way. */
const usable = (parts: Parts): Parts | undefined =>
  parts.every(([, amountOre], index) => (index === 0 ? amountOre > 0 : amountOre >= 0)) ? parts : undefined;

/** 2610–2639; 264x is input VAT. */
const isOutputVat = (account: AccountNumber): boolean => /^26[123]/.test(account);
