import { notFound, recordUrl, type ApiCall } from '../api-call.ts';
import { findSeries, nextVoucherNumber, type VoucherSeries } from '../books.ts';
import { apiJson } from '../http.ts';
import { list, requestedYear } from '../list.ts';

function show(call: ApiCall, series: VoucherSeries) {
  return {
    '@url': recordUrl(call, 'voucherseries', series.code),
    Approver: series.approver ? { Id: series.approver.id, Name: series.approver.name } : null,
    Code: series.code,
    Description: series.description,
    Manual: series.manual,
    Year: series.financialYear,
  };
}

export function listSeries(call: ApiCall) {
  const year = requestedYear(call);
  return list(call, {
    name: 'VoucherSeriesCollection',
    items: call.books.series.filter((series) => series.financialYear === year.id),
    show: (series) => show(call, series),
  });
}

export function oneSeries(call: ApiCall) {
  const year = requestedYear(call);
  const series = findSeries(call.books, year.id, call.path[0] ?? '');
  if (!series) throw notFound(call, `Verifikationsserien "${call.path[0] ?? ''}" finns inte`);
  return apiJson(200, {
    VoucherSeries: {
      ...show(call, series),
      NextVoucherNumber: nextVoucherNumber(call.books, year.id, series.code),
    },
  });
}
