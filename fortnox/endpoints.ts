/** One endpoint that the product calls. `{x}` in the path is one segment. */
export interface Endpoint {
  readonly method: 'GET' | 'POST';
  readonly path: string;
  /** The OAuth scope that opens it; the company must hold the licence behind it. */
  readonly scope: string;
  /** What Fortnox calls it towards accountants, in Swedish. */
  readonly register: string;
}

const get = (path: string, scope: string, register: string): Endpoint => ({
  method: 'GET',
  path,
  scope,
  register,
});
const post = (path: string, scope: string, register: string): Endpoint => ({
  method: 'POST',
  path,
  scope,
  register,
});

/**
 * Everything that can be asked of Fortnox. There is no other way to name a path, and a segment cannot hold a slash; so the
 * GETs that change state there (`invoices/{n}/print`, `/email`, `/einvoice`, `/eprint`) cannot be sent, retried or not.
 */
export const endpoints = {
  companyInformation: get('companyinformation', 'companyinformation', 'företagsuppgifter'),
  financialYears: get('financialyears', 'bookkeeping', 'räkenskapsår'),
  accounts: get('accounts', 'bookkeeping', 'kontoplan'),
  account: get('accounts/{number}', 'bookkeeping', 'kontoplan'),
  voucherSeries: get('voucherseries', 'bookkeeping', 'verifikationsserier'),
  vouchers: get('vouchers', 'bookkeeping', 'verifikationer'),
  voucher: get('vouchers/{series}/{number}', 'bookkeeping', 'verifikationer'),
  vouchersOfSeries: get('vouchers/sublist/{series}', 'bookkeeping', 'verifikationer'),
  createVoucher: post('vouchers', 'bookkeeping', 'verifikationer'),
  sie: get('sie/{type}', 'bookkeeping', 'SIE-export'),
  lockedPeriod: get('settings/lockedperiod', 'settings', 'låst period'),
  predefinedAccounts: get('predefinedaccounts', 'settings', 'förvalda konton'),
  invoices: get('invoices', 'invoice', 'kundfakturor'),
  invoice: get('invoices/{number}', 'invoice', 'kundfakturor'),
  invoicePayments: get('invoicepayments', 'payment', 'inbetalningar'),
  invoicePayment: get('invoicepayments/{number}', 'payment', 'inbetalningar'),
  supplierInvoices: get('supplierinvoices', 'supplierinvoice', 'leverantörsfakturor'),
  supplierInvoice: get('supplierinvoices/{number}', 'supplierinvoice', 'leverantörsfakturor'),
  supplierInvoicePayments: get('supplierinvoicepayments', 'payment', 'utbetalningar'),
  supplierInvoicePayment: get('supplierinvoicepayments/{number}', 'payment', 'utbetalningar'),
  uploadToInbox: post('inbox', 'inbox', 'inkorgen'),
  voucherFileConnections: get('voucherfileconnections', 'connectfile', 'filkopplingar'),
  createVoucherFileConnection: post('voucherfileconnections', 'connectfile', 'filkopplingar'),
} as const satisfies Record<string, Endpoint>;

export type EndpointName = keyof typeof endpoints;

const segment = /^[\p{L}\p{N}_-]{1,40}$/u;

/** The path with its segments filled in; throws RangeError on a segment that could name another resource. */
export function endpointPath(
  endpoint: Endpoint,
  segments: Readonly<Record<string, string | number>> = {},
): string {
  return endpoint.path.replace(/\{(\w+)\}/g, (_match, name: string) => {
    const value = String(segments[name] ?? '');
    if (!segment.test(value))
      throw new RangeError(`no ${name} for ${endpoint.path}: ${JSON.stringify(value.slice(0, 40))}`);
    return encodeURIComponent(value);
  });
}
