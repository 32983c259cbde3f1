import {
  emptyLedger,
  isBalanceAccount,
  movements,
  type Books,
  type FinancialYear,
  type Voucher,
} from '../books.ts';
import type { Ore } from '../money.ts';
import { createChart } from './chart.ts';
import { addDocuments, addParties, addSpecials } from './documents.ts';
import { book, type Draft, type Row } from './draft.ts';
import { plant } from './planted.ts';
import { createRandom } from './prng.ts';
import { addRunningVouchers, settleVat } from './running.ts';

const TODAY = '2026-03-15';

/** Three years; the ids say nothing about time. The middle one is closed. */
const years: FinancialYear[] = [
  { id: 2, from: '2025-01-01', to: '2025-12-31', accountingMethod: 'ACCRUAL' },
  { id: 5, from: '2026-01-01', to: '2026-12-31', accountingMethod: 'ACCRUAL' },
  { id: 4, from: '2024-01-01', to: '2024-12-31', accountingMethod: 'ACCRUAL' },
];

const series = [
  { code: 'A', description: 'Redovisning', manual: true },
  { code: 'B', description: 'Kundfakturor', manual: false },
  { code: 'C', description: 'Kundinbetalningar', manual: false },
  { code: 'D', description: 'Leverantörsfakturor', manual: false },
  { code: 'E', description: 'Leverantörsbetalningar', manual: false },
  { code: 'I', description: 'SIE-import', manual: true },
  { code: 'K', description: 'Bokslut', manual: true },
];

const openingBalances: Row[] = [
  ['1220', 12_000_000],
  ['1229', -4_000_000],
  ['1930', 52_000_000],
  ['2081', -5_000_000],
  ['2091', -55_000_000],
];

/** From this many invoices on there is room for what is planted. */
const PLANT_FROM = 40;

export interface GeneratorOptions {
  vouchers?: number | undefined;
  invoices?: number | undefined;
  seed?: number | undefined;
}

/**
 * The sample company: about `vouchers` vouchers and `invoices` invoices over three years, all of one seed. Documents
 * and vouchers come from the same steps, so that 1510 and 2440 tie to the subledgers at any date, except for what
 * `plant` puts in. More invoices than vouchers leave room for only push the number of vouchers up.
 */
export function generateCompany(options: GeneratorOptions, nowMs: number): Books {
  const vouchers = options.vouchers ?? 250;
  const invoices = options.invoices ?? Math.round(vouchers * 0.32);
  const books = emptyBooks(nowMs);
  const draft: Draft = {
    books,
    random: createRandom(options.seed ?? 1),
    today: TODAY,
    vouchers: [],
    documents: [],
    payments: [],
  };
  addParties(draft, invoices);
  const withExtras = invoices >= PLANT_FROM;
  const extras = withExtras ? 8 : 0;
  const customerInvoices = Math.round((invoices - extras) * 0.6);
  addDocuments(draft, 'receivables', customerInvoices);
  addDocuments(draft, 'payables', invoices - extras - customerInvoices);
  if (withExtras) addSpecials(draft);
  const planted = withExtras ? plant(draft) : () => [];
  // 18 more are to come: the VAT of eight quarters and two for the result of the first year.
  const room = vouchers - draft.vouchers.length;
  addRunningVouchers(draft, room > 100 ? room - 18 : room);
  if (room > 100) {
    settleVat(draft);
    closeFirstYear(draft);
  }
  numberInOrder(draft);
  openYears(books);
  books.planted = planted();
  return books;
}

function emptyBooks(nowMs: number): Books {
  return {
    name: 'Exempelbolaget Norr AB',
    organisationNumber: '999999-0107',
    databaseNumber: 990_100,
    asOfToday: TODAY,
    loadedAtMs: nowMs,
    closingYear: 2,
    years: years.map((year) => ({ ...year })),
    accounts: createChart(),
    series: years.flatMap(({ id }) => series.map((one) => ({ ...one, financialYear: id, approver: null }))),
    lockedUntil: null,
    predefined: { receivables: '1510', payables: '2440' },
    accountSets: null,
    rates: [],
    opening: new Map([[4, new Map(openingBalances)]]),
    receivables: emptyLedger(),
    payables: emptyLedger(),
    vouchers: new Map(years.map(({ id }) => [id, []])),
    files: new Map(),
    fileConnections: [],
    missingLicences: new Set(),
    refusedRegisters: new Set(),
    noRight: new Map([['invoices', ['Project']]]),
    statedBalances: new Map(),
    original: null,
    planted: [],
    revision: 0,
  };
}

/** The result of the first year goes to 2099, and on to 2091 in the next. The year being closed is left as it is. */
function closeFirstYear(draft: Draft): void {
  let result = 0;
  for (const voucher of draft.vouchers) {
    if (voucher.financialYear !== 4) continue;
    for (const row of voucher.rows) {
      if (!row.removed && !isBalanceAccount(row.account)) result += row.debit - row.credit;
    }
  }
  book(draft, 'A', '2024-12-31', 'Årets resultat', [
    ['8999', -result],
    ['2099', result],
  ]);
  book(draft, 'A', '2025-05-20', 'Omföring av föregående års resultat', [
    ['2099', -result],
    ['2091', result],
  ]);
}

/** Numbers in the order of time, for vouchers, invoices and payments, and what refers to them. */
function numberInOrder(draft: Draft): void {
  const { books } = draft;
  const last = new Map<string, number>();
  for (const voucher of byDate(draft.vouchers, (one) => one.date)) {
    const key = `${voucher.series}@${voucher.financialYear}`;
    voucher.number = (last.get(key) ?? 0) + 1;
    last.set(key, voucher.number);
    books.vouchers.get(voucher.financialYear)?.push(voucher);
  }

  const next = { receivables: 1001, payables: 501 };
  for (const { side, invoice, voucher } of byDate(draft.documents, (one) => one.invoice.invoiceDate)) {
    const receivable = side === 'receivables';
    invoice.number = String(next[side]++);
    invoice.externalNumber = receivable ? null : `${invoice.party}-${invoice.number}`;
    invoice.voucher = voucher && refOf(voucher);
    books[side].invoices.set(invoice.number, invoice);
    if (voucher) {
      const kind = invoice.credit ? 'kreditfaktura' : 'faktura';
      voucher.text = `${receivable ? 'Kund' : 'Leverantörs'}${kind} ${invoice.number}`;
      refer(voucher, receivable ? 'INVOICE' : 'SUPPLIERINVOICE', invoice.number);
    }
  }

  const nextPayment = { receivables: 1, payables: 1 };
  for (const { side, payment, invoice, voucher } of byDate(draft.payments, (one) => one.payment.date)) {
    payment.number = String(nextPayment[side]++);
    payment.invoiceNumber = invoice.number;
    payment.voucher = refOf(voucher);
    books[side].payments.set(payment.number, payment);
    if (voucher.text === '') {
      voucher.text = `${side === 'receivables' ? 'Inbetalning' : 'Utbetalning'} ${payment.number}`;
    }
    if (voucher.referenceType === null) {
      refer(voucher, side === 'receivables' ? 'INVOICEPAYMENT' : 'SUPPLIERPAYMENT', payment.number);
    }
  }
  for (const { invoice, credits } of draft.documents) invoice.creditOf = credits?.number ?? null;
}

function byDate<T>(items: T[], date: (item: T) => string): T[] {
  return items.toSorted((a, b) => (date(a) < date(b) ? -1 : date(a) > date(b) ? 1 : 0));
}

function refer(voucher: Voucher, type: string, document: string): void {
  voucher.referenceType = type;
  voucher.referenceNumber = document;
}

const refOf = ({ series: code, number: value, financialYear }: Voucher) => ({
  series: code,
  number: value,
  financialYear,
});

/** Each year opens with what the year before closed with. The result of the year being closed is not moved yet. */
function openYears(books: Books): void {
  for (const [from, to] of [
    [4, 2],
    [2, 5],
  ] as const) {
    const balances = new Map<string, Ore>(books.opening.get(from));
    for (const [account, moved] of movements(books, from)) {
      balances.set(account, (balances.get(account) ?? 0) + moved);
    }
    books.opening.set(
      to,
      new Map([...balances].filter(([account, value]) => isBalanceAccount(account) && value !== 0)),
    );
  }
}
