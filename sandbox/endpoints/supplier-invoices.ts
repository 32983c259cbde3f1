import { notFound, recordUrl, withoutRights, type ApiCall } from '../api-call.ts';
import { currentYear, yearOf, type Invoice } from '../books.ts';
import { invalidFilter } from '../envelope.ts';
import { apiJson } from '../http.ts';
import { hasState, list } from '../list.ts';
import { formatDecimal, multiplyByRate, toNumber } from '../money.ts';

/** What the list and the detail share. Amounts are strings, as recorded. */
function common(call: ApiCall, invoice: Invoice) {
  return {
    '@url': recordUrl(call, 'supplierinvoices', invoice.number),
    Balance: formatDecimal(invoice.balance),
    Booked: invoice.booked,
    CostCenter: null,
    Credit: invoice.credit,
    Currency: invoice.currency,
    CurrencyRate: invoice.currencyRate,
    CurrencyUnit: 1,
    DueDate: invoice.dueDate,
    ExternalInvoiceNumber: null,
    ExternalInvoiceSeries: null,
    FinalPayDate: invoice.finalPayDate,
    GivenNumber: invoice.number,
    InvoiceDate: invoice.invoiceDate,
    InvoiceNumber: invoice.externalNumber ?? '',
    Project: null,
    SupplierName: call.books.payables.parties.get(invoice.party)?.name ?? null,
    SupplierNumber: invoice.party,
    Total: formatDecimal(invoice.total),
    Vouchers: invoice.voucher
      ? [
          {
            Number: invoice.voucher.number,
            ReferenceType: 'SUPPLIERINVOICE',
            Series: invoice.voucher.series,
            Year: invoice.voucher.financialYear,
          },
        ]
      : [],
  };
}

/** `supplierinvoices`: `Cancel` here, `Cancelled` in the detail. */
export function listSupplierInvoices(call: ApiCall) {
  const { books, world } = call;
  return list(call, {
    name: 'SupplierInvoices',
    items: [...books.payables.invoices.values()],
    show: (invoice) =>
      withoutRights(call, 'supplierinvoices', {
        ...common(call, invoice),
        AuthorizerName: null,
        Cancel: invoice.cancelled,
      }),
    filters: {
      filter: (invoice, value) => {
        // Nothing waits for a payment file or for authorization in the sandbox.
        if (value === 'pendingpayment' || value === 'authorizepending') return false;
        if (!['cancelled', 'fullypaid', 'unpaid', 'unpaidoverdue', 'unbooked'].includes(value)) {
          throw invalidFilter();
        }
        return hasState(books, world.clock.nowMs(), invoice, value);
      },
      suppliernumber: (invoice, value) => invoice.party === value,
    },
    date: (invoice) => invoice.invoiceDate,
    modified: (invoice) => invoice.modified,
    sort: {
      givennumber: (invoice) => Number(invoice.number),
      invoicedate: (invoice) => invoice.invoiceDate,
    },
  });
}

/** The total row, then for each row of the invoice what was bought and its VAT. SEK, as it is booked. */
function rows(call: ApiCall, invoice: Invoice, vatAccount: string) {
  const row = (code: string, account: string, debit: number) => {
    const sek = multiplyByRate(debit, invoice.currencyRate);
    return {
      Account: Number(account),
      AccountDescription: call.books.accounts.get(account)?.description ?? null,
      ArticleNumber: null,
      Code: code,
      CostCenter: null,
      Credit: toNumber(sek < 0 ? -sek : 0),
      CreditCurrency: toNumber(debit < 0 ? -debit : 0),
      Debit: toNumber(sek > 0 ? sek : 0),
      DebitCurrency: toNumber(debit > 0 ? debit : 0),
      ItemDescription: '',
      Price: 0,
      Project: null,
      Quantity: 0,
      StockLocationCode: null,
      StockPointCode: null,
      Total: toNumber(debit),
      TransactionInformation: null,
      Unit: null,
    };
  };
  return [
    row('TOT', call.books.predefined.payables, -invoice.total),
    ...invoice.rows.flatMap((line) => [row('PRD', line.account, line.net), row('VAT', vatAccount, line.vat)]),
  ];
}

export function oneSupplierInvoice(call: ApiCall) {
  const invoice = call.books.payables.invoices.get(call.path[0] ?? '');
  if (!invoice) throw notFound(call, 'Kan inte hitta leverantörsfakturan.');
  const year = yearOf(call.books, invoice.invoiceDate) ?? currentYear(call.books, call.world.clock.nowMs());
  const { '@url': url, ...fields } = common(call, invoice);
  return apiJson(200, {
    SupplierInvoice: withoutRights(call, 'supplierinvoices', {
      '@url': url,
      ...fields,
      AccountingMethod: year?.accountingMethod ?? null,
      AdministrationFee: '0',
      Cancelled: invoice.cancelled,
      Comments: null,
      CreditReference: invoice.creditOf === null ? 0 : Number(invoice.creditOf),
      DisablePaymentFile: false,
      Freight: '0',
      OCR: null,
      OurReference: null,
      PaymentPending: false,
      RoundOffValue: '0',
      SalesType: 'STOCK',
      SupplierInvoiceRows: rows(call, invoice, '2641'),
      VAT: formatDecimal(invoice.rows.reduce((sum, row) => sum + row.vat, 0)),
      VATType: 'NORMAL',
      VoucherNumber: invoice.voucher?.number ?? null,
      VoucherSeries: invoice.voucher?.series ?? null,
      VoucherYear: invoice.voucher?.financialYear ?? null,
      YourReference: null,
    }),
  });
}
