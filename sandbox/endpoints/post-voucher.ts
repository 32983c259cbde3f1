import type { ApiCall } from '../api-call.ts';
import {
  addVoucher,
  findSeries,
  nextVoucherNumber,
  timestamp,
  yearOf,
  type Books,
  type FinancialYear,
  type Voucher,
  type VoucherRow,
} from '../books.ts';
import { FortnoxError, invalidParameter, wrongField, wrongType } from '../envelope.ts';
import { apiJson } from '../http.ts';
import { jsonBody, optionalText, type Fields } from '../json-body.ts';
import { parseDecimal, type Ore } from '../money.ts';
import { showVoucher } from './vouchers.ts';

const VOUCHER_FIELDS = [
  '@url',
  'ApprovalState',
  'Comments',
  'CostCenter',
  'Description',
  'Project',
  'ReferenceNumber',
  'ReferenceType',
  'TransactionDate',
  'VoucherNumber',
  'VoucherRows',
  'VoucherSeries',
  'Year',
];
const ROW_FIELDS = [
  'Account',
  'CostCenter',
  'Credit',
  'Debit',
  'Description',
  'Project',
  'Quantity',
  'Removed',
  'TransactionInformation',
];

/**
 * Creates a voucher, or throws the first objection. Fortnox's order of the checks is not known; this one goes from
 * the form of the request to what the books say.
 */
export function postVoucher(call: ApiCall) {
  const { assumptions, clock } = call.world;
  const { books } = call;
  const fields = jsonBody(call.request, 'Voucher', VOUCHER_FIELDS);
  const required = (name: string): string => {
    const value = fields[name];
    if (value === undefined || value === null || value === '') {
      throw new FortnoxError(400, assumptions.fieldMissingCode, `Fältet ${name} måste anges.`);
    }
    if (typeof value !== 'string') throw wrongType(name);
    return value;
  };

  const text = required('Description');
  optionalText(fields, 'Description', 200);
  const comments = optionalText(fields, 'Comments', 1000);
  const code = required('VoucherSeries');
  const date = required('TransactionDate');
  if (!/^\d{4}-\d{2}-\d{2}$/.test(date) || Number.isNaN(Date.parse(date))) throw wrongType('TransactionDate');

  const year = yearOfPost(call, date);
  const series = findSeries(books, year.id, code);
  if (!series) {
    throw new FortnoxError(400, assumptions.seriesMissingCode, `Verifikationsserien "${code}" finns inte`);
  }
  if (!series.manual) {
    throw new FortnoxError(
      400,
      assumptions.seriesNotManualCode,
      `Verifikationsserien är inte manuell (${code}).`,
    );
  }
  if (books.lockedUntil !== null && date <= books.lockedUntil) {
    throw new FortnoxError(
      400,
      assumptions.lockedPeriodCode,
      `Anna Exempel har låst perioden t.o.m. ${books.lockedUntil}. Lås upp perioden för att fortsätta.`,
    );
  }
  const rows = readRows(books, fields['VoucherRows']);
  const sum = rows.reduce((left, row) => left + row.debit - row.credit, 0);
  if (sum !== 0 || rows.length === 0) {
    throw new FortnoxError(400, assumptions.unbalancedVoucherCode, 'Verifikationen är inte i balans.');
  }

  const voucher: Voucher = {
    series: code,
    number: nextVoucherNumber(books, year.id, code),
    financialYear: year.id,
    date,
    text,
    comments,
    rows,
    referenceType: null,
    referenceNumber: null,
    awaitsApproval: series.approver !== null,
    modified: timestamp(books, clock.nowMs()),
  };
  addVoucher(books, voucher);
  return apiJson(201, showVoucher(call, voucher), {
    voucher: { series: code, number: voucher.number, financialYear: year.id },
    tenant: books.databaseNumber,
  });
}

/** The year named by `?financialyear=` must hold the date; without it the date decides. */
function yearOfPost(call: ApiCall, date: string): FinancialYear {
  const id = call.request.query.get('financialyear');
  const named = call.books.years.find((year) => String(year.id) === id);
  if (id !== null && !named) throw invalidParameter();
  const year = named ?? yearOf(call.books, date);
  if (!year || date < year.from || date > year.to) {
    throw new FortnoxError(
      400,
      call.world.assumptions.noFinancialYearCode,
      'Det finns inget räkenskapsår för det angivna datumet.',
    );
  }
  return year;
}

function readRows(books: Books, value: unknown): VoucherRow[] {
  if (value === undefined || value === null) return [];
  if (!Array.isArray(value)) throw wrongType('VoucherRows');
  return value.map((entry: unknown) => {
    if (typeof entry !== 'object' || entry === null) throw wrongType('VoucherRows');
    const row: Fields = { ...entry };
    const stray = Object.keys(row).find((name) => !ROW_FIELDS.includes(name));
    if (stray !== undefined) throw wrongField(stray);
    const number = String(row['Account']);
    if (!/^\d{3,8}$/.test(number)) throw wrongType('Account');
    const account = books.accounts.get(number);
    if (!account) throw new FortnoxError(400, 2000423, 'Kan inte hitta kontot.');
    if (!account.active) throw new FortnoxError(400, 2000550, `Konto "${number}" är inte aktivt.`);
    const text = optionalText(row, 'TransactionInformation', 100) ?? '';
    return {
      account: number,
      debit: amountOf(row, 'Debit'),
      credit: amountOf(row, 'Credit'),
      text,
      removed: false,
    };
  });
}

/** Numbers, or strings that are one. More than two decimals are refused (assumed). */
function amountOf(row: Fields, name: string): Ore {
  const value = row[name];
  if (value === undefined || value === null || value === '') return 0;
  const ore = typeof value === 'number' || typeof value === 'string' ? parseDecimal(String(value)) : null;
  if (ore === null) throw wrongType(name);
  return ore;
}
