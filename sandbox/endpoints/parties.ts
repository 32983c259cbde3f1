import { notFound, recordUrl, withoutRights, type ApiCall } from '../api-call.ts';
import { apiJson } from '../http.ts';
import { list } from '../list.ts';

type Kind = 'receivables' | 'payables';
type Party = { number: string; name: string };

function showCustomer(call: ApiCall, party: Party) {
  return withoutRights(call, 'customers', {
    '@url': recordUrl(call, 'customers', party.number),
    Address1: null,
    Address2: null,
    City: null,
    CustomerNumber: party.number,
    Email: null,
    Name: party.name,
    OrganisationNumber: null,
    Phone: null,
    ZipCode: null,
  });
}

function showSupplier(call: ApiCall, party: Party) {
  return withoutRights(call, 'suppliers', {
    '@url': recordUrl(call, 'suppliers', party.number),
    Active: true,
    Address1: null,
    Address2: null,
    BG: null,
    BIC: null,
    BankAccountNumber: null,
    City: null,
    CostCenter: null,
    CountryCode: 'SE',
    Currency: 'SEK',
    DisablePaymentFile: false,
    Email: null,
    IBAN: null,
    Name: party.name,
    OrganisationNumber: null,
    PG: null,
    Phone: null,
    PreDefinedAccount: null,
    Project: null,
    SupplierNumber: party.number,
    TermsOfPayment: '30',
    ZipCode: null,
  });
}

const show = (call: ApiCall, kind: Kind, party: Party) =>
  kind === 'receivables' ? showCustomer(call, party) : showSupplier(call, party);

/** `customers` and `suppliers`. Everybody is active. */
export function listParties(call: ApiCall, kind: Kind) {
  const numberField = kind === 'receivables' ? 'customernumber' : 'suppliernumber';
  return list(call, {
    name: kind === 'receivables' ? 'Customers' : 'Suppliers',
    items: [...call.books[kind].parties.values()],
    show: (party) => show(call, kind, party),
    filters: {
      filter: (_party, value) => value === 'active',
      [numberField]: (party, value) => party.number === value,
      name: (party, value) => party.name.toLowerCase().includes(value.toLowerCase()),
    },
    sort: { [numberField]: (party) => party.number, name: (party) => party.name },
  });
}

export function oneParty(call: ApiCall, kind: Kind) {
  const party = call.books[kind].parties.get(call.path[0] ?? '');
  if (!party) throw notFound(call, `Kan inte hitta ${kind === 'receivables' ? 'kunden' : 'leverantören'}.`);
  return apiJson(200, { [kind === 'receivables' ? 'Customer' : 'Supplier']: show(call, kind, party) });
}
