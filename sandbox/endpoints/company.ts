import type { ApiCall } from '../api-call.ts';
import { apiJson } from '../http.ts';

export function companyInformation({ books }: ApiCall) {
  return apiJson(200, {
    CompanyInformation: {
      Address: 'Exempelvägen 1',
      City: 'Exempelstad',
      CompanyName: books.name,
      CountryCode: 'SE',
      DatabaseNumber: books.databaseNumber,
      OrganizationNumber: books.organisationNumber,
      VisitAddress: null,
      VisitCity: null,
      VisitCountryCode: null,
      VisitZipCode: null,
      ZipCode: '999 99',
    },
  });
}

export function companySettings({ books }: ApiCall) {
  return apiJson(200, {
    CompanySettings: {
      Address: 'Exempelvägen 1',
      BG: null,
      BIC: null,
      BranchCode: null,
      City: 'Exempelstad',
      ContactFirstName: 'Anna',
      ContactLastName: 'Exempel',
      Country: 'Sverige',
      CountryCode: 'SE',
      DatabaseNumber: String(books.databaseNumber),
      Domicile: 'Exempelstad',
      Email: 'anna.exempel@example.com',
      Fax: null,
      IBAN: null,
      Name: books.name,
      OrganizationNumber: books.organisationNumber,
      PG: null,
      Phone1: null,
      Phone2: null,
      TaxEnabled: true,
      VATNumber: null,
      VisitAddress: null,
      VisitCity: null,
      VisitCountry: null,
      VisitCountryCode: null,
      VisitName: null,
      VisitZipCode: null,
      WWW: null,
      ZipCode: '999 99',
    },
  });
}

export function me() {
  return apiJson(200, {
    MeInformation: {
      Email: 'anna.exempel@example.com',
      Id: '1',
      Locale: 'sv_SE',
      Name: 'Anna Exempel',
      SysAdmin: true,
    },
  });
}

export function lockedPeriod({ books, world }: ApiCall) {
  const open = books.lockedUntil === null && world.assumptions.lockedPeriodWhenOpen === 'absent';
  return apiJson(200, { LockedPeriod: open ? {} : { EndDate: books.lockedUntil } });
}
