import { ageingBucket, daysOverdue } from './ageing.ts';
import type { AgeingBucket } from './ageing.ts';
import type { IsoDate } from './dates.ts';
import { convertAtRate, ore } from './money.ts';
import type { Ore } from './money.ts';
import { compareNumbers, compareText } from './number-order.ts';
import type { Payment, VoucherRef } from './books.ts';
import { settlementGap, takenOff } from './settlement-unknown.ts';
import type { SettlementGap, SettlementTreatment } from './settlement-unknown.ts';
import { eventsOf, isForeign, rateOf, settles } from './subledger.ts';
import type { InvoiceAccount, LedgerEvent, Subledger } from './subledger.ts';
import type { PlacedVoucher, VoucherLinks } from './voucher-links.ts';
import type { Writable } from './writable.ts';

export type OpenItemFlag =
  | 'credit'
  | 'advance'
  | 'overpaid'
  | 'foreignCurrency'
  | 'settlementUnknown'
  | 'unbookedPayment'
  | 'writtenOffLater'
  | 'creditedLater';

/** One step that made the open amount what it is; the steps of a row add up to `openOre`. */
export interface TrailStep {
  /** Null: nobody knows when. */
  readonly date: IsoDate | null;
  readonly kind: LedgerEvent['kind'] | 'settlementUnknown';
  /** The invoice's or the payment's number. */
  readonly number: string;
  readonly amountOre: Ore;
  readonly voucher?: VoucherRef;
}

export interface LaterPayment {
  readonly date: IsoDate;
  /** Money in SEK, without write-offs. */
  readonly amountOre: Ore;
}

/** An invoice that was not settled at the balance date: a row of the attachment. */
export interface OpenItem {
  readonly invoiceNumber: string;
  readonly externalNumber?: string;
  readonly partyNumber: string;
  readonly partyName: string;
  readonly invoiceDate: IsoDate;
  readonly dueDate: IsoDate;
  /** The invoice's total in its own currency, as are `taxReduction` and `paid`. */
  readonly total: Ore;
  /** ROT/RUT: the tax agency's share; absent when there is none. */
  readonly taxReduction?: Ore;
  /** Payments and write-offs up to the balance date, and what an unknown settlement is taken to have settled. */
  readonly paid: Ore;
  readonly openOre: Ore;
  /** Both in foreign currency only. */
  readonly currency?: string;
  readonly openCurrency?: Ore;
  readonly daysOverdue: number;
  readonly ageingBucket: AgeingBucket;
  readonly laterPayments: readonly LaterPayment[];
  readonly flags: readonly OpenItemFlag[];
  readonly trail: readonly TrailStep[];
}

/** An invoice that is paid today without payment rows that say when. */
export interface UnknownSettlement {
  readonly invoiceNumber: string;
  readonly partyNumber: string;
  readonly partyName: string;
  readonly amountOre: Ore;
  readonly finalPayDate: IsoDate | null;
  readonly treatedAs: SettlementTreatment;
}

export interface OpenItems {
  /** By party, then by invoice number. */
  readonly items: readonly OpenItem[];
  readonly unknown: readonly UnknownSettlement[];
  /** The invoice behind each row. */
  readonly accountOf: ReadonlyMap<OpenItem, InvoiceAccount>;
}

/**
 * What was open at the subledger's balance date D = total − tax reduction − payments and write-offs dated up to D, a row for every
 * invoice where that is not 0. Documents' own dates decide, never today's balance (cases/README, definitions 4 to 8).
 */
export function openItemsAt(subledger: Subledger, links: VoucherLinks): OpenItems {
  const { balanceDate } = subledger;
  const creditedLater = new Set<string>();
  const items: OpenItem[] = [];
  const accounts: InvoiceAccount[] = [];
  const unknown: UnknownSettlement[] = [];
  for (const account of subledger.unsettled) {
    const { invoice } = account;
    if (invoice.credit && invoice.creditOf !== undefined && invoice.invoiceDate > balanceDate)
      creditedLater.add(invoice.creditOf);
    const gap = settlementGap(account, balanceDate);
    const open = openAmount(account, balanceDate);
    if (gap) unknown.push(unknownSettlement(account, open, gap));
    const left = ore(open - takenOff(gap));
    if (left === 0) continue;
    items.push(openItem(account, left, gap, balanceDate, links));
    accounts.push(account);
  }
  // The credit note may come after the invoice in the list.
  items.forEach((item, index) => {
    if (creditedLater.has(item.invoiceNumber))
      items[index] = { ...item, flags: [...item.flags, 'creditedLater'] };
  });
  let accountOf: ReadonlyMap<OpenItem, InvoiceAccount> | undefined;
  return {
    items: inOrder(items),
    unknown: unknown.toSorted(byPartyAndNumber),
    // Few ask.
    get accountOf() {
      return (accountOf ??= new Map(items.map((item, index) => [item, accounts[index]!])));
    },
  };
}

/** By party and number. Rows nearly always come in order of number: then it is enough to put them together by party. */
function inOrder(items: readonly OpenItem[]): OpenItem[] {
  const parties = new Map<string, OpenItem[]>();
  let last = '';
  for (const item of items) {
    const { partyNumber, invoiceNumber } = item;
    if (last !== '' && compareNumbers(last, invoiceNumber) > 0) return items.toSorted(byPartyAndNumber);
    last = invoiceNumber;
    const ofParty = parties.get(partyNumber);
    if (ofParty) ofParty.push(item);
    else parties.set(partyNumber, [item]);
  }
  return [...parties].toSorted(([a], [b]) => compareNumbers(a, b)).flatMap(([, ofParty]) => ofParty);
}

/** By party, then by invoice, as people count. */
export function byPartyAndNumber(
  a: { readonly partyNumber: string; readonly invoiceNumber: string },
  b: { readonly partyNumber: string; readonly invoiceNumber: string },
): number {
  return compareNumbers(a.partyNumber, b.partyNumber) || compareNumbers(a.invoiceNumber, b.invoiceNumber);
}

/** In the invoice's currency, before an unknown settlement is taken off. */
function openAmount({ invoice, payments }: InvoiceAccount, balanceDate: IsoDate): Ore {
  let open = invoice.invoiceDate <= balanceDate ? invoice.total - invoice.taxReduction : 0;
  for (const payment of payments) {
    if (payment.booked && payment.date <= balanceDate) open -= settles(payment, invoice);
  }
  return ore(open);
}

const inOre = ({ invoice }: InvoiceAccount, amount: Ore): Ore =>
  isForeign(invoice) ? convertAtRate(amount, rateOf(invoice)) : amount;

function unknownSettlement(account: InvoiceAccount, open: Ore, found: SettlementGap): UnknownSettlement {
  const { invoice } = account;
  // What taking the gap off changes in SEK, so that the explanation is exact when the rate forces a rounding.
  const amountOre = ore(inOre(account, open) - inOre(account, ore(open - found.gap)));
  return {
    invoiceNumber: invoice.number,
    partyNumber: invoice.partyNumber,
    partyName: invoice.partyName,
    amountOre,
    finalPayDate: invoice.finalPayDate ?? null,
    treatedAs: found.treatedAs,
  };
}

function openItem(
  account: InvoiceAccount,
  open: Ore,
  gap: SettlementGap | undefined,
  balanceDate: IsoDate,
  links: VoucherLinks,
): OpenItem {
  const { invoice, payments } = account;
  const openOre = inOre(account, open);
  const overdue = daysOverdue(invoice.dueDate, balanceDate);
  const advance = invoice.invoiceDate > balanceDate;
  const owed = advance ? 0 : invoice.total - invoice.taxReduction;
  const later = laterOf(payments, balanceDate);

  const flags: OpenItemFlag[] = [];
  if (invoice.credit) flags.push('credit');
  if (advance) flags.push('advance');
  if (!invoice.credit && !advance && openOre < 0) flags.push('overpaid');
  if (isForeign(invoice)) flags.push('foreignCurrency');
  if (gap) flags.push('settlementUnknown');
  if (payments.some((payment) => !payment.booked)) flags.push('unbookedPayment');
  if (later.some((payment) => payment.writeOffs.some(({ amountOre }) => amountOre !== 0)))
    flags.push('writtenOffLater');

  const item: Writable<OpenItem> = {
    invoiceNumber: invoice.number,
    partyNumber: invoice.partyNumber,
    partyName: invoice.partyName,
    invoiceDate: invoice.invoiceDate,
    dueDate: invoice.dueDate,
    total: invoice.total,
    paid: ore(owed - open),
    openOre,
    daysOverdue: overdue,
    ageingBucket: ageingBucket(openOre, overdue),
    laterPayments: later
      .filter(({ amountOre }) => amountOre !== 0)
      .map(({ date, amountOre }) => ({ date, amountOre })),
    flags,
    trail: trailOf(account, openOre, gap, balanceDate, links),
  };
  if (invoice.externalNumber !== undefined) item.externalNumber = invoice.externalNumber;
  if (invoice.taxReduction !== 0) item.taxReduction = invoice.taxReduction;
  if (isForeign(invoice)) {
    item.currency = invoice.currency;
    item.openCurrency = open;
  }
  return item;
}

function trailOf(
  account: InvoiceAccount,
  openOre: Ore,
  gap: SettlementGap | undefined,
  balanceDate: IsoDate,
  links: VoucherLinks,
): TrailStep[] {
  const trail: TrailStep[] = [];
  let sum = 0;
  for (const { document, kind, date, amountOre } of eventsOf(account)) {
    if (date > balanceDate) break;
    sum += amountOre;
    const { number } = document;
    const voucher = document.voucher ?? refOf(links.voucherOf(document));
    trail.push(voucher ? { date, kind, number, amountOre, voucher } : { date, kind, number, amountOre });
  }
  if (gap && gap.treatedAs !== 'open') {
    const { number, finalPayDate } = account.invoice;
    trail.push({
      date: finalPayDate ?? null,
      kind: 'settlementUnknown',
      number,
      amountOre: ore(openOre - sum),
    });
  }
  return trail;
}

const refOf = (placed: PlacedVoucher | undefined): VoucherRef | undefined =>
  placed && { series: placed.voucher.series, number: placed.voucher.number, year: placed.year.year.from };

/** Booked payments after the balance date, in order of date. */
function laterOf(payments: readonly Payment[], balanceDate: IsoDate): readonly Payment[] {
  const later = payments.filter((payment) => payment.booked && payment.date > balanceDate);
  return later.length > 1 ? later.toSorted(byDate) : later;
}

const byDate = (a: Payment, b: Payment): number =>
  compareText(a.date, b.date) || compareNumbers(a.number, b.number);
