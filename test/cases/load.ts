import { readFileSync, readdirSync } from 'node:fs';
import { isoDate } from '../../accounting/dates.ts';
import { ore, parseOre } from '../../accounting/money.ts';
import type { Ore } from '../../accounting/money.ts';
import type {
  AccountNumber,
  Books,
  ExchangeRate,
  Invoice,
  Ledger,
  Payment,
  ReferenceType,
  Voucher,
  VoucherRef,
  YearBooks,
} from '../../accounting/books.ts';
import type { ExchangeForm } from '../../accounting/exchange-form.ts';

/** A worked case: a company file read into `Books`, and what its attachments must say. */
export interface WorkedCase {
  readonly name: string;
  readonly books: Books;
  readonly rates: readonly ExchangeRate[];
  readonly accountSets: Partial<Record<Ledger, readonly AccountNumber[]>>;
  readonly expected: { readonly balanceDate: string; readonly attachments: Record<'1510' | '2440', ExchangeForm> };
}

const folder = new URL('.', import.meta.url);

export const caseNames: readonly string[] = readdirSync(folder, { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map((entry) => entry.name)
  .toSorted();

export function loadCase(name: string): WorkedCase {
  const company: CompanyFile = JSON.parse(readText(name, 'company.json'));
  const expected: WorkedCase['expected'] = JSON.parse(readText(name, 'expected.json'));
  return {
    name,
    books: toBooks(company),
    rates: company.rates.map((rate) => ({ ...rate, date: isoDate(rate.date) })),
    accountSets: {
      ...(company.accountSets?.['1510'] ? { receivables: company.accountSets['1510'].map(String) } : {}),
      ...(company.accountSets?.['2440'] ? { payables: company.accountSets['2440'].map(String) } : {}),
    },
    expected,
  };
}


const readText = (name: string, file: string): string =>
  readFileSync(new URL(`${name}/${file}`, folder), 'utf8');

interface FileVoucherRef {
  readonly series: string;
  readonly number: number;
  readonly financialYear: number;
}
interface FileInvoice {
  readonly number: string;
  readonly customer?: string;
  readonly supplier?: string;
  readonly externalNumber?: string;
  readonly invoiceDate: string;
  readonly dueDate: string;
  readonly currency: string;
  readonly currencyRate: string;
  readonly total: string;
  readonly balance: string;
  readonly credit: boolean;
  readonly creditOf?: string;
  readonly taxReduction?: string;
  readonly rows?: readonly { account: number; net: string; vatRate: string; vat: string }[];
  readonly booked: boolean;
  readonly cancelled: boolean;
  readonly finalPayDate: string | null;
  readonly voucher: FileVoucherRef | null;
}
interface FilePayment {
  readonly number: string;
  readonly invoiceNumber: string;
  readonly date: string;
  readonly amount: string;
  readonly amountCurrency?: string;
  readonly booked: boolean;
  readonly writeOffs?: readonly { amount: string; account: number }[];
  readonly voucher: FileVoucherRef | null;
}
interface CompanyFile {
  readonly closingYear: number;
  readonly financialYears: readonly { id: number; from: string; to: string; accountingMethod: 'ACCRUAL' | 'CASH' }[];
  readonly accounts: readonly { number: number; description: string; active: boolean }[];
  readonly voucherSeries: readonly { code: string; description: string; manual: boolean; financialYear: number }[];
  readonly lockedUntil: string | null;
  readonly predefinedAccounts: { receivables: number; payables: number };
  readonly accountSets?: Partial<Record<'1510' | '2440', readonly number[]>>;
  readonly rates: readonly { currency: string; date: string; rate: string; source: string }[];
  readonly openingBalances: Record<string, Record<string, string>>;
  readonly customers: readonly { number: string; name: string }[];
  readonly suppliers: readonly { number: string; name: string }[];
  readonly invoices: readonly FileInvoice[];
  readonly invoicePayments: readonly FilePayment[];
  readonly supplierInvoices: readonly FileInvoice[];
  readonly supplierInvoicePayments: readonly FilePayment[];
  readonly vouchers: readonly (FileVoucherRef & {
    date: string;
    text: string;
    rows: readonly { account: number; debit: string; credit: string; text?: string; removed?: boolean }[];
    referenceType?: ReferenceType;
    referenceNumber?: string;
  })[];
}

function amount(text: string): Ore {
  const read = parseOre(text);
  if (read === undefined) throw new RangeError(`not an amount: ${text}`);
  return read;
}

function toBooks(company: CompanyFile): Books {
  const starts = new Map(company.financialYears.map(({ id, from }) => [id, isoDate(from)]));
  const toRef = (ref: FileVoucherRef | null): { voucher?: VoucherRef } => {
    const year = ref && starts.get(ref.financialYear);
    return ref && year ? { voucher: { series: ref.series, number: ref.number, year } } : {};
  };
  const names = new Map<string, string>([
    ...company.customers.map(({ number, name }) => [`receivables ${number}`, name] as const),
    ...company.suppliers.map(({ number, name }) => [`payables ${number}`, name] as const),
  ]);

  const toInvoice = (ledger: Ledger) => (invoice: FileInvoice): Invoice => {
    const partyNumber = invoice.customer ?? invoice.supplier ?? '';
    return {
      ledger,
      number: invoice.number,
      partyNumber,
      partyName: names.get(`${ledger} ${partyNumber}`) ?? '',
      ...(invoice.externalNumber === undefined ? {} : { externalNumber: invoice.externalNumber }),
      invoiceDate: isoDate(invoice.invoiceDate),
      dueDate: isoDate(invoice.dueDate),
      currency: invoice.currency,
      currencyRate: invoice.currencyRate,
      total: amount(invoice.total),
      balanceToday: amount(invoice.balance),
      taxReduction: amount(invoice.taxReduction ?? '0'),
      credit: invoice.credit,
      ...(invoice.creditOf === undefined ? {} : { creditOf: invoice.creditOf }),
      booked: invoice.booked,
      cancelled: invoice.cancelled,
      ...(invoice.finalPayDate === null ? {} : { finalPayDate: isoDate(invoice.finalPayDate) }),
      ...toRef(invoice.voucher),
      ...(invoice.rows === undefined
        ? {}
        : {
            rows: invoice.rows.map(({ account, net, vatRate, vat }) => ({
              account: String(account),
              netOre: amount(net),
              vatRate: Number(vatRate),
              vatOre: amount(vat),
            })),
          }),
    };
  };

  const toPayment = (ledger: Ledger) => (payment: FilePayment): Payment => ({
    ledger,
    number: payment.number,
    invoiceNumber: payment.invoiceNumber,
    date: isoDate(payment.date),
    amountOre: amount(payment.amount),
    ...(payment.amountCurrency === undefined ? {} : { amountCurrency: amount(payment.amountCurrency) }),
    booked: payment.booked,
    writeOffs: (payment.writeOffs ?? []).map((off) => ({ amountOre: amount(off.amount), account: String(off.account) })),
    ...toRef(payment.voucher),
  });

  const toVoucher = (voucher: CompanyFile['vouchers'][number]): Voucher => ({
    series: voucher.series,
    number: voucher.number,
    date: isoDate(voucher.date),
    text: voucher.text,
    rows: voucher.rows
      .filter(({ removed }) => removed !== true)
      .map((row) => ({
        account: String(row.account),
        amountOre: ore(amount(row.debit) - amount(row.credit)),
        text: row.text ?? '',
      })),
    ...(voucher.referenceType === undefined
      ? {}
      : { reference: { type: voucher.referenceType, number: voucher.referenceNumber ?? '' } }),
    ...(voucher.rows.some(({ removed }) => removed === true) ? { edited: true } : {}),
  });

  const years = company.financialYears
    .toSorted((a, b) => (a.from < b.from ? -1 : 1))
    .map((year): { id: number; books: YearBooks } => ({
      id: year.id,
      books: {
        year: { id: year.id, from: isoDate(year.from), to: isoDate(year.to) },
        accountingMethod: year.accountingMethod,
        openingBalances: new Map(
          Object.entries(company.openingBalances[year.id] ?? {}).map(([account, text]) => [account, amount(text)]),
        ),
        vouchers: company.vouchers.filter(({ financialYear }) => financialYear === year.id).map(toVoucher),
      },
    }));
  const closing = years.find(({ id }) => id === company.closingYear);
  if (!closing) throw new RangeError('the closing year is not in the file');

  return {
    closing: closing.books,
    otherYears: years.filter(({ id }) => id !== company.closingYear).map(({ books }) => books),
    accounts: company.accounts.map(({ number, description, active }) => ({ number: String(number), name: description, active })),
    series: company.voucherSeries
      .filter(({ financialYear }) => financialYear === company.closingYear)
      .map(({ code, description, manual }) => ({ code, description, manual })),
    ...(company.lockedUntil === null ? {} : { lockedUntil: isoDate(company.lockedUntil) }),
    predefinedAccounts: {
      receivables: String(company.predefinedAccounts.receivables),
      payables: String(company.predefinedAccounts.payables),
    },
    invoices: [
      ...company.invoices.map(toInvoice('receivables')),
      ...company.supplierInvoices.map(toInvoice('payables')),
    ],
    payments: [
      ...company.invoicePayments.map(toPayment('receivables')),
      ...company.supplierInvoicePayments.map(toPayment('payables')),
    ],
  };
}
