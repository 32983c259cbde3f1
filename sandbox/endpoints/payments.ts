import { notFound, recordUrl, withoutRights, type ApiCall } from '../api-call.ts';
import type { Payment } from '../books.ts';
import { apiJson } from '../http.ts';
import { list } from '../list.ts';
import { formatDecimal, toNumber } from '../money.ts';

type Kind = 'receivables' | 'payables';

const wire = {
  receivables: { resource: 'invoicepayments', one: 'InvoicePayment', many: 'InvoicePayments' },
  payables: {
    resource: 'supplierinvoicepayments',
    one: 'SupplierInvoicePayment',
    many: 'SupplierInvoicePayments',
  },
};

/** A number that is an integer on one ledger's wire and a string on the other's; odd numbers stay strings. */
const integer = (text: string) => (/^\d{1,15}$/.test(text) ? Number(text) : text);

function head(call: ApiCall, kind: Kind, payment: Payment) {
  const invoice = call.books[kind].invoices.get(payment.invoiceNumber);
  return {
    '@url': recordUrl(call, wire[kind].resource, payment.number),
    Amount: toNumber(payment.amount),
    Booked: payment.booked,
    Currency: invoice?.currency ?? 'SEK',
    CurrencyRate: Number(invoice?.currencyRate ?? '1'),
    CurrencyUnit: 1,
    InvoiceNumber: kind === 'receivables' ? integer(payment.invoiceNumber) : payment.invoiceNumber,
    Number: kind === 'receivables' ? payment.number : integer(payment.number),
    PaymentDate: payment.date,
    Source: kind === 'receivables' ? 'direct' : 'manual',
  };
}

/** `invoicepayments` and `supplierinvoicepayments`: no vouchers, no write-offs, no currency amounts. */
export function listPayments(call: ApiCall, kind: Kind) {
  return list(call, {
    name: wire[kind].many,
    items: [...call.books[kind].payments.values()],
    show: (payment) =>
      withoutRights(call, wire[kind].resource, {
        ...head(call, kind, payment),
        WriteOffExist: payment.writeOffs.length > 0,
      }),
    filters: { invoicenumber: (payment, value) => payment.invoiceNumber === value },
    date: (payment) => payment.date,
    modified: (payment) => payment.modified,
    sort: { paymentdate: (payment) => payment.date },
  });
}

export function onePayment(call: ApiCall, kind: Kind) {
  const ledger = call.books[kind];
  const payment = ledger.payments.get(call.path[0] ?? '');
  if (!payment) throw notFound(call, 'Kan inte hitta betalningen.');
  const invoice = ledger.invoices.get(payment.invoiceNumber);
  const party = invoice && ledger.parties.get(invoice.party);
  const { '@url': url, ...fields } = head(call, kind, payment);
  const receivable = kind === 'receivables';
  return apiJson(200, {
    [wire[kind].one]: withoutRights(call, wire[kind].resource, {
      '@url': url,
      ...fields,
      AmountCurrency: toNumber(payment.amountCurrency ?? payment.amount),
      ...(receivable
        ? {
            ExternalInvoiceReference1: '',
            ExternalInvoiceReference2: '',
            InvoiceCustomerName: party?.name ?? null,
            InvoiceCustomerNumber: invoice?.party ?? null,
          }
        : {
            Information: '',
            InvoiceSupplierName: party?.name ?? null,
            InvoiceSupplierNumber: invoice?.party ?? null,
          }),
      InvoiceDueDate: invoice?.dueDate ?? null,
      InvoiceOCR: invoice?.number ?? null,
      InvoiceTotal: invoice ? formatDecimal(invoice.total) : null,
      ModeOfPayment: 'BG',
      ...(receivable ? { ModeOfPaymentAccount: 1930 } : {}),
      VoucherNumber: payment.voucher?.number ?? null,
      VoucherSeries: payment.voucher?.series ?? null,
      VoucherYear: payment.voucher?.financialYear ?? null,
      WriteOffs: payment.writeOffs.map((writeOff) => ({
        AccountNumber: Number(writeOff.account),
        Amount: toNumber(writeOff.amount),
        CostCenter: null,
        Currency: 'SEK',
        Description: call.books.accounts.get(writeOff.account)?.description ?? null,
        Project: null,
        TransactionInformation: '',
      })),
    }),
  });
}
