import { z } from 'zod';

/** The wire shape of a company file: what one Fortnox company holds, with amounts as decimal strings. */

const isDay = (text: string) =>
  !Number.isNaN(Date.parse(`${text}T00:00:00Z`)) &&
  new Date(`${text}T00:00:00Z`).toISOString().startsWith(text);
const day = z
  .string()
  .regex(/^\d{4}-\d{2}-\d{2}$/, 'expected a date, YYYY-MM-DD')
  .refine(isDay, 'no such day');
const amount = z.string().regex(/^-?\d{1,15}\.\d{2}$/, 'expected an amount with two decimals, like "-12.50"');
const rate = z.string().regex(/^\d{1,9}(\.\d{1,8})?$/, 'expected a rate, like "11.25"');
const account = z.int().min(100).max(99_999_999);
const year = z.int().positive();

const voucherRef = z.strictObject({
  series: z.string().min(1),
  number: z.int().positive(),
  financialYear: year,
});

const row = z.strictObject({
  account,
  debit: amount,
  credit: amount,
  text: z.string().optional(),
  removed: z.boolean().optional(),
});

const voucher = z.strictObject({
  ...voucherRef.shape,
  date: day,
  text: z.string(),
  rows: z.array(row),
  comments: z.string().optional(),
  awaitsApproval: z.boolean().optional(),
  referenceType: z
    .enum([
      'INVOICE',
      'INVOICEPAYMENT',
      'SUPPLIERINVOICE',
      'SUPPLIERPAYMENT',
      'MANUAL',
      'ACCRUAL',
      'CASHINVOICE',
    ])
    .optional(),
  referenceNumber: z.string().optional(),
});

const invoice = {
  number: z.string().min(1),
  invoiceDate: day,
  dueDate: day,
  currency: z.string().regex(/^[A-Z]{3}$/),
  currencyRate: rate,
  total: amount,
  balance: amount,
  credit: z.boolean(),
  creditOf: z.string().optional(),
  rows: z
    .array(z.strictObject({ account, net: amount, vatRate: z.string().regex(/^\d{1,2}$/), vat: amount }))
    .optional(),
  booked: z.boolean(),
  cancelled: z.boolean(),
  finalPayDate: day.nullable(),
  voucher: voucherRef.nullable(),
};

const payment = z.strictObject({
  number: z.string().min(1),
  invoiceNumber: z.string().min(1),
  date: day,
  amount,
  amountCurrency: amount.optional(),
  booked: z.boolean(),
  writeOffs: z.array(z.strictObject({ amount, account })).optional(),
  voucher: voucherRef.nullable(),
});

const party = z.strictObject({ number: z.string().min(1), name: z.string() });

export const companySchema = z.strictObject({
  company: z.strictObject({
    name: z.string().min(1),
    organisationNumber: z.string(),
    databaseNumber: z.int().positive(),
  }),
  asOfToday: day,
  closingYear: year,
  financialYears: z
    .array(z.strictObject({ id: year, from: day, to: day, accountingMethod: z.enum(['ACCRUAL', 'CASH']) }))
    .min(1),
  accounts: z.array(z.strictObject({ number: account, description: z.string(), active: z.boolean() })),
  voucherSeries: z.array(
    z.strictObject({
      code: z.string().min(1).max(10),
      description: z.string(),
      manual: z.boolean(),
      financialYear: year,
    }),
  ),
  lockedUntil: day.nullable(),
  predefinedAccounts: z.strictObject({ receivables: account, payables: account }),
  accountSets: z.partialRecord(z.enum(['1510', '2440']), z.array(account)).optional(),
  rates: z.array(z.strictObject({ currency: z.string(), date: day, rate, source: z.string() })),
  openingBalances: z.record(z.string().regex(/^\d+$/), z.record(z.string().regex(/^\d+$/), amount)),
  customers: z.array(party),
  suppliers: z.array(party),
  invoices: z.array(z.strictObject({ ...invoice, customer: z.string(), taxReduction: amount.optional() })),
  invoicePayments: z.array(payment),
  supplierInvoices: z.array(
    z.strictObject({ ...invoice, supplier: z.string(), externalNumber: z.string().optional() }),
  ),
  supplierInvoicePayments: z.array(payment),
  vouchers: z.array(voucher),
});

export type CompanyFile = z.infer<typeof companySchema>;
