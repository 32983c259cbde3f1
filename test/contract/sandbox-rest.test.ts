import { afterAll, beforeAll, expect, test } from 'vitest';
import { errorOf, itemsOf, recordOf, startDriver, type Answer, type Driver } from './sandbox-driver.ts';

let driver: Driver;

function metaOf(answer: Answer) {
  const meta = recordOf(answer, 'MetaInformation');
  const number = (name: string) => Number(meta[name]);
  return {
    '@TotalResources': number('@TotalResources'),
    '@TotalPages': number('@TotalPages'),
    '@CurrentPage': number('@CurrentPage'),
  };
}

beforeAll(async () => {
  driver = await startDriver({ vouchers: 1200, invoices: 300 });
});
afterAll(async () => {
  await driver.sandbox.stop();
});

test('JSON is written as PHP writes it, and every answer carries a request id', async () => {
  const answer = await driver.get('/3/companyinformation');
  expect(answer.text).toContain('Exempelv\\u00e4gen 1');
  expect(answer.text).not.toMatch(/[^\x20-\x7e]/);
  const accounts = await driver.get('/3/accounts?limit=1');
  expect(accounts.text).toContain('http:\\/\\/127.0.0.1');
  expect(accounts.headers.get('x-uid')).toMatch(/^\w+$/);
  expect(accounts.headers.get('x-uid')).not.toBe(answer.headers.get('x-uid'));
});

test('lists: 100 by default, 500 at most, pages that add up, and nothing beyond the last', async () => {
  const first = await driver.get('/3/vouchers?financialyear=2');
  const meta = metaOf(first);
  expect(itemsOf(first)).toHaveLength(100);
  expect(meta).toEqual({
    '@TotalResources': meta['@TotalResources'],
    '@CurrentPage': 1,
    '@TotalPages': Math.ceil(meta['@TotalResources'] / 100),
  });
  expect(itemsOf(await driver.get('/3/vouchers?financialyear=2&limit=9999'))).toHaveLength(500);

  const keys = new Set<unknown>();
  for (let page = 1; page <= meta['@TotalPages']; page++) {
    for (const voucher of itemsOf(await driver.get(`/3/vouchers?financialyear=2&page=${page}`))) {
      keys.add(`${String(voucher['VoucherSeries'])}${String(voucher['VoucherNumber'])}`);
    }
  }
  expect(keys.size).toBe(meta['@TotalResources']);
  expect(itemsOf(await driver.get('/3/vouchers?financialyear=2&page=999'))).toEqual([]);
  const offset = itemsOf(await driver.get('/3/vouchers?financialyear=2&offset=150&limit=1'));
  expect(offset).toEqual([itemsOf(await driver.get('/3/vouchers?financialyear=2&page=2'))[50]]);
  for (const bad of ['limit=0', 'page=x', 'offset=-1']) {
    expect(errorOf(await driver.get(`/3/vouchers?financialyear=2&${bad}`)).code).toBe(2_000_588);
  }
});

test('an empty list is 200 with 0, 0 and 1', async () => {
  const answer = await driver.get('/3/financialyears?date=1999-01-01');
  expect(answer.body).toEqual({
    MetaInformation: { '@TotalResources': 0, '@TotalPages': 0, '@CurrentPage': 1 },
    FinancialYears: [],
  });
});

test('financial years are not in the order of time, and a date finds its own', async () => {
  const years = itemsOf(await driver.get('/3/financialyears'));
  const froms = years.toSorted((a, b) => Number(a['Id']) - Number(b['Id'])).map((year) => year['FromDate']);
  expect(froms).not.toEqual(froms.toSorted((a, b) => String(a).localeCompare(String(b))));
  expect(itemsOf(await driver.get('/3/financialyears?date=2025-12-31'))).toMatchObject([{ Id: 2 }]);
  expect((await driver.get('/3/financialyears/4')).body['FinancialYear']).toMatchObject({
    FromDate: '2024-01-01',
  });
});

test('one resource filter a request, besides the global ones', async () => {
  expect(errorOf(await driver.get('/3/invoices?filter=unpaid&customernumber=10'))).toEqual({
    status: 400,
    code: 2_000_587,
    message: 'Ett ogiltigt filter har använts.',
    upper: false,
  });
  expect((await driver.get('/3/invoices?filter=unpaid&fromdate=2025-01-01&limit=500')).status).toBe(200);
  expect(errorOf(await driver.get('/3/invoices?filter=nonsense')).code).toBe(2_000_587);
  expect(errorOf(await driver.get('/3/invoices?FromDate=2025-01-01')).code).toBe(2_000_588);

  const dates = '/3/invoices?fromdate=2025-03-01&todate=2025-03-31&limit=500';
  const march = itemsOf(await driver.get(dates));
  expect(march.length).toBeGreaterThan(0);
  expect(march.every((invoice) => String(invoice['InvoiceDate']).startsWith('2025-03'))).toBe(true);
  const paid = itemsOf(
    await driver.get('/3/invoices?fromfinalpaydate=2026-01-01&tofinalpaydate=2026-02-28&limit=500'),
  );
  expect(paid.length).toBeGreaterThan(0);
  expect(paid.every((invoice) => /^2026-0[12]/.test(String(invoice['FinalPayDate'])))).toBe(true);
  const unpaid = itemsOf(await driver.get('/3/invoices?filter=unpaid&limit=500'));
  expect(unpaid.length).toBeGreaterThan(0);
  expect(unpaid.every((invoice) => invoice['Balance'] !== 0)).toBe(true);
});

test('sorting and lastmodified', async () => {
  const byTotal = itemsOf(await driver.get('/3/invoices?sortby=total&sortorder=descending&limit=500'));
  const totals = byTotal.map((invoice) => Number(invoice['Total']));
  expect(totals).toEqual(totals.toSorted((a, b) => b - a));
  const recent = '/3/invoices?lastmodified=2026-03-14%2000:00&limit=500';
  const before = itemsOf(await driver.get(recent)).length;
  await driver.control('PATCH', '/books', { op: 'addInvoice', total: '1250.00', vat: '250.00' });
  expect(itemsOf(await driver.get(recent))).toHaveLength(before + 1);
});

test('list items carry no rows, no amounts of vouchers, no VAT; details do', async () => {
  const [voucher = {}] = itemsOf(await driver.get('/3/vouchers?financialyear=2&limit=1'));
  expect(Object.keys(voucher).toSorted()).toEqual([
    '@url',
    'ApprovalState',
    'Comments',
    'Description',
    'ReferenceNumber',
    'ReferenceType',
    'TransactionDate',
    'VoucherNumber',
    'VoucherSeries',
    'Year',
  ]);
  const [invoice = {}] = itemsOf(await driver.get('/3/invoices?limit=1'));
  for (const name of ['InvoiceRows', 'TotalVAT', 'TaxReduction', 'Credit'])
    expect(invoice).not.toHaveProperty(name);
  expect(invoice['Project']).toBe('API_NORIGHT');
  const detail = await driver.get(`/3/invoices/${String(invoice['DocumentNumber'])}`);
  expect(detail.body['Invoice']).toMatchObject({
    Credit: 'false',
    CreditInvoiceReference: '0',
    VATIncluded: true,
    Project: 'API_NORIGHT',
    InvoiceRows: [{ AccountNumber: expect.any(Number), VAT: expect.any(Number) }],
  });
  const [payment = {}] = itemsOf(await driver.get('/3/invoicepayments?limit=1'));
  for (const name of ['WriteOffs', 'AmountCurrency', 'VoucherNumber'])
    expect(payment).not.toHaveProperty(name);
  expect((await driver.get('/3/invoicepayments/1')).body['InvoicePayment']).toMatchObject({
    Number: '1',
    VoucherSeries: 'C',
    WriteOffs: expect.any(Array),
  });
});

test('supplier invoices: amounts are strings, Cancel in the list and Cancelled in the detail', async () => {
  const [invoice = {}] = itemsOf(await driver.get('/3/supplierinvoices?limit=1'));
  expect(invoice).toMatchObject({
    Total: expect.stringMatching(/^-?\d+\.\d\d$/),
    Balance: expect.any(String),
    CurrencyRate: expect.any(String),
    Cancel: false,
    Vouchers: [{ Series: 'D', ReferenceType: 'SUPPLIERINVOICE', Number: expect.any(Number) }],
  });
  expect(invoice).not.toHaveProperty('Cancelled');
  const detail = await driver.get(`/3/supplierinvoices/${String(invoice['GivenNumber'])}`);
  expect(detail.body['SupplierInvoice']).toMatchObject({
    Cancelled: false,
    SupplierInvoiceRows: [{ Code: 'TOT', Account: 2440 }, { Code: 'PRD' }, { Code: 'VAT', Account: 2641 }],
  });
});

test('not found, wrong method and unknown paths answer in the other envelope', async () => {
  expect(errorOf(await driver.get('/3/invoices/99999999'))).toEqual({
    status: 404,
    code: 2_000_434,
    message: 'Kan inte hitta fakturan',
    upper: true,
  });
  expect((await driver.call('PUT', '/3/vouchers', {})).status).toBe(405);
  expect((await driver.get('/3/nonsense')).status).toBe(404);
});

test('an account carries forward what its rows moved', async () => {
  const account = recordOf(await driver.get('/3/accounts/1510?financialyear=2'), 'Account');
  const opening = Math.round(Number(account['BalanceBroughtForward']) * 100);
  const closing = Math.round(Number(account['BalanceCarriedForward']) * 100);
  const books = await driver.control<{
    vouchers: {
      financialYear: number;
      rows: { account: number; debit: string; credit: string; removed?: boolean }[];
    }[];
  }>('GET', '/books');
  const moved = books.vouchers
    .filter((voucher) => voucher.financialYear === 2)
    .flatMap((voucher) => voucher.rows)
    .filter((row) => row.account === 1510 && row.removed !== true)
    .reduce(
      (sum, row) => sum + Math.round(Number(row.debit) * 100) - Math.round(Number(row.credit) * 100),
      0,
    );
  expect(closing).toBe(opening + moved);
  const [listed = {}] = itemsOf(await driver.get('/3/accounts?financialyear=2&limit=1'));
  expect(listed).not.toHaveProperty('BalanceCarriedForward');
});

test('voucher series belong to a year and say whether they are manual', async () => {
  const series = itemsOf(await driver.get('/3/voucherseries?financialyear=2'));
  expect(series).toContainEqual(expect.objectContaining({ Code: 'K', Manual: true, Year: 2 }));
  expect(series).toContainEqual(expect.objectContaining({ Code: 'B', Manual: false, Year: 2 }));
  expect((await driver.get('/3/voucherseries?financialyear=2')).body).toHaveProperty(
    'VoucherSeriesCollection',
  );
});

test('the locked period is null or absent while nothing is locked', async () => {
  expect((await driver.get('/3/settings/lockedperiod')).body).toEqual({ LockedPeriod: { EndDate: null } });
  await driver.control('PUT', '/assumptions', { lockedPeriodWhenOpen: 'absent' });
  expect((await driver.get('/3/settings/lockedperiod')).body).toEqual({ LockedPeriod: {} });
  await driver.control('PATCH', '/books', { op: 'lockPeriod', until: '2025-06-30' });
  expect((await driver.get('/3/settings/lockedperiod')).body).toEqual({
    LockedPeriod: { EndDate: '2025-06-30' },
  });
  await driver.control('PATCH', '/books', { op: 'lockPeriod', until: null });
});

test('a GET that sends an invoice is seen in the log', async () => {
  const [before] = await driver.control<{ number: number }[]>('GET', '/requests?since=0');
  expect(before?.number).toBe(1);
  await driver.get('/3/invoices/1001/preview');
  await driver.get('/3/invoices/1001/email');
  const log = await driver.control<{ path: string; committed: unknown }[]>('GET', '/requests');
  expect(log.at(-2)).toMatchObject({ path: '/3/invoices/1001/preview', committed: null });
  expect(log.at(-1)).toMatchObject({ committed: { sentInvoice: '1001', by: 'email' } });
});
