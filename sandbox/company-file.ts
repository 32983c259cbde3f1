import type { Books, Invoice, Ledger, Payment, Voucher } from './books.ts';
import { companySchema, type CompanyFile } from './company-schema.ts';
import { formatDecimal, parseDecimal, type Ore } from './money.ts';
import { Refused } from './refused.ts';

/**
 * Makes a company of a company file (parsed JSON). Throws `Refused` with every fault of shape at once, then with the
 * first reference that leads nowhere.
 */
export function booksFromCompanyFile(file: unknown, name: string, nowMs: number): Books {
  const parsed = companySchema.safeParse(file);
  if (!parsed.success) {
    const issues = parsed.error.issues
      .slice(0, 20)
      .map((issue) => `${issue.path.join('.')}: ${issue.message}`);
    throw new Refused(`${name} is not a company file:\n  ${issues.join('\n  ')}`);
  }
  const fault = firstFault(parsed.data);
  if (fault) throw new Refused(`${name}: ${fault}`);
  return decode(parsed.data, nowMs);
}

function firstFault(file: CompanyFile): string | null {
  const years = new Map(file.financialYears.map((year) => [year.id, year]));
  const accounts = new Set(file.accounts.map((account) => account.number));
  if (years.size !== file.financialYears.length) return 'financialYears: an id occurs twice';
  if (!years.has(file.closingYear)) return `closingYear: there is no financial year ${file.closingYear}`;
  for (const year of file.financialYears) {
    if (year.from > year.to) return `financialYears: ${year.id} ends before it begins`;
  }
  for (const series of file.voucherSeries) {
    if (!years.has(series.financialYear)) {
      return `voucherSeries ${series.code}: no financial year ${series.financialYear}`;
    }
  }
  for (const id of Object.keys(file.openingBalances)) {
    if (!years.has(Number(id))) return `openingBalances: there is no financial year ${id}`;
  }
  const seen = new Set<string>();
  for (const voucher of file.vouchers) {
    const key = `${voucher.series}-${voucher.number}@${voucher.financialYear}`;
    const year = years.get(voucher.financialYear);
    if (seen.has(key)) return `vouchers: ${key} occurs twice`;
    seen.add(key);
    if (!year) return `vouchers: ${key}: there is no such financial year`;
    if (voucher.date < year.from || voucher.date > year.to) {
      return `vouchers: ${key}: ${voucher.date} is outside its year`;
    }
    let sum = 0;
    for (const row of voucher.rows) {
      if (!accounts.has(row.account)) return `vouchers: ${key}: there is no account ${row.account}`;
      if (!row.removed) sum += ore(row.debit) - ore(row.credit);
    }
    if (sum !== 0) return `vouchers: ${key} does not balance: debit − credit is ${formatDecimal(sum)}`;
  }
  return (
    ledgerFault('invoices', file.customers, file.invoices, file.invoicePayments) ??
    ledgerFault('supplierInvoices', file.suppliers, file.supplierInvoices, file.supplierInvoicePayments)
  );
}

function ledgerFault(
  name: string,
  parties: { number: string }[],
  invoices: { number: string; customer?: string; supplier?: string }[],
  payments: { number: string; invoiceNumber: string }[],
): string | null {
  const partyNumbers = new Set(parties.map((party) => party.number));
  const numbers = new Set<string>();
  for (const invoice of invoices) {
    const party = invoice.customer ?? invoice.supplier ?? '';
    if (numbers.has(invoice.number)) return `${name}: ${invoice.number} occurs twice`;
    if (!partyNumbers.has(party)) return `${name}: ${invoice.number}: there is no party ${party}`;
    numbers.add(invoice.number);
  }
  const stray = payments.find((payment) => !numbers.has(payment.invoiceNumber));
  return stray
    ? `${name}: payment ${stray.number} is of invoice ${stray.invoiceNumber}, which is missing`
    : null;
}

/** The schema has checked the form; more than 2^53 öre is the only thing left that can be wrong. */
function ore(text: string): Ore {
  const value = parseDecimal(text);
  if (value === null) throw new Refused(`${text}: the amount is too large`);
  return value;
}

function decode(file: CompanyFile, nowMs: number): Books {
  const books: Books = {
    ...file.company,
    asOfToday: file.asOfToday,
    loadedAtMs: nowMs,
    closingYear: file.closingYear,
    years: file.financialYears,
    accounts: new Map(
      file.accounts.map((account) => [
        String(account.number),
        { ...account, number: String(account.number), sru: null },
      ]),
    ),
    series: file.voucherSeries.map((series) => ({ ...series, approver: null })),
    lockedUntil: file.lockedUntil,
    predefined: {
      receivables: String(file.predefinedAccounts.receivables),
      payables: String(file.predefinedAccounts.payables),
    },
    accountSets: file.accountSets
      ? Object.fromEntries(Object.entries(file.accountSets).map(([key, set]) => [key, set.map(String)]))
      : null,
    rates: file.rates,
    opening: new Map(
      Object.entries(file.openingBalances).map(([year, balances]) => [
        Number(year),
        new Map(Object.entries(balances).map(([account, text]) => [account, ore(text)])),
      ]),
    ),
    receivables: decodeLedger(
      file.customers,
      file.invoices.map((invoice) => ({ ...invoice, party: invoice.customer })),
      file.invoicePayments,
    ),
    payables: decodeLedger(
      file.suppliers,
      file.supplierInvoices.map((invoice) => ({ ...invoice, party: invoice.supplier })),
      file.supplierInvoicePayments,
    ),
    vouchers: new Map(file.financialYears.map((year) => [year.id, []])),
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
  for (const voucher of file.vouchers) {
    books.vouchers.get(voucher.financialYear)?.push({
      ...voucher,
      comments: voucher.comments ?? null,
      rows: voucher.rows.map((row) => ({
        account: String(row.account),
        debit: ore(row.debit),
        credit: ore(row.credit),
        text: row.text ?? '',
        removed: row.removed ?? false,
      })),
      referenceType: voucher.referenceType ?? null,
      referenceNumber: voucher.referenceNumber ?? null,
      awaitsApproval: voucher.awaitsApproval ?? false,
      modified: `${voucher.date} 12:00`,
    });
  }
  return books;
}

type FileInvoice = Omit<CompanyFile['invoices'][number], 'customer'> & {
  party: string;
  externalNumber?: string | undefined;
};

function decodeLedger(
  parties: { number: string; name: string }[],
  invoices: FileInvoice[],
  payments: CompanyFile['invoicePayments'],
): Ledger {
  return {
    parties: new Map(parties.map((party) => [party.number, party])),
    invoices: new Map(
      invoices.map((invoice): [string, Invoice] => [
        invoice.number,
        {
          number: invoice.number,
          party: invoice.party,
          invoiceDate: invoice.invoiceDate,
          dueDate: invoice.dueDate,
          currency: invoice.currency,
          currencyRate: invoice.currencyRate,
          total: ore(invoice.total),
          balance: ore(invoice.balance),
          credit: invoice.credit,
          creditOf: invoice.creditOf ?? null,
          taxReduction: ore(invoice.taxReduction ?? '0.00'),
          externalNumber: invoice.externalNumber ?? null,
          rows: (invoice.rows ?? []).map((row) => ({
            account: String(row.account),
            net: ore(row.net),
            vatRate: row.vatRate,
            vat: ore(row.vat),
          })),
          booked: invoice.booked,
          cancelled: invoice.cancelled,
          sent: invoice.booked,
          finalPayDate: invoice.finalPayDate,
          voucher: invoice.voucher,
          modified: `${invoice.invoiceDate} 12:00`,
        },
      ]),
    ),
    payments: new Map(
      payments.map((payment): [string, Payment] => [
        payment.number,
        {
          number: payment.number,
          invoiceNumber: payment.invoiceNumber,
          date: payment.date,
          amount: ore(payment.amount),
          amountCurrency: payment.amountCurrency === undefined ? null : ore(payment.amountCurrency),
          booked: payment.booked,
          writeOffs: (payment.writeOffs ?? []).map((writeOff) => ({
            amount: ore(writeOff.amount),
            account: String(writeOff.account),
          })),
          voucher: payment.voucher,
          modified: `${payment.date} 12:00`,
        },
      ]),
    ),
  };
}

/** The company as a company file again: what `GET /sandbox/books` answers. Accounts that are no number are left out. */
export function companyFileFromBooks(books: Books): CompanyFile {
  return {
    company: {
      name: books.name,
      organisationNumber: books.organisationNumber,
      databaseNumber: books.databaseNumber,
    },
    asOfToday: books.asOfToday,
    closingYear: books.closingYear,
    financialYears: books.years,
    accounts: [...books.accounts.values()]
      .filter((account) => /^\d+$/.test(account.number))
      .map(({ number, description, active }) => ({ number: Number(number), description, active })),
    voucherSeries: books.series.map(({ approver: _approver, ...series }) => series),
    lockedUntil: books.lockedUntil,
    predefinedAccounts: {
      receivables: Number(books.predefined.receivables),
      payables: Number(books.predefined.payables),
    },
    ...(books.accountSets
      ? {
          accountSets: Object.fromEntries(
            Object.entries(books.accountSets).map(([key, set]) => [key, set.map(Number)]),
          ),
        }
      : {}),
    rates: books.rates,
    openingBalances: Object.fromEntries(
      [...books.opening].map(([year, balances]) => [
        year,
        Object.fromEntries([...balances].map(([account, value]) => [account, formatDecimal(value)])),
      ]),
    ),
    customers: [...books.receivables.parties.values()],
    suppliers: [...books.payables.parties.values()],
    invoices: [...books.receivables.invoices.values()].map((invoice) => ({
      ...encodeInvoice(invoice),
      customer: invoice.party,
      ...(invoice.taxReduction === 0 ? {} : { taxReduction: formatDecimal(invoice.taxReduction) }),
    })),
    invoicePayments: [...books.receivables.payments.values()].map(encodePayment),
    supplierInvoices: [...books.payables.invoices.values()].map((invoice) => ({
      ...encodeInvoice(invoice),
      supplier: invoice.party,
      ...(invoice.externalNumber === null ? {} : { externalNumber: invoice.externalNumber }),
    })),
    supplierInvoicePayments: [...books.payables.payments.values()].map(encodePayment),
    vouchers: [...books.vouchers.values()].flat().map(encodeVoucher),
  };
}

function encodeInvoice(invoice: Invoice) {
  return {
    number: invoice.number,
    invoiceDate: invoice.invoiceDate,
    dueDate: invoice.dueDate,
    currency: invoice.currency,
    currencyRate: invoice.currencyRate,
    total: formatDecimal(invoice.total),
    balance: formatDecimal(invoice.balance),
    credit: invoice.credit,
    ...(invoice.creditOf === null ? {} : { creditOf: invoice.creditOf }),
    ...(invoice.rows.length === 0
      ? {}
      : {
          rows: invoice.rows.map((row) => ({
            account: Number(row.account),
            net: formatDecimal(row.net),
            vatRate: row.vatRate,
            vat: formatDecimal(row.vat),
          })),
        }),
    booked: invoice.booked,
    cancelled: invoice.cancelled,
    finalPayDate: invoice.finalPayDate,
    voucher: invoice.voucher,
  };
}

function encodePayment(payment: Payment) {
  return {
    number: payment.number,
    invoiceNumber: payment.invoiceNumber,
    date: payment.date,
    amount: formatDecimal(payment.amount),
    ...(payment.amountCurrency === null ? {} : { amountCurrency: formatDecimal(payment.amountCurrency) }),
    booked: payment.booked,
    ...(payment.writeOffs.length === 0
      ? {}
      : {
          writeOffs: payment.writeOffs.map((writeOff) => ({
            amount: formatDecimal(writeOff.amount),
            account: Number(writeOff.account),
          })),
        }),
    voucher: payment.voucher,
  };
}

function encodeVoucher(voucher: Voucher): CompanyFile['vouchers'][number] {
  const type = companySchema.shape.vouchers.element.shape.referenceType.safeParse(voucher.referenceType);
  return {
    series: voucher.series,
    number: voucher.number,
    financialYear: voucher.financialYear,
    date: voucher.date,
    text: voucher.text,
    rows: voucher.rows.map((row) => ({
      account: Number(row.account),
      debit: formatDecimal(row.debit),
      credit: formatDecimal(row.credit),
      ...(row.text === '' ? {} : { text: row.text }),
      ...(row.removed ? { removed: true } : {}),
    })),
    ...(voucher.comments === null ? {} : { comments: voucher.comments }),
    ...(voucher.awaitsApproval ? { awaitsApproval: true } : {}),
    ...(type.success && type.data !== undefined ? { referenceType: type.data } : {}),
    ...(voucher.referenceNumber === null ? {} : { referenceNumber: voucher.referenceNumber }),
  };
}
