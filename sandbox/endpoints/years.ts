import { notFound, recordUrl, type ApiCall } from '../api-call.ts';
import { yearOf, type FinancialYear } from '../books.ts';
import { apiJson } from '../http.ts';
import { list } from '../list.ts';

function show(call: ApiCall, year: FinancialYear) {
  return {
    '@url': recordUrl(call, 'financialyears', year.id),
    Id: year.id,
    FromDate: year.from,
    ToDate: year.to,
    AccountChartType: 'BAS 2025',
    AccountingMethod: year.accountingMethod,
  };
}

export function listYears(call: ApiCall) {
  const holds = (year: FinancialYear, date: string) => yearOf(call.books, date) === year;
  return list(call, {
    name: 'FinancialYears',
    items: call.books.years,
    show: (year) => show(call, year),
    // The documentation writes Date, users write date.
    filters: { date: holds, Date: holds },
  });
}

export function oneYear(call: ApiCall) {
  const year = call.books.years.find(({ id }) => String(id) === call.path[0]);
  if (!year) throw notFound(call, 'Kan inte hitta räkenskapsåret.');
  return apiJson(200, { FinancialYear: show(call, year) });
}
