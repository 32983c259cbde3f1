import { addDays, isoDate } from '../../accounting/dates.ts';
import type { IsoDate } from '../../accounting/dates.ts';
import { closingBalances } from '../../accounting/balances.ts';
import { isBalanceSheetAccount } from '../../accounting/account-groups.ts';
import { convertAtRate, ore, parseDecimal } from '../../accounting/money.ts';
import type { Ore } from '../../accounting/money.ts';
import type {
  AccountNumber,
  Books,
  Invoice,
  Ledger,
  Payment,
  ReferenceType,
  Voucher,
  VoucherRow,
  YearBooks,
} from '../../accounting/books.ts';

type YearName = 'prior' | 'closing' | 'next';

const years = {
  prior: { id: 7, from: isoDate('2024-01-01'), to: isoDate('2024-12-31') },
  closing: { id: 3, from: isoDate('2025-01-01'), to: isoDate('2025-12-31') },
  next: { id: 9, from: isoDate('2026-01-01'), to: isoDate('2026-12-31') },
} as const;

export const balanceDate = years.closing.to;

const sides = {
  receivables: { account: '1510', offset: '3001', sign: 1, invoice: 'INVOICE', payment: 'INVOICEPAYMENT', series: ['B', 'C'] },
  payables: { account: '2440', offset: '4010', sign: -1, invoice: 'SUPPLIERINVOICE', payment: 'SUPPLIERPAYMENT', series: ['D', 'E'] },
} as const;

/** How an invoice or a payment is made; what is absent is made so that ledger and subledger agree. */
export interface InvoiceSpec {
  readonly ledger: Ledger;
  readonly date: IsoDate;
  /** Hundredths of the currency; a credit note is negative. */
  readonly total: number;
  readonly party?: number;
  readonly taxReduction?: number;
  readonly currencyRate?: string;
  readonly dueDays?: number;
  readonly balanceToday?: number;
  readonly finalPayDate?: IsoDate;
  /** What the voucher moves the account by instead of the invoice's effect; null: no voucher. */
  readonly booked?: number | null;
  readonly edited?: boolean;
  readonly voucherYear?: YearName;
  readonly voucherAccount?: AccountNumber;
}

export type PaymentSpec = Pick<InvoiceSpec, 'booked' | 'edited' | 'voucherYear' | 'voucherAccount'> & {
  readonly date: IsoDate;
  readonly amount: number;
  readonly writeOff?: number;
};

/** Builds books whose ledger agrees with their subledgers unless a spec says otherwise. */
export class BooksBuilder {
  readonly invoices: Invoice[] = [];
  readonly payments: Payment[] = [];
  readonly vouchers: Record<YearName, Voucher[]> = { prior: [], closing: [], next: [] };
  /** What the opening balances are off by. */
  readonly openingOff = new Map<AccountNumber, number>();
  readonly #paid = new Map<Invoice, number>();

  voucher(year: YearName, series: string, text: string, date: IsoDate, rows: readonly [AccountNumber, number][], more: Partial<Voucher> = {}): Voucher {
    const number = this.vouchers[year].filter((each) => each.series === series).length + 1;
    const made: VoucherRow[] = rows.map(([account, amount]) => ({ account, amountOre: ore(amount), text: '' }));
    const voucher = { series, number, date, text, rows: made, ...more };
    this.vouchers[year].push(voucher);
    return voucher;
  }

  invoice(spec: InvoiceSpec): Invoice {
    const side = sides[spec.ledger];
    const number = String(1001 + this.invoices.length);
    const rate = spec.currencyRate ?? '1';
    const effect = convert(spec.total - (spec.taxReduction ?? 0), rate);
    const voucher = this.#book(side.series[0], 'Faktura', number, spec, side.invoice, effect);
    const invoice: Invoice = {
      ledger: spec.ledger,
      number,
      partyNumber: String(10 + (spec.party ?? 0)),
      partyName: `Part ${spec.party ?? 0}`,
      invoiceDate: spec.date,
      dueDate: addDays(spec.date, spec.dueDays ?? 30),
      currency: spec.currencyRate === undefined ? 'SEK' : 'EUR',
      currencyRate: rate,
      total: ore(spec.total),
      balanceToday: ore(spec.balanceToday ?? 1),
      taxReduction: ore(spec.taxReduction ?? 0),
      credit: spec.total < 0,
      booked: true,
      cancelled: false,
      ...(spec.finalPayDate === undefined ? {} : { finalPayDate: spec.finalPayDate }),
      ...voucher,
    };
    this.invoices.push(invoice);
    return invoice;
  }

  /** Payments of one invoice must be made in order of date: the effect of a part payment in currency depends on it. */
  payment(invoice: Invoice, spec: PaymentSpec): Payment {
    const side = sides[invoice.ledger];
    const number = String(1 + this.payments.length);
    const settled = spec.amount + (spec.writeOff ?? 0);
    const before = this.#paid.get(invoice) ?? invoice.total - invoice.taxReduction;
    this.#paid.set(invoice, before - settled);
    const effect = convert(before - settled, invoice.currencyRate) - convert(before, invoice.currencyRate);
    const voucher = this.#book(side.series[1], 'Betalning', number, { ...spec, ledger: invoice.ledger }, side.payment, effect);
    const payment: Payment = {
      ledger: invoice.ledger,
      number,
      invoiceNumber: invoice.number,
      date: spec.date,
      amountOre: convert(spec.amount, invoice.currencyRate),
      ...(invoice.currency === 'SEK' ? {} : { amountCurrency: ore(spec.amount) }),
      booked: true,
      writeOffs: spec.writeOff === undefined ? [] : [{ amountOre: ore(spec.writeOff), account: '3740' }],
      ...voucher,
    };
    this.payments.push(payment);
    return payment;
  }

  #book(
    series: string,
    text: string,
    number: string,
    spec: Pick<InvoiceSpec, 'ledger' | 'date' | 'booked' | 'edited' | 'voucherYear' | 'voucherAccount'>,
    type: ReferenceType,
    effect: number,
  ): Pick<Invoice, 'voucher'> {
    if (spec.booked === null) return {};
    const side = sides[spec.ledger];
    const year = spec.voucherYear ?? yearOf(spec.date);
    const amount = (spec.booked ?? effect) * side.sign;
    const rows: [AccountNumber, number][] = [
      [spec.voucherAccount ?? side.account, amount],
      [side.offset, -amount],
    ];
    const date = yearOf(spec.date) === year ? spec.date : years[year].from;
    const more = { reference: { type, number }, ...(spec.edited === undefined ? {} : { edited: spec.edited }) };
    const voucher = this.voucher(year, series, `${text} ${number}`, date, rows, more);
    return { voucher: { series, number: voucher.number, year: years[year].from } };
  }

  build(): Books {
    const prior = this.#year('prior', new Map());
    const opening = carried(prior);
    for (const [account, off] of this.openingOff) opening.set(account, ore((opening.get(account) ?? 0) + off));
    const closing = this.#year('closing', opening);
    const next = this.#year('next', carried(closing));
    const numbers = ['1510', '1511', '1684', '1930', '2440', '2893', '3001', '3740', '4010'];
    return {
      closing,
      otherYears: [prior, next],
      accounts: numbers.map((number) => ({ number, name: `Konto ${number}`, active: true })),
      series: [{ code: 'K', description: 'Bokslut', manual: true }],
      predefinedAccounts: { receivables: '1510', payables: '2440' },
      invoices: [...this.invoices],
      payments: [...this.payments],
    };
  }

  #year(name: YearName, openingBalances: ReadonlyMap<AccountNumber, Ore>): YearBooks {
    return { year: years[name], accountingMethod: 'ACCRUAL', openingBalances, vouchers: [...this.vouchers[name]] };
  }
}

function yearOf(date: IsoDate): YearName {
  if (date < years.closing.from) return 'prior';
  return date <= years.closing.to ? 'closing' : 'next';
}

function convert(amount: number, rate: string): Ore {
  const decimal = parseDecimal(rate);
  if (!decimal) throw new RangeError(rate);
  return convertAtRate(ore(amount), decimal);
}

const carried = (year: YearBooks): Map<AccountNumber, Ore> =>
  new Map([...closingBalances(year)].filter(([account]) => isBalanceSheetAccount(account)));
