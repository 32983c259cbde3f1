import { listAccounts, oneAccount, predefinedAccounts } from './endpoints/accounts.ts';
import { companyInformation, companySettings, lockedPeriod, me } from './endpoints/company.ts';
import { connectFile, disconnectFile, listConnections, oneConnection } from './endpoints/file-connections.ts';
import { archive, inbox, inboxItem, upload } from './endpoints/files.ts';
import { listInvoices, oneInvoice, sendInvoice } from './endpoints/invoices.ts';
import { listParties, oneParty } from './endpoints/parties.ts';
import { listPayments, onePayment } from './endpoints/payments.ts';
import { postVoucher } from './endpoints/post-voucher.ts';
import { sieFile } from './endpoints/sie.ts';
import { listSupplierInvoices, oneSupplierInvoice } from './endpoints/supplier-invoices.ts';
import { listSeries, oneSeries } from './endpoints/voucher-series.ts';
import { listVouchers, oneVoucher } from './endpoints/vouchers.ts';
import { listYears, oneYear } from './endpoints/years.ts';
import type { ApiCall } from './api-call.ts';
import { FortnoxError, licenceMissing, registerRefused, scopeMissing, unauthorized } from './envelope.ts';
import { apiJson, type HttpReply, type HttpRequest } from './http.ts';
import type { AccessClaims } from './oauth/jwt.ts';
import { readAccessToken } from './oauth/tokens.ts';
import type { World } from './world.ts';

type Endpoint = (call: ApiCall) => HttpReply;

/** Method and path (`*` = one segment), scope, endpoint. */
const routes: [string, string, Endpoint][] = [
  ['GET companyinformation', 'companyinformation', companyInformation],
  ['GET settings/company', 'settings', companySettings],
  ['GET settings/lockedperiod', 'settings', lockedPeriod],
  ['GET me', 'profile', me],
  ['GET financialyears', 'bookkeeping', listYears],
  ['GET financialyears/*', 'bookkeeping', oneYear],
  ['GET accounts', 'bookkeeping', listAccounts],
  ['GET accounts/*', 'bookkeeping', oneAccount],
  ['GET predefinedaccounts', 'bookkeeping', predefinedAccounts],
  ['GET voucherseries', 'bookkeeping', listSeries],
  ['GET voucherseries/*', 'bookkeeping', oneSeries],
  ['GET vouchers', 'bookkeeping', listVouchers],
  ['GET vouchers/sublist', 'bookkeeping', listVouchers],
  ['GET vouchers/sublist/*', 'bookkeeping', listVouchers],
  ['GET vouchers/*/*', 'bookkeeping', oneVoucher],
  ['POST vouchers', 'bookkeeping', postVoucher],
  ['GET sie/*', 'bookkeeping', sieFile],
  ['GET invoices', 'invoice', listInvoices],
  ['GET invoices/*', 'invoice', oneInvoice],
  ['GET invoices/*/*', 'invoice', sendInvoice],
  ['GET invoicepayments', 'payment', (call) => listPayments(call, 'receivables')],
  ['GET invoicepayments/*', 'payment', (call) => onePayment(call, 'receivables')],
  ['GET supplierinvoices', 'supplierinvoice', listSupplierInvoices],
  ['GET supplierinvoices/*', 'supplierinvoice', oneSupplierInvoice],
  ['GET supplierinvoicepayments', 'payment', (call) => listPayments(call, 'payables')],
  ['GET supplierinvoicepayments/*', 'payment', (call) => onePayment(call, 'payables')],
  ['GET customers', 'customer', (call) => listParties(call, 'receivables')],
  ['GET customers/*', 'customer', (call) => oneParty(call, 'receivables')],
  ['GET suppliers', 'supplier', (call) => listParties(call, 'payables')],
  ['GET suppliers/*', 'supplier', (call) => oneParty(call, 'payables')],
  ['GET inbox', 'inbox', inbox],
  ['GET inbox/*', 'inbox', inboxItem],
  ['POST inbox', 'inbox', upload],
  ['GET archive', 'archive', archive],
  ['GET archive/*', 'archive', inboxItem],
  ['GET voucherfileconnections', 'connectfile', listConnections],
  ['POST voucherfileconnections', 'connectfile', connectFile],
  ['GET voucherfileconnections/*', 'connectfile', oneConnection],
  ['DELETE voucherfileconnections/*', 'connectfile', disconnectFile],
];

const matchers = routes.map(([route, scope, endpoint]) => {
  const [method = '', path = ''] = route.split(' ');
  const pattern = new RegExp(`^/3/${path.replaceAll('*', '([^/]+)')}/?$`);
  return { method, pattern, scope, endpoint };
});

const registerNames: Record<string, string> = {
  invoices: 'fakturaregister',
  customers: 'kundregister',
  suppliers: 'leverantörsregister',
  supplierinvoices: 'leverantörsregister',
  supplierinvoicepayments: 'leverantörsregister',
};

/** Who calls, as far as the access token says. */
export function callerOf(world: World, request: HttpRequest) {
  const header = request.headers.authorization ?? '';
  return /^bearer /i.test(header) ? readAccessToken(world, header.slice(7)) : null;
}

/** `/3/*`. `admitted` = a request that was let in earlier and is carried out only now. */
export function handleApi(world: World, request: HttpRequest, admitted: AccessClaims | null): HttpReply {
  const claims = admitted ?? callerOf(world, request);
  const books = claims && world.companies.get(claims.tenantId);
  if (!claims || !books) return unauthorized();

  const waitMs = admitted
    ? 0
    : (world.rateWindow?.take(`${claims.clientId}/${claims.tenantId}`, request.timeMs) ?? 0);
  if (waitMs > 0) return tooManyRequests(world);

  try {
    const found = matchers.filter(({ pattern }) => pattern.test(request.path));
    const matcher = found.find(({ method }) => method === request.method);
    if (!matcher) {
      const status = found.length > 0 ? 405 : 404;
      throw new FortnoxError(status, world.assumptions.notFoundCode, 'Kan inte hitta resursen.');
    }
    if (!claims.scopes.includes(matcher.scope)) throw scopeMissing(world.assumptions.scopeErrorStatus);
    if (books.missingLicences.has(matcher.scope)) throw licenceMissing();
    const resource = request.path.split('/')[2] ?? '';
    if (books.refusedRegisters.has(resource)) throw registerRefused(registerNames[resource] ?? resource);
    const path = (matcher.pattern.exec(request.path) ?? []).slice(1).map(decode);
    return matcher.endpoint({ world, books, request, path });
  } catch (error) {
    if (error instanceof FortnoxError) return error.reply(world.assumptions.errorCodesAsStrings);
    throw error;
  }
}

/** Body and headers of Fortnox's 429 are not recorded: an empty-handed message, and Retry-After by assumption. */
function tooManyRequests(world: World): HttpReply {
  const reply = apiJson(429, { message: 'Too Many Requests' });
  const seconds = world.assumptions.retryAfterHeader;
  if (seconds !== null) reply.headers['retry-after'] = String(seconds);
  return reply;
}

function decode(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}
