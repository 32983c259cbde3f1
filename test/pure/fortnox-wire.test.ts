import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isoDate } from '../../accounting/dates.ts';
import type { IsoDate } from '../../accounting/dates.ts';
import { formatOre, ore } from '../../accounting/money.ts';
import { ratePerUnit } from '../../fortnox/wire/fields.ts';
import { readRecords } from '../../fortnox/wire/finding.ts';
import { customerInvoiceRows, supplierInvoiceRows } from '../../fortnox/wire/invoice-rows.ts';
import {
  invoice,
  listedInvoice,
  listedSupplierInvoice,
  supplierInvoice,
} from '../../fortnox/wire/invoices.ts';
import {
  account,
  financialYear,
  lockedPeriodSchema,
  receivablesAndPayables,
  voucherSeries,
} from '../../fortnox/wire/ledger.ts';
import { parseWireMoney, wireMoney } from '../../fortnox/wire/money.ts';
import { listedPayment, payment } from '../../fortnox/wire/payments.ts';
import { listedVoucher, newVoucherBody, voucher } from '../../fortnox/wire/vouchers.ts';

const years = new Map<number, IsoDate>([
  [7, isoDate('2025-01-01')],
  [3, isoDate('2024-01-01')],
]);

describe('money on the wire', () => {
  it('comes back to the öre, as a number and as a string', () => {
    const amounts = fc.integer({ min: -1e14, max: 1e14 }).map(ore);
    fc.assert(
      fc.property(amounts, (amount) => {
        const number: number = JSON.parse(JSON.stringify(wireMoney(amount)));
        expect(parseWireMoney(number)).toBe(amount);
        expect(parseWireMoney(formatOre(amount))).toBe(amount);
      }),
    );
  });

  it('sums of floats are read through their noise', () => {
    expect(parseWireMoney(0.1 + 0.2)).toBe(30);
    expect(parseWireMoney(1.005 - 0.005)).toBe(100);
    expect(parseWireMoney('0.30000000000000004')).toBe(30);
    expect(parseWireMoney(4.35 * 100)).toBe(43_500);
  });

  it.each([
    123.456,
    '123.456',
    '1,50',
    '1 000',
    'API_NORIGHT',
    '',
    'NaN',
    1e21,
    Number.NaN,
    Infinity,
    '99999999999999999',
  ])('%j is no amount', (value) => {
    expect(parseWireMoney(value)).toBeUndefined();
  });
});

describe('a rate', () => {
  it.each([
    ['11.2505', '1', '11.2505'],
    ['7.15', '100', '0.0715'],
    ['10', '1.0', '10'],
    ['0', '1', undefined],
    ['1', '3', undefined],
    ['', '1', undefined],
  ])('%s for %s is %s', (rate, unit, perUnit) => {
    expect(ratePerUnit(rate, unit)).toBe(perUnit);
  });
});

const customer = {
  '@url': 'x',
  DocumentNumber: '1007',
  CustomerNumber: 12,
  CustomerName: null,
  InvoiceDate: '2025-11-15',
  DueDate: '2025-12-15',
  Total: 1250.5,
  Balance: '0',
  Booked: 'true',
  Cancelled: null,
  Currency: 'SEK',
  CurrencyRate: 1,
  CurrencyUnit: 1,
  FinalPayDate: '0000-00-00',
  VoucherSeries: 'B',
  VoucherNumber: '44',
  VoucherYear: 7,
};

const supplier = {
  GivenNumber: 501,
  SupplierNumber: '50',
  SupplierName: 'L',
  InvoiceNumber: 'F-9',
  InvoiceDate: '2025-12-05',
  DueDate: null,
  Total: '-6250.00',
  Balance: '100',
  Booked: true,
  Cancel: true,
  Currency: 'EUR',
  CurrencyRate: '11.25',
  CurrencyUnit: 1,
  Vouchers: [
    { Number: 3, ReferenceType: 'SUPPLIERPAYMENT', Series: 'E', Year: 7 },
    { Number: 2, ReferenceType: 'SUPPLIERINVOICE', Series: 'D', Year: 7 },
  ],
};

describe('an invoice', () => {
  it('is read from a lenient list', () => {
    const { records, findings } = readRecords(listedInvoice(years), [customer]);
    expect(findings).toEqual([]);
    expect(records).toEqual([
      {
        ledger: 'receivables',
        number: '1007',
        partyNumber: '12',
        partyName: '',
        invoiceDate: '2025-11-15',
        dueDate: '2025-12-15',
        currency: 'SEK',
        currencyRate: '1',
        total: 125_050,
        balanceToday: 0,
        credit: false,
        booked: true,
        cancelled: false,
        voucher: { series: 'B', number: 44, year: '2025-01-01' },
      },
    ]);
  });

  it('of a supplier has strings for amounts and `Cancel` in the list, `Cancelled` in the detail', () => {
    const { records, findings } = readRecords(listedSupplierInvoice(years), [supplier]);
    expect(records).toMatchObject([
      {
        number: '501',
        externalNumber: 'F-9',
        total: -625_000,
        credit: true,
        cancelled: true,
        currencyRate: '11.25',
        dueDate: '2025-12-05',
        voucher: { series: 'D', number: 2, year: '2025-01-01' },
      },
    ]);
    expect(findings).toMatchObject([
      { code: 'fortnox.due-date-missing', severity: 'warning', key: '501', field: 'DueDate' },
    ]);
    const { Cancel: _cancel, ...rest } = supplier;
    expect(readRecords(supplierInvoice(years), [{ ...rest, Cancelled: true }]).records).toMatchObject([
      { cancelled: true },
    ]);
  });

  it('that cannot be understood becomes findings with key and field, and stops no other', () => {
    const broken = {
      ...customer,
      DocumentNumber: '1008',
      Total: 'API_NORIGHT',
      InvoiceDate: null,
      Booked: 'perhaps',
    };
    const { records, findings } = readRecords(listedInvoice(years), [broken, customer, null, 'x']);
    expect(records.map((record) => record.number)).toEqual(['1007']);
    expect(
      findings.map(({ code, severity, resource, key, field }) => [code, severity, resource, key, field]),
    ).toEqual([
      ['fortnox.field-no-right', 'error', 'invoices', '1008', 'Total'],
      ['fortnox.field-invalid', 'error', 'invoices', '1008', 'Booked'],
      ['fortnox.field-missing', 'error', 'invoices', '1008', 'InvoiceDate'],
      ['fortnox.field-invalid', 'error', 'invoices', '?', ''],
      ['fortnox.field-invalid', 'error', 'invoices', '?', ''],
    ]);
  });

  it('in a foreign currency must say its rate', () => {
    const { findings } = readRecords(listedInvoice(years), [
      { ...customer, Currency: 'EUR', CurrencyRate: null },
    ]);
    expect(findings).toMatchObject([{ code: 'fortnox.field-missing', field: 'CurrencyRate' }]);
  });

  it('names a voucher in a year that does not exist: told, and read without it', () => {
    const { records, findings } = readRecords(listedInvoice(years), [{ ...customer, VoucherYear: 99 }]);
    expect(records[0]?.voucher).toBeUndefined();
    expect(findings).toMatchObject([
      { code: 'fortnox.voucher-year-unknown', severity: 'warning', key: '1007' },
    ]);
  });

  it('tells in its detail what it credits, unless it is the credited one', () => {
    const detail = {
      ...customer,
      Credit: 'false',
      CreditInvoiceReference: '1009',
      TaxReduction: 300,
      InvoiceRows: [],
    };
    const note = {
      ...detail,
      DocumentNumber: '1009',
      Total: -1,
      Credit: 'true',
      CreditInvoiceReference: '1007',
    };
    const { records } = readRecords(invoice(years), [detail, note, { ...note, CreditInvoiceReference: 0 }]);
    expect(records.map((record) => record.creditOf)).toEqual([undefined, '1007', undefined]);
    expect(records.map((record) => record.taxReduction)).toEqual([30_000, 30_000, 30_000]);
  });

  it('of any shape never makes the reading fail or lose a record silently', () => {
    const value = fc.oneof(
      fc.anything(),
      fc.constantFrom(...Object.values(customer)),
      fc.constant('API_NORIGHT'),
    );
    const raw = fc.record(Object.fromEntries(Object.keys(customer).map((name) => [name, value])), {
      requiredKeys: [],
    });
    fc.assert(
      fc.property(fc.oneof(raw, fc.anything()), (item) => {
        const { records, findings } = readRecords(listedInvoice(years), [item]);
        expect(records.length + Number(findings.some((finding) => finding.severity === 'error'))).toBe(1);
      }),
    );
  });
});

const total = { Code: 'TOT', Account: 2440, Credit: 1310 };
const cost = (number: number, debit: number) => ({
  Code: null,
  Account: number,
  Debit: debit,
  Credit: 0,
});
const vat = (debit: number) => ({ Code: 'VAT', Account: 2641, Debit: debit });

describe('rows of an invoice', () => {
  it('of a customer have VAT from the price or from the rate', () => {
    const row = { AccountNumber: 3001, TotalExcludingVAT: '100.10', Total: 125.13, VAT: 25 };
    expect(customerInvoiceRows([row, { Description: 'text' }], true)).toEqual([
      { account: '3001', netOre: 10_010, vatRate: 25, vatOre: 2503 },
    ]);
    expect(customerInvoiceRows([{ ...row, Total: 100.1 }], false)).toEqual([
      { account: '3001', netOre: 10_010, vatRate: 25, vatOre: 2503 },
    ]);
    expect(customerInvoiceRows([{ ...row, Total: 'x' }], true)).toBeUndefined();
  });

  it('of a supplier join their VAT, before or after them', () => {
    const expected = [{ account: '5410', netOre: 100_000, vatRate: 25, vatOre: 25_000 }];
    expect(supplierInvoiceRows([total, cost(5410, 1000), vat(250)], false)).toEqual(expected);
    expect(supplierInvoiceRows([total, vat(250), cost(5410, 1000)], false)).toEqual(expected);
  });

  it('of a supplier keep every VAT row', () => {
    const rows = supplierInvoiceRows(
      [total, vat(250), vat(60), cost(5410, 1000), cost(5810, 1000), vat(1)],
      false,
    );
    expect(rows).toEqual([
      { account: '5410', netOre: 100_000, vatRate: 25, vatOre: 25_000 },
      { account: '5810', netOre: 100_000, vatRate: 6, vatOre: 6000 },
      { account: '5810', netOre: 0, vatRate: 6, vatOre: 100 },
    ]);
  });
});

describe('a payment', () => {
  const listed = {
    Number: 5,
    InvoiceNumber: 1007,
    Amount: 10.5,
    PaymentDate: '2026-01-02',
    Booked: true,
    Currency: null,
  };

  it('says in the list that there are write-offs, or leaves it open', () => {
    const { records } = readRecords(listedPayment('receivables'), [
      listed,
      { ...listed, WriteOffExist: false },
    ]);
    expect(records.map((record) => [record.number, record.amountOre, record.hasWriteOffs])).toEqual([
      ['5', 1050, true],
      ['5', 1050, false],
    ]);
  });

  it('says the rest in its detail', () => {
    const detail = {
      ...listed,
      Currency: 'EUR',
      AmountCurrency: 1,
      VoucherSeries: 'C',
      VoucherNumber: 9,
      VoucherYear: 3,
      WriteOffs: [{ Amount: -0.5, AccountNumber: 3740 }],
    };
    expect(readRecords(payment('payables', years), [detail]).records).toEqual([
      {
        ledger: 'payables',
        number: '5',
        invoiceNumber: '1007',
        date: '2026-01-02',
        amountOre: 1050,
        booked: true,
        amountCurrency: 100,
        writeOffs: [{ amountOre: -50, account: '3740' }],
        voucher: { series: 'C', number: 9, year: '2024-01-01' },
      },
    ]);
  });
});

describe('a voucher', () => {
  const wire = {
    VoucherSeries: 'A',
    VoucherNumber: 12,
    Year: 7,
    TransactionDate: '2025-12-31',
    Description: null,
    Comments: 'marker',
    ReferenceType: 'MANUAL',
    ApprovalState: null,
    VoucherRows: [
      { Account: 1510, Debit: 1.5, Credit: 0, Removed: false, TransactionInformation: null },
      { Account: 3001, Debit: null, Credit: '1.50', Removed: 0 },
      { Account: 3001, Debit: 9, Credit: 0, Removed: true },
    ],
  };

  it('keeps struck rows apart', () => {
    const { records } = readRecords(voucher, [wire]);
    expect(records).toEqual([
      {
        series: 'A',
        number: 12,
        yearId: 7,
        date: '2025-12-31',
        text: '',
        comments: 'marker',
        approvalState: 0,
        reference: { type: 'MANUAL', number: '' },
        rows: [
          { account: '1510', amountOre: 150, text: '' },
          { account: '3001', amountOre: -150, text: '' },
        ],
        removedRows: [{ account: '3001', amountOre: 900, text: '' }],
      },
    ]);
  });

  it('whose amounts leave the exact numbers together becomes a finding', () => {
    const row = { Account: 1510, Debit: '90000000000000.00', Credit: '-90000000000000.00' };
    const { records, findings } = readRecords(voucher, [{ ...wire, VoucherRows: [row] }]);
    expect(records).toEqual([]);
    expect(findings).toMatchObject([{ code: 'fortnox.field-invalid', severity: 'error', key: 'A-12-7' }]);
  });

  it('refers to something unknown: told, and read without it', () => {
    const { records, findings } = readRecords(listedVoucher, [{ ...wire, ReferenceType: 'PAYROLL' }]);
    expect(records[0]?.reference).toBeUndefined();
    expect(findings).toMatchObject([{ code: 'fortnox.reference-unknown', key: 'A-12-7' }]);
  });

  it('is written with its year and one side a row', () => {
    const body = newVoucherBody(7, {
      series: 'A',
      date: isoDate('2025-12-31'),
      text: 'Text',
      comments: 'marker',
      rows: [
        { account: '1510', amountOre: ore(-123_456), text: '' },
        { account: '3001', amountOre: ore(123_456), text: 'rad' },
      ],
    });
    expect(JSON.parse(JSON.stringify(body))).toEqual({
      Voucher: {
        VoucherSeries: 'A',
        Year: 7,
        TransactionDate: '2025-12-31',
        Description: 'Text',
        Comments: 'marker',
        VoucherRows: [
          { Account: 1510, Debit: 0, Credit: 1234.56 },
          { Account: 3001, Debit: 1234.56, Credit: 0, TransactionInformation: 'rad' },
        ],
      },
    });
  });
});

describe('the ledger around them', () => {
  it('years, accounts and series are read with gaps in what is told', () => {
    const year = { Id: '3', FromDate: '2023-09-01', ToDate: '2024-12-31', AccountingMethod: null };
    const read = readRecords(financialYear, [year]);
    expect(read.records).toEqual([
      { id: 3, from: '2023-09-01', to: '2024-12-31', accountingMethod: 'ACCRUAL' },
    ]);
    expect(read.findings).toMatchObject([{ code: 'fortnox.accounting-method-unknown', severity: 'warning' }]);
    expect(readRecords(account, [{ Number: 1510, Description: null }]).records).toEqual([
      { number: '1510', name: '', active: true },
    ]);
    const series = readRecords(voucherSeries, [
      { Code: 'A', Manual: null },
      { Code: 'M', Manual: 1, Approver: { Id: 4 } },
    ]);
    expect(series.records).toEqual([
      { code: 'A', description: '', manual: false, needsApproval: false },
      { code: 'M', description: '', manual: true, needsApproval: true },
    ]);
  });

  it('nothing is locked when it says null or nothing', () => {
    for (const body of [
      { LockedPeriod: { EndDate: null } },
      { LockedPeriod: {} },
      { LockedPeriod: null },
      {},
    ]) {
      expect(lockedPeriodSchema.parse(body)).toBeUndefined();
    }
    expect(lockedPeriodSchema.parse({ LockedPeriod: { EndDate: '2025-06-30' } })).toBe('2025-06-30');
  });

  it('the accounts of the two ledgers are the predefined ones, else those of BAS', () => {
    expect(receivablesAndPayables([{ name: 'CUSTOMERCLAIM', account: '1511' }])).toEqual({
      receivables: '1511',
      payables: '2440',
    });
  });
});
