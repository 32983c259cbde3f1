import { notFound, recordUrl, type ApiCall } from '../api-call.ts';
import { findVoucher, vouchersOf, type Voucher } from '../books.ts';
import { apiJson } from '../http.ts';
import { list, requestedYear } from '../list.ts';
import { toNumber } from '../money.ts';

function head(call: ApiCall, voucher: Voucher) {
  const { approvalStateNone, approvalStateWaiting } = call.world.assumptions;
  return {
    '@url': recordUrl(call, 'vouchers', voucher.series, voucher.number),
    ApprovalState: voucher.awaitsApproval ? approvalStateWaiting : approvalStateNone,
    Comments: voucher.comments,
    Description: voucher.text,
    ReferenceNumber: voucher.referenceNumber,
    ReferenceType: voucher.referenceType,
    TransactionDate: voucher.date,
    VoucherNumber: voucher.number,
    VoucherSeries: voucher.series,
    Year: voucher.financialYear,
  };
}

/** The voucher with its rows, removed ones among them. */
export function showVoucher(call: ApiCall, voucher: Voucher) {
  const { '@url': url, ...fields } = head(call, voucher);
  return {
    Voucher: {
      '@url': url,
      ...fields,
      CostCenter: null,
      Project: null,
      VoucherRows: voucher.rows.map((row) => ({
        Account: Number(row.account),
        CostCenter: null,
        Credit: toNumber(row.credit),
        Debit: toNumber(row.debit),
        Description: call.books.accounts.get(row.account)?.description ?? null,
        Project: null,
        Quantity: 0,
        Removed: row.removed,
        TransactionInformation: row.text === '' ? null : row.text,
      })),
    },
  };
}

/** `vouchers`, `vouchers/sublist` and `vouchers/sublist/{series}`: no rows, no amounts. */
export function listVouchers(call: ApiCall) {
  const all = vouchersOf(call.books, requestedYear(call).id);
  const series = call.path[0];
  return list(call, {
    name: 'Vouchers',
    items: series === undefined ? all : all.filter((voucher) => voucher.series === series),
    show: (voucher) => head(call, voucher),
    date: (voucher) => voucher.date,
    modified: (voucher) => voucher.modified,
  });
}

export function oneVoucher(call: ApiCall) {
  const year = requestedYear(call);
  const [series = '', number] = call.path;
  const voucher = findVoucher(call.books, { series, number: Number(number), financialYear: year.id });
  if (!voucher) throw notFound(call, 'Kan inte hitta verifikationen.');
  return apiJson(200, showVoucher(call, voucher));
}
