import { z } from 'zod';
import type { Invoice, InvoiceRow } from '../../accounting/books.ts';
import type { IsoDate } from '../../accounting/dates.ts';
import { zeroOre } from '../../accounting/money.ts';
import type { Ore } from '../../accounting/money.ts';
import { date, flag, money, ratePerUnit, text, wholeNumber } from './fields.ts';
import { keyFrom } from './finding.ts';
import type { Note, RecordKind } from './finding.ts';
import { customerInvoiceRows, supplierInvoiceRows } from './invoice-rows.ts';
import { voucherRef } from './voucher-ref.ts';
import type { YearStarts } from './voucher-ref.ts';

/**
 * What a list tells of an invoice. Tax reduction, the invoice that a credit note credits and the rows come with the detail
 * alone; that a customer's invoice is a credit note is told by its sign.
 */
export type ListedInvoice = Omit<Invoice, 'taxReduction' | 'creditOf' | 'rows'>;

const amounts = {
  Total: money.required,
  Balance: money.required,
  Booked: flag.required,
  InvoiceDate: date.required,
  // A draft may have none.
  DueDate: date.optional,
  FinalPayDate: date.optional,
  Currency: text.optional,
  CurrencyRate: text.optional,
  CurrencyUnit: text.optional,
};

const customerFields = {
  ...amounts,
  DocumentNumber: text.required,
  CustomerNumber: text.required,
  CustomerName: text.optional,
  Cancelled: flag.optional,
  VoucherSeries: text.optional,
  VoucherNumber: wholeNumber.optional,
  VoucherYear: wholeNumber.optional,
};

const customerListed = z.object(customerFields);

const customerDetail = z.object({
  ...customerFields,
  Credit: flag.optional,
  CreditInvoiceReference: text.optional,
  TaxReduction: money.optional,
  VATIncluded: flag.optional,
  InvoiceRows: z.array(z.unknown()).nullish(),
});

const supplierVoucher = z.object({
  Series: text.optional,
  Number: wholeNumber.optional,
  Year: wholeNumber.optional,
  ReferenceType: text.optional,
});

const supplierFields = {
  ...amounts,
  GivenNumber: text.required,
  SupplierNumber: text.required,
  SupplierName: text.optional,
  InvoiceNumber: text.optional,
  Credit: flag.optional,
  // `Cancel` in the list, `Cancelled` in the detail.
  Cancel: flag.optional,
  Cancelled: flag.optional,
  Vouchers: z.array(supplierVoucher).nullish(),
};

const supplierListed = z.object(supplierFields);

const supplierDetail = z.object({
  ...supplierFields,
  CreditReference: text.optional,
  SupplierInvoiceRows: z.array(z.unknown()).nullish(),
});

export const listedInvoice = (
  years: YearStarts,
): RecordKind<z.infer<typeof customerListed>, ListedInvoice> => ({
  resource: 'invoices',
  keyOf: keyFrom('DocumentNumber'),
  schema: customerListed.superRefine(checkRate),
  toDomain: (wire, note) => customerHead(wire, wire.Total < 0, years, note),
});

export const invoice = (years: YearStarts): RecordKind<z.infer<typeof customerDetail>, Invoice> => ({
  resource: 'invoices',
  keyOf: keyFrom('DocumentNumber'),
  schema: customerDetail.superRefine(checkRate),
  toDomain(wire, note) {
    const credit = wire.Credit ?? wire.Total < 0;
    const rows = customerInvoiceRows(wire.InvoiceRows ?? [], wire.VATIncluded ?? false);
    return {
      ...customerHead(wire, credit, years, note),
      taxReduction: wire.TaxReduction ?? zeroOre,
      ...detailParts(credit, wire.CreditInvoiceReference, rows, note),
    };
  },
});

export const listedSupplierInvoice = (
  years: YearStarts,
): RecordKind<z.infer<typeof supplierListed>, ListedInvoice> => ({
  resource: 'supplierinvoices',
  keyOf: keyFrom('GivenNumber'),
  schema: supplierListed.superRefine(checkRate),
  toDomain: (wire, note) => supplierHead(wire, years, note),
});

export const supplierInvoice = (years: YearStarts): RecordKind<z.infer<typeof supplierDetail>, Invoice> => ({
  resource: 'supplierinvoices',
  keyOf: keyFrom('GivenNumber'),
  schema: supplierDetail.superRefine(checkRate),
  toDomain(wire, note) {
    const listed = supplierHead(wire, years, note);
    const rows = supplierInvoiceRows(wire.SupplierInvoiceRows ?? [], listed.currency !== 'SEK');
    return {
      ...listed,
      taxReduction: zeroOre,
      ...detailParts(listed.credit, wire.CreditReference, rows, note),
    };
  },
});

function customerHead(
  wire: z.infer<typeof customerListed>,
  credit: boolean,
  years: YearStarts,
  note: Note,
): ListedInvoice {
  const voucher = voucherRef(
    { series: wire.VoucherSeries, number: wire.VoucherNumber, yearId: wire.VoucherYear },
    years,
    note,
  );
  return {
    ledger: 'receivables',
    number: wire.DocumentNumber,
    partyNumber: wire.CustomerNumber,
    partyName: wire.CustomerName ?? '',
    ...amountsOf(wire, note),
    credit,
    cancelled: wire.Cancelled ?? false,
    ...(voucher === undefined ? {} : { voucher }),
  };
}

function supplierHead(wire: z.infer<typeof supplierListed>, years: YearStarts, note: Note): ListedInvoice {
  const named =
    wire.Vouchers?.find((entry) => entry.ReferenceType === 'SUPPLIERINVOICE') ?? wire.Vouchers?.[0];
  const voucher =
    named && voucherRef({ series: named.Series, number: named.Number, yearId: named.Year }, years, note);
  return {
    ledger: 'payables',
    number: wire.GivenNumber,
    partyNumber: wire.SupplierNumber,
    partyName: wire.SupplierName ?? '',
    ...amountsOf(wire, note),
    credit: wire.Credit ?? wire.Total < 0,
    cancelled: wire.Cancel ?? wire.Cancelled ?? false,
    ...(wire.InvoiceNumber === undefined ? {} : { externalNumber: wire.InvoiceNumber }),
    ...(voucher === undefined ? {} : { voucher }),
  };
}

interface WireAmounts {
  readonly Total: Ore;
  readonly Balance: Ore;
  readonly Booked: boolean;
  readonly InvoiceDate: IsoDate;
  readonly DueDate?: IsoDate | undefined;
  readonly FinalPayDate?: IsoDate | undefined;
  readonly Currency?: string | undefined;
  readonly CurrencyRate?: string | undefined;
  readonly CurrencyUnit?: string | undefined;
}

const currencyOf = (wire: WireAmounts): string => wire.Currency ?? 'SEK';

const rateOf = (wire: WireAmounts): string | undefined =>
  currencyOf(wire) === 'SEK' ? '1' : ratePerUnit(wire.CurrencyRate ?? '', wire.CurrencyUnit ?? '1');

/** Without its rate an amount in a foreign currency cannot be tied to the ledger. */
function checkRate(wire: WireAmounts, context: z.RefinementCtx): void {
  if (rateOf(wire) === undefined) {
    context.addIssue({
      code: 'custom',
      path: ['CurrencyRate'],
      message: wire.CurrencyRate ? 'invalid' : 'missing',
    });
  }
}

function amountsOf(wire: WireAmounts, note: Note) {
  if (wire.DueDate === undefined && wire.Booked) {
    note(
      'fortnox.due-date-missing',
      'DueDate',
      'Fakturan saknar förfallodatum. Den räknas som förfallen på fakturadagen.',
    );
  }
  return {
    invoiceDate: wire.InvoiceDate,
    dueDate: wire.DueDate ?? wire.InvoiceDate,
    currency: currencyOf(wire),
    currencyRate: rateOf(wire) ?? '1',
    total: wire.Total,
    balanceToday: wire.Balance,
    booked: wire.Booked,
    ...(wire.FinalPayDate === undefined ? {} : { finalPayDate: wire.FinalPayDate }),
  };
}

/** What the detail adds. On an invoice that is no credit note the reference names the note that credits it, so it is not ours. */
function detailParts(
  credit: boolean,
  creditReference: string | undefined,
  rows: readonly InvoiceRow[] | undefined,
  note: Note,
): Pick<Invoice, 'creditOf' | 'rows'> {
  if (rows === undefined)
    note('fortnox.rows-unreadable', 'rows', 'Fakturans rader kan inte läsas och är inte med.');
  const creditOf =
    credit && creditReference !== undefined && creditReference !== '0' ? creditReference : undefined;
  return {
    ...(creditOf === undefined ? {} : { creditOf }),
    ...(rows === undefined || rows.length === 0 ? {} : { rows }),
  };
}
