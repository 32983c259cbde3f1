import { notFound, recordUrl, withoutRights, type ApiCall } from '../api-call.ts';
import { currentYear, yearOf, type Invoice } from '../books.ts';
import { apiJson, bytes } from '../http.ts';
import { hasState, list } from '../list.ts';
import { toNumber } from '../money.ts';

function head(call: ApiCall, invoice: Invoice) {
  return {
    '@url': recordUrl(call, 'invoices', invoice.number),
    Balance: toNumber(invoice.balance),
    Booked: invoice.booked,
    Cancelled: invoice.cancelled,
    CostCenter: '',
    Currency: invoice.currency,
    CurrencyRate: Number(invoice.currencyRate),
    CurrencyUnit: 1,
    CustomerName: call.books.receivables.parties.get(invoice.party)?.name ?? null,
    CustomerNumber: invoice.party,
    DocumentNumber: invoice.number,
    DueDate: invoice.dueDate,
    ExternalInvoiceReference1: '',
    ExternalInvoiceReference2: '',
    FinalPayDate: invoice.finalPayDate,
    InvoiceDate: invoice.invoiceDate,
    InvoiceType: 'INVOICE',
    NoxFinans: false,
    OCR: invoice.number,
    Project: '',
    Sent: invoice.sent,
    TermsOfPayment: '30',
    Total: toNumber(invoice.total),
    VoucherNumber: invoice.voucher?.number ?? null,
    VoucherSeries: invoice.voucher?.series ?? null,
    VoucherYear: invoice.voucher?.financialYear ?? null,
    WayOfDelivery: null,
  };
}

/** `invoices`: no VAT and no rows. */
export function listInvoices(call: ApiCall) {
  const { books, world } = call;
  return list(call, {
    name: 'Invoices',
    items: [...books.receivables.invoices.values()],
    show: (invoice) => withoutRights(call, 'invoices', head(call, invoice)),
    filters: {
      filter: (invoice, value) => hasState(books, world.clock.nowMs(), invoice, value),
      customernumber: (invoice, value) => invoice.party === value,
      customername: (invoice, value) =>
        (books.receivables.parties.get(invoice.party)?.name ?? '')
          .toLowerCase()
          .includes(value.toLowerCase()),
      documentnumber: (invoice, value) => invoice.number === value,
      currency: (invoice, value) => invoice.currency === value,
      credit: (invoice, value) => String(invoice.credit) === value,
      sent: (invoice, value) => String(invoice.sent) === value,
      ocr: (invoice, value) => invoice.number === value,
      fromfinalpaydate: (invoice, value) => invoice.finalPayDate !== null && invoice.finalPayDate >= value,
      tofinalpaydate: (invoice, value) => invoice.finalPayDate !== null && invoice.finalPayDate <= value,
    },
    date: (invoice) => invoice.invoiceDate,
    modified: (invoice) => invoice.modified,
    sort: {
      documentnumber: (invoice) => Number(invoice.number),
      invoicedate: (invoice) => invoice.invoiceDate,
      customernumber: (invoice) => invoice.party,
      total: (invoice) => invoice.total,
    },
  });
}

function findInvoice(call: ApiCall): Invoice {
  const invoice = call.books.receivables.invoices.get(call.path[0] ?? '');
  if (!invoice) throw notFound(call, 'Kan inte hitta fakturan', 2000434);
  return invoice;
}

/** The number of the document that this one credits; "0" when there is none. */
function creditReference(call: ApiCall, invoice: Invoice): string {
  if (invoice.creditOf !== null) return invoice.creditOf;
  if (!call.world.assumptions.creditReferenceOnOriginal) return '0';
  const notes = call.books.receivables.invoices.values();
  return [...notes].find((note) => note.creditOf === invoice.number)?.number ?? '0';
}

export function oneInvoice(call: ApiCall) {
  const invoice = findInvoice(call);
  const year = yearOf(call.books, invoice.invoiceDate) ?? currentYear(call.books, call.world.clock.nowMs());
  const vat = invoice.rows.reduce((sum, row) => sum + row.vat, 0);
  const { '@url': url, ...fields } = head(call, invoice);
  return apiJson(200, {
    Invoice: withoutRights(call, 'invoices', {
      '@url': url,
      '@urlTaxReductionList': `${call.world.url}/3/taxreductions?filter=invoices&referencenumber=${encodeURIComponent(invoice.number)}`,
      ...fields,
      AccountingMethod: year?.accountingMethod ?? null,
      Address1: null,
      Address2: null,
      AdministrationFee: 0,
      AdministrationFeeVAT: 0,
      BasisTaxReduction: toNumber(invoice.taxReduction * 2),
      City: null,
      Comments: '',
      ContractReference: 0,
      ContributionPercent: null,
      ContributionValue: null,
      Country: 'Sverige',
      Credit: String(invoice.credit),
      CreditInvoiceReference: creditReference(call, invoice),
      DeliveryAddress1: null,
      DeliveryAddress2: null,
      DeliveryCity: null,
      DeliveryCountry: null,
      DeliveryDate: null,
      DeliveryName: null,
      DeliveryZipCode: null,
      EDIInformation: null,
      EUQuarterlyReport: false,
      EmailInformation: null,
      Freight: 0,
      FreightVAT: 0,
      Gross: toNumber(invoice.total - vat),
      HouseWork: invoice.taxReduction !== 0,
      InvoicePeriodEnd: null,
      InvoicePeriodReference: null,
      InvoicePeriodStart: null,
      InvoiceRows: invoice.rows.map((row, index) => ({
        AccountNumber: Number(row.account),
        ArticleNumber: null,
        ContributionPercent: '0',
        ContributionValue: '0',
        CostCenter: null,
        DeliveredQuantity: '1.00',
        Description: call.books.accounts.get(row.account)?.description ?? '',
        Discount: 0,
        DiscountType: 'PERCENT',
        HouseWork: invoice.taxReduction !== 0,
        HouseWorkHoursToReport: null,
        HouseWorkType: null,
        Price: toNumber(row.net + row.vat),
        PriceExcludingVAT: toNumber(row.net),
        Project: '',
        RowId: index + 1,
        StockPointCode: null,
        Total: toNumber(row.net + row.vat),
        TotalExcludingVAT: toNumber(row.net),
        Unit: 'st',
        VAT: Number(row.vatRate),
        VATCode: null,
      })),
      Labels: [],
      Language: 'SV',
      LastRemindDate: null,
      Net: toNumber(invoice.total - vat),
      NotCompleted: false,
      OfferReference: '0',
      OrderReference: '0',
      OrganisationNumber: '',
      OurReference: '',
      OutboundDate: invoice.invoiceDate,
      PaymentWay: null,
      Phone1: null,
      Phone2: null,
      PriceList: 'A',
      PrintTemplate: 'st',
      Remarks: '',
      Reminders: 0,
      RoundOff: 0,
      TaxReduction: invoice.taxReduction === 0 ? null : toNumber(invoice.taxReduction),
      TaxReductionType: invoice.taxReduction === 0 ? 'none' : 'rot',
      TermsOfDelivery: null,
      TimeBasisReference: 0,
      TotalToPay: toNumber(invoice.total - invoice.taxReduction),
      TotalVAT: toNumber(vat),
      VATIncluded: true,
      WarehouseReady: false,
      YourOrderNumber: '',
      YourReference: '',
      ZipCode: null,
    }),
  });
}

/** These GETs change state: whoever calls them again sends a second invoice. `preview` does not. */
export function sendInvoice(call: ApiCall) {
  const invoice = findInvoice(call);
  const what = call.path[1] ?? '';
  if (!['print', 'email', 'einvoice', 'eprint', 'preview'].includes(what)) {
    throw notFound(call, 'Kan inte hitta resursen.');
  }
  const reply = bytes('application/pdf', Buffer.from('%PDF-1.4\n% sandbox\n%%EOF\n'));
  if (what === 'preview') return reply;
  invoice.sent = true;
  call.books.revision++;
  return { ...reply, committed: { sentInvoice: invoice.number, by: what } };
}
