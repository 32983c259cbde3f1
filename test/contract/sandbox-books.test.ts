import { readdirSync, readFileSync } from 'node:fs';
import { afterEach, describe, expect, test } from 'vitest';
import { startSandbox } from '../../sandbox/start.ts';
import { itemsOf, recordOf, startDriver, type Driver } from './sandbox-driver.ts';

interface Row {
  account: number;
  debit: string;
  credit: string;
  removed?: boolean;
}
interface Invoice {
  number: string;
  invoiceDate: string;
  dueDate: string;
  currency: string;
  currencyRate: string;
  total: string;
  balance: string;
  taxReduction?: string;
  booked: boolean;
  cancelled: boolean;
  finalPayDate: string | null;
  creditOf?: string;
}
interface Payment {
  invoiceNumber: string;
  date: string;
  amount: string;
  amountCurrency?: string;
  booked: boolean;
  writeOffs?: { amount: string }[];
}
interface CompanyFile {
  closingYear: number;
  financialYears: { id: number; from: string; to: string }[];
  openingBalances: Record<string, Record<string, string>>;
  invoices: Invoice[];
  invoicePayments: Payment[];
  supplierInvoices: Invoice[];
  supplierInvoicePayments: Payment[];
  vouchers: { series: string; number: number; financialYear: number; date: string; rows: Row[] }[];
}
interface Planted {
  code: string;
  attachment: string;
  effects: { date: string; amountOre: number }[];
}

const ore = (text: string) => Math.round(Number(text) * 100);
const rounded = (value: number) => Math.sign(value) * Math.round(Math.abs(value) + 1e-7);

/** What an account holds on a day, from the first year's opening balance on. Positive: the account's own side. */
function ledgerAt(books: CompanyFile, account: number, date: string): number {
  const first = books.financialYears.toSorted((a, b) => (a.from < b.from ? -1 : 1))[0];
  let sum = ore(books.openingBalances[String(first?.id)]?.[String(account)] ?? '0');
  for (const voucher of books.vouchers) {
    if (voucher.date > date) continue;
    for (const row of voucher.rows) {
      if (row.account === account && row.removed !== true) sum += ore(row.debit) - ore(row.credit);
    }
  }
  return account === 1510 ? sum : 0 - sum;
}

/** The open items of a day by definitions 4, 5 and 7 of the cases, summed in SEK at the booked rates. */
function subledgerAt(invoices: Invoice[], payments: Payment[], date: string): number {
  let sum = 0;
  for (const invoice of invoices) {
    if (!invoice.booked || invoice.cancelled) continue;
    const own = payments.filter((payment) => payment.invoiceNumber === invoice.number);
    const settles = (list: Payment[]) =>
      list
        .flatMap((payment) => [
          ore(payment.amountCurrency ?? payment.amount),
          ...(payment.writeOffs ?? []).map((writeOff) => ore(writeOff.amount)),
        ])
        .reduce((left, amount) => left + amount, 0);
    let open = invoice.invoiceDate <= date ? ore(invoice.total) : 0;
    open -= settles(own.filter((payment) => payment.date <= date));
    const gap = ore(invoice.total) - settles(own);
    const settled =
      ore(invoice.balance) === 0 && invoice.finalPayDate !== null && invoice.finalPayDate <= date;
    if (settled && invoice.invoiceDate <= date) open -= gap;
    sum += rounded(open * Number(invoice.currencyRate));
  }
  return sum;
}

async function generated(options: { vouchers?: number; invoices?: number; seed?: number }) {
  const sandbox = await startSandbox(options);
  const get = async <T>(path: string): Promise<T> =>
    JSON.parse(await (await fetch(`${sandbox.url}/sandbox/${path}`)).text());
  const result = { books: await get<CompanyFile>('books'), planted: await get<Planted[]>('planted') };
  await sandbox.stop();
  return result;
}

const byKey = (vouchers: CompanyFile['vouchers']) =>
  vouchers.toSorted((a, b) => {
    const [left, right] = [a, b].map((one) => `${one.financialYear} ${one.series} ${one.number}`);
    return String(left) < String(right) ? -1 : 1;
  });

describe('the generator', () => {
  test.each([
    { vouchers: 250, seed: 1 },
    { vouchers: 250, invoices: 80, seed: 2 },
    { vouchers: 1000, invoices: 400, seed: 3 },
    { vouchers: 4000, invoices: 900, seed: 4 },
  ])('1510 and 2440 tie to the subledgers at any date, but for what is planted: %o', async (options) => {
    const { books, planted } = await generated(options);
    const dates = ['2024-03-31', '2024-12-31', '2025-04-09', '2025-04-10', '2025-06-30', '2025-12-28'];
    for (const date of [...dates, '2025-12-31', '2026-01-04', '2026-01-05', '2026-03-15']) {
      for (const account of [1510, 2440]) {
        const expected = planted
          .filter((one) => one.attachment === String(account))
          .flatMap((one) => one.effects)
          .filter((effect) => effect.date <= date)
          .reduce((sum, effect) => sum + effect.amountOre, 0);
        const [invoices, payments] =
          account === 1510
            ? [books.invoices, books.invoicePayments]
            : [books.supplierInvoices, books.supplierInvoicePayments];
        const difference = ledgerAt(books, account, date) - subledgerAt(invoices, payments, date);
        expect({ account, date, difference }).toEqual({ account, date, difference: expected });
      }
    }
  });

  test('the sample has about 250 vouchers and 80 invoices, and what a close should meet', async () => {
    const { books, planted } = await generated({});
    expect(books.vouchers.length).toBeGreaterThanOrEqual(240);
    expect(books.vouchers.length).toBeLessThanOrEqual(260);
    const documents = books.invoices.length + books.supplierInvoices.length;
    expect(documents).toBeGreaterThanOrEqual(75);
    expect(documents).toBeLessThanOrEqual(90);
    const open = books.invoices.filter((invoice) => ore(invoice.balance) !== 0);
    expect(open.some((invoice) => invoice.dueDate < '2025-10-01' && ore(invoice.balance) > 5_000_000)).toBe(
      true,
    );
    for (const invoices of [books.invoices, books.supplierInvoices]) {
      expect(
        invoices.some((invoice) => invoice.currency === 'EUR' && invoice.balance === invoice.total),
      ).toBe(true);
    }
    expect(planted.map((one) => one.code)).toEqual([
      'manualVoucher',
      'manualVoucher',
      'settlementUnknown',
      'rounding',
      'paymentOnOtherAccount',
      'wrongPeriod',
      'removedRows',
    ]);
  });

  test('many invoices show every fate: part payments, overpayments, credit notes, write-offs, euros', async () => {
    const { books } = await generated({ vouchers: 2000, invoices: 600 });
    const payments = books.invoicePayments;
    const of = (invoice: Invoice) => payments.filter((payment) => payment.invoiceNumber === invoice.number);
    expect(books.invoices.some((invoice) => of(invoice).length === 2)).toBe(true);
    expect(books.invoices.some((invoice) => ore(invoice.balance) < 0)).toBe(true);
    expect(books.invoices.some((invoice) => invoice.creditOf !== undefined && ore(invoice.total) < 0)).toBe(
      true,
    );
    expect(payments.some((payment) => (payment.writeOffs ?? []).length > 0)).toBe(true);
    expect(payments.some((payment) => payment.amountCurrency !== undefined)).toBe(true);
  });

  test('every voucher balances, numbers have no gaps, and each year opens as the one before closed', async () => {
    const { books } = await generated({ vouchers: 1500, invoices: 300, seed: 9 });
    const numbers = new Map<string, number[]>();
    for (const voucher of books.vouchers) {
      const counted = voucher.rows.filter((row) => row.removed !== true);
      expect(counted.reduce((sum, row) => sum + ore(row.debit) - ore(row.credit), 0)).toBe(0);
      const year = books.financialYears.find(({ id }) => id === voucher.financialYear);
      expect(voucher.date >= (year?.from ?? '9') && voucher.date <= (year?.to ?? '0')).toBe(true);
      const key = `${voucher.series}@${voucher.financialYear}`;
      numbers.set(key, [...(numbers.get(key) ?? []), voucher.number]);
    }
    for (const list of numbers.values()) expect(list).toEqual(list.map((_number, index) => index + 1));
    for (const account of [1510, 1930, 2440, 2650]) {
      const closing = ledgerAt(books, account, '2024-12-31') * (account === 1510 ? 1 : -1);
      expect(ore(books.openingBalances['2']?.[String(account)] ?? '0')).toBe(closing);
    }
  });

  test('the same seed makes the same company, another seed another', async () => {
    const [one, same, other] = [
      await generated({ seed: 7 }),
      await generated({ seed: 7 }),
      await generated({ seed: 8 }),
    ];
    expect(same).toEqual(one);
    expect(other.books.invoices).not.toEqual(one.books.invoices);
  });

  test('it stays near the size that was asked for', async () => {
    for (const vouchers of [10, 60, 500, 3000]) {
      const { books } = await generated({ vouchers });
      expect(Math.abs(books.vouchers.length - vouchers)).toBeLessThanOrEqual(3);
    }
  });
});

describe('company files', () => {
  const folder = new URL('../cases/', import.meta.url);
  const names = readdirSync(folder, { withFileTypes: true }).filter((entry) => entry.isDirectory());
  const read = (name: string): CompanyFile =>
    JSON.parse(readFileSync(new URL(`${name}/company.json`, folder), 'utf8'));

  test('there are cases to load', () => {
    expect(names.length).toBeGreaterThanOrEqual(18);
  });

  test.each(names.map((entry) => entry.name))('%s loads and comes out as it went in', async (name) => {
    const file = read(name);
    const driver = await startDriver({ companies: [file] });
    try {
      const out = await driver.control<CompanyFile>('GET', '/books');
      expect({ ...out, vouchers: byKey(out.vouchers) }).toEqual({
        ...file,
        vouchers: byKey(file.vouchers),
      });
      const listed = itemsOf(await driver.get('/3/invoices?limit=500'));
      expect(listed).toHaveLength(file.invoices.length);
      for (const { DocumentNumber: number } of listed) {
        expect((await driver.get(`/3/invoices/${encodeURIComponent(String(number))}`)).status).toBe(200);
      }
    } finally {
      await driver.sandbox.stop();
    }
  });

  const broken: [string, (file: CompanyFile) => void, RegExp][] = [
    [
      'an amount that is a number',
      (file) => Object.assign(file, { openingBalances: { 3: { 1510: 5 } } }),
      /openingBalances\.3\.1510/,
    ],
    ['a field nobody knows', (file) => Object.assign(file, { nonsense: 1 }), /nonsense/],
    [
      'a closing year that is missing',
      (file) => Object.assign(file, { closingYear: 99 }),
      /no financial year 99/,
    ],
    [
      'an account that is missing',
      (file) => Object.assign(file, { accounts: [] }),
      /there is no account 1510/,
    ],
    ['a party that is missing', (file) => Object.assign(file, { customers: [] }), /there is no party 10/],
    ['a day that does not exist', (file) => Object.assign(file, { asOfToday: '2026-02-30' }), /no such day/],
  ];
  test.each(broken)('%s is refused with its place', async (_what, change, message) => {
    const file = read('01-simple-tie');
    change(file);
    await expect(startSandbox({ companies: [file] })).rejects.toThrow(message);
  });

  test('a voucher that does not balance is refused with its number', async () => {
    const file = read('01-simple-tie');
    const row = file.vouchers[0]?.rows[0];
    if (row) row.debit = '1.00';
    await expect(startSandbox({ companies: [file] })).rejects.toThrow(/B-1@3 does not balance/);
  });

  test('rows of a cash company are on the invoice as the wire has them', async () => {
    const driver = await startDriver({ companies: [read('16-cash-method')] });
    try {
      expect((await driver.get('/3/invoices/1001')).body['Invoice']).toMatchObject({
        AccountingMethod: 'CASH',
        VATIncluded: true,
        VoucherNumber: null,
        InvoiceRows: [{ AccountNumber: 3001, Total: 12_500, TotalExcludingVAT: 10_000, VAT: 25 }],
      });
      expect((await driver.get('/3/supplierinvoices/502')).body['SupplierInvoice']).toMatchObject({
        SupplierInvoiceRows: [
          { Code: 'TOT', Account: 2440, Credit: 1060 },
          { Code: 'PRD', Account: 5810, Debit: 1000 },
          { Code: 'VAT', Account: 2641, Debit: 60 },
        ],
      });
    } finally {
      await driver.sandbox.stop();
    }
  });

  test('two companies: the login chooses one', async () => {
    const driver = await startDriver({ companies: [read('01-simple-tie'), read('05-euro')] });
    try {
      expect((await driver.get('/3/companyinformation')).body['CompanyInformation']).toMatchObject({
        DatabaseNumber: 990_001,
      });
      await driver.login(undefined, { company: '990005' });
      expect((await driver.get('/3/companyinformation')).body['CompanyInformation']).toMatchObject({
        DatabaseNumber: 990_005,
        OrganizationNumber: '999999-0050',
      });
      expect(await driver.control('GET', '/books?company=990005')).toMatchObject({
        company: { name: 'Exempel Fem AB' },
      });
    } finally {
      await driver.sandbox.stop();
    }
  });
});

/** A sale on credit. */
const rows = (amount: string) => [
  { account: 1510, debit: amount },
  { account: 3001, credit: amount },
];

describe('PATCH /sandbox/books', () => {
  let driver: Driver;
  const patch = (body: unknown) =>
    driver.control<{ applied: { number: number }[]; error?: string }>('PATCH', '/books', body);
  const account1510 = async () => {
    const account = recordOf(await driver.get('/3/accounts/1510?financialyear=2'), 'Account');
    return ore(String(account['BalanceCarriedForward']));
  };
  afterEach(async () => {
    await driver.sandbox.stop();
  });

  test('add, edit and remove a voucher', async () => {
    driver = await startDriver();
    const before = await account1510();
    const added = await patch({
      op: 'addVoucher',
      series: 'A',
      date: '2025-08-01',
      text: 'X',
      rows: rows('10.50'),
    });
    const [ref] = added.applied;
    expect(ref).toMatchObject({ series: 'A', financialYear: 2 });
    expect(await account1510()).toBe(before + 1050);
    await patch({ op: 'editVoucher', ...ref, rows: rows('20.00') });
    expect(await account1510()).toBe(before + 2000);
    const voucher = recordOf(await driver.get(`/3/vouchers/A/${ref?.number}?financialyear=2`), 'Voucher');
    expect(voucher['VoucherRows']).toMatchObject([
      { Account: 1510, Removed: true },
      { Account: 3001, Removed: true },
      { Debit: 20, Removed: false },
      { Credit: 20, Removed: false },
    ]);
    await patch({ op: 'removeVoucher', ...ref });
    expect(await account1510()).toBe(before);
    expect((await driver.get(`/3/vouchers/A/${ref?.number}?financialyear=2`)).status).toBe(404);
  });

  test('paying an invoice books it and closes it, on both ledgers', async () => {
    driver = await startDriver();
    const before = await account1510();
    const unpaid = itemsOf(await driver.get('/3/invoices?filter=unpaid&limit=500'));
    const open = unpaid.find((one) => one['Currency'] === 'SEK') ?? {};
    const number = String(open['DocumentNumber']);
    const result = await patch([{ op: 'payInvoice', number, date: '2025-12-30' }]);
    expect(result.error).toBeUndefined();
    expect((await driver.get(`/3/invoices/${number}`)).body['Invoice']).toMatchObject({
      Balance: 0,
      FinalPayDate: '2025-12-30',
    });
    expect(await account1510()).toBe(before - ore(String(open['Balance'])));
    const euro = itemsOf(await driver.get('/3/supplierinvoices?filter=unpaid&limit=500')).find(
      (one) => one['Currency'] === 'EUR',
    );
    const paid = await patch({
      op: 'paySupplierInvoice',
      number: String(euro?.['GivenNumber']),
      amount: '99999.00',
    });
    expect(paid.error).toBeUndefined();
    const books = await driver.control<CompanyFile>('GET', '/books');
    expect(books.supplierInvoices.find((invoice) => invoice.number === euro?.['GivenNumber'])?.balance).toBe(
      '0.00',
    );
    for (const voucher of books.vouchers) {
      const counted = voucher.rows.filter((row) => row.removed !== true);
      expect(counted.reduce((sum, row) => sum + ore(row.debit) - ore(row.credit), 0)).toBe(0);
    }
    const difference = (date: string) =>
      ledgerAt(books, 2440, date) - subledgerAt(books.supplierInvoices, books.supplierInvoicePayments, date);
    expect(difference('2026-03-15')).toBe(437_500);
  });

  test('accounts, series, opening balances, and what cannot be done', async () => {
    driver = await startDriver();
    await patch([
      { op: 'deactivateAccount', number: 6110 },
      { op: 'setAccount', number: 6999, description: 'Nytt konto' },
      { op: 'setSeries', code: 'K', financialYear: 2, manual: false },
      { op: 'removeSeries', code: 'I', financialYear: 2 },
      { op: 'setOpeningBalance', financialYear: 2, account: 1510, amount: '1.00' },
    ]);
    expect((await driver.get('/3/accounts/6110')).body['Account']).toMatchObject({ Active: false });
    expect((await driver.get('/3/accounts/6999')).status).toBe(200);
    const series = itemsOf(await driver.get('/3/voucherseries?financialyear=2'));
    expect(series.map((one) => one['Code'])).not.toContain('I');
    expect(series).toContainEqual(expect.objectContaining({ Code: 'K', Manual: false }));
    expect((await driver.get('/3/accounts/1510?financialyear=2')).body['Account']).toMatchObject({
      BalanceBroughtForward: 1,
    });
    await patch({ op: 'carryForward', financialYear: 2 });
    expect((await driver.get('/3/accounts/1510?financialyear=2')).body['Account']).not.toMatchObject({
      BalanceBroughtForward: 1,
    });
    expect((await patch({ op: 'nonsense' })).error).toMatch(/operation 0/);
    expect((await patch({ op: 'payInvoice', number: '77' })).error).toBe(
      'payInvoice: there is no invoice 77',
    );
    const unbalanced = [{ account: 1510, debit: '1.00' }];
    expect(
      (await patch({ op: 'addVoucher', series: 'A', date: '2025-08-01', text: 'X', rows: unbalanced })).error,
    ).toMatch(/do not balance/);
  });
});
