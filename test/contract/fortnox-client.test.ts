import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { isoDate } from '../../accounting/dates.ts';
import { ore } from '../../accounting/money.ts';
import type { FortnoxClient } from '../../fortnox/client.ts';
import { FortnoxError } from '../../fortnox/error.ts';
import type { RequestLog } from '../../fortnox/http.ts';
import { SCOPES } from '../../fortnox/login.ts';
import type { NewVoucher } from '../../fortnox/wire/vouchers.ts';
import { startSandbox } from '../../sandbox/start.ts';
import type { Sandbox } from '../../sandbox/start.ts';
import { clientOf, control } from './fortnox-sandbox.ts';

let sandbox: Sandbox;
let client: FortnoxClient;
let yearId: number;
let series: string;
const log: RequestLog[] = [];

interface Described {
  readonly companies: readonly {
    closingYear: number;
    financialYears: readonly { id: number; to: string }[];
  }[];
}

beforeAll(async () => {
  sandbox = await startSandbox({ vouchers: 60, invoices: 25, rateLimit: false });
  client = await clientOf(sandbox, {
    limits: { pageSize: 10, backoffMs: 1, timeoutMs: 1500 },
    log: (line) => log.push(line),
  });
  const { companies } = await control<Described>(sandbox.url, 'GET', '');
  yearId = companies[0]?.closingYear ?? 0;
  series = (await client.voucherSeries(yearId)).records.find((candidate) => candidate.manual)?.code ?? '';
});
afterAll(() => sandbox.stop());
afterEach(() => control(sandbox.url, 'DELETE', 'faults'));

const fault = (path: string, name: string, more: object = {}) =>
  control(sandbox.url, 'POST', 'faults', [{ match: { path }, fault: name, ...more }]);

const failure = async (work: Promise<unknown>): Promise<FortnoxError> => {
  const error: unknown = await work.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (error instanceof FortnoxError) return error;
  throw new Error('no FortnoxError', { cause: error });
};

async function newVoucher(text: string): Promise<NewVoucher> {
  const year = (await client.financialYears()).records.find((candidate) => candidate.id === yearId);
  return {
    series,
    date: year?.to ?? isoDate('2025-12-31'),
    text,
    comments: `marker ${text}`,
    rows: [
      { account: '1510', amountOre: ore(-123_45), text: 'Åäö' },
      { account: '2440', amountOre: ore(123_45), text: '' },
    ],
  };
}

describe('the books', () => {
  it('come in as few requests as there are pages', async () => {
    const before = client.requestCount();
    const { records, findings } = await client.vouchers(yearId);
    expect(findings).toEqual([]);
    expect(records.length).toBeGreaterThan(20);
    expect(client.requestCount() - before).toBe(Math.ceil(records.length / 10));
  });

  it('hold a company and a SIE file', async () => {
    const company = await client.companyInformation();
    expect(company.databaseNumber).toBe(String(sandbox.companies[0]?.databaseNumber));
    const file = await client.sie(yearId);
    expect(Buffer.from(file).toString('latin1')).toMatch(/^#FLAGGA 0\r?\n/);
  });

  it.each(['status-503', 'html', 'cut-before', 'cut-in-body', 'wrong-content-type', 'status-429'])(
    'come in spite of %s',
    async (name) => {
      const expected = await client.invoices();
      await fault('/3/invoices', name);
      expect(await client.invoices()).toEqual(expected);
    },
  );

  it('that change while they are read are read again', async () => {
    const before = await client.vouchers(yearId);
    const { series: code, date, text } = await newVoucher('made by somebody else');
    const rows = [
      { account: 1510, debit: '1.00', credit: '0.00' },
      { account: 2440, debit: '0.00', credit: '1.00' },
    ];
    await fault('/3/vouchers', 'books-change', {
      skip: 1,
      patch: [{ op: 'addVoucher', series: code, financialYear: yearId, date, text, rows }],
    });
    const after = await client.vouchers(yearId);
    expect(after.records.length).toBe(before.records.length + 1);
  });

  it('whose register is refused, or without scope or licence, ask a person for the right thing', async () => {
    for (const [name, code] of [
      ['register-refused', 'fortnox.permission-missing'],
      ['license-missing', 'fortnox.license-missing'],
      ['scope-missing', 'fortnox.scope-missing'],
    ] as const) {
      await fault('/3/supplierinvoices', name);
      const error = await failure(client.supplierInvoices());
      expect([error.code, error.kind]).toEqual([code, 'attention']);
      expect(error.details.fortnox?.requestId).toBeTruthy();
    }
    const narrow = await clientOf(sandbox, { scopes: SCOPES.filter((scope) => scope !== 'payment') });
    expect((await failure(narrow.invoicePayments())).code).toBe('fortnox.scope-missing');
  });
});

const always = (): boolean => true;

describe('a voucher', () => {
  it('is made and read back as it was sent', async () => {
    const sent = await newVoucher('Bokslut 1');
    const made = await client.createVoucher(yearId, sent, always);
    expect(made).toMatchObject({
      series,
      date: sent.date,
      text: sent.text,
      comments: sent.comments,
      yearId,
      rows: sent.rows,
    });
    expect(await client.voucher(series, made.number, yearId)).toEqual(made);
    const listed = (await client.vouchers(yearId)).records.find(
      (record) => record.comments === sent.comments,
    );
    expect(listed?.number).toBe(made.number);
  });

  it('that is not there is undefined', async () => {
    expect(await client.voucher(series, 99_999, yearId)).toBeUndefined();
  });

  it.each([
    ['cut-after-commit', 'unknown', 1],
    ['cut-before', 'unknown', 0],
    ['cut-in-body', 'unknown', 1],
    ['status-503', 'unknown', 0],
    ['status-429', 'no', 0],
  ])('whose answer is lost by %s is sent once, and said to be %s', async (name, sent, made) => {
    const voucher = await newVoucher(`lost by ${name}`);
    await fault('/3/vouchers', name, { match: { method: 'POST', path: '/3/vouchers' } });
    const error = await failure(client.createVoucher(yearId, voucher, always));
    expect([error.kind, error.sent]).toEqual(['retry', sent]);
    const { records } = await client.vouchers(yearId);
    expect(records.filter((record) => record.comments === voucher.comments)).toHaveLength(made);
  });

  it('whose sender woke up too late is kept back after all waiting, and surely not sent', async () => {
    const voucher = await newVoucher('too late');
    const error = await failure(client.createVoucher(yearId, voucher, () => false));
    expect([error.code, error.kind, error.sent]).toEqual(['fortnox.kept-back', 'retry', 'no']);
    const { records } = await client.vouchers(yearId);
    expect(records.filter((record) => record.comments === voucher.comments)).toEqual([]);
  });

  it('that Fortnox refuses was not made', async () => {
    const good = await newVoucher('refused');
    const refusals: readonly (readonly [Partial<NewVoucher>, string])[] = [
      [{ series: 'ZZ' }, 'fortnox.series-missing'],
      [{ text: 'citat "hit" och dit' }, 'fortnox.text-refused'],
      [{ rows: [{ account: '9998', amountOre: ore(1), text: '' }] }, 'fortnox.account-missing'],
      [{ rows: [{ account: '1510', amountOre: ore(1), text: '' }] }, 'fortnox.refused'],
    ];
    for (const [change, code] of refusals) {
      const error = await failure(client.createVoucher(yearId, { ...good, ...change }, always));
      expect([error.code, error.kind, error.sent]).toEqual([code, 'attention', 'no']);
    }
  });

  it('carries a file', async () => {
    const made = await client.createVoucher(yearId, await newVoucher('with a file'), always);
    const file = await client.uploadToInbox('Bilaga 1510 åäö.pdf', Buffer.from('%PDF'), 'application/pdf');
    const connection = { fileId: file.id, series, number: made.number, yearId };
    await client.connectFile(connection);
    expect((await client.voucherFileConnections(yearId)).records).toContainEqual(connection);
    const again = await failure(client.connectFile(connection));
    expect([again.kind, again.sent]).toEqual(['attention', 'no']);
  });
});

it('behind a dead login everything asks for a new one', async () => {
  const other = await startSandbox({ vouchers: 10, invoices: 5 });
  try {
    const loggedIn = await clientOf(other);
    await loggedIn.lockedPeriod();
    await control(other.url, 'POST', 'faults', [{ match: { path: '/3/' }, fault: 'revoked' }]);
    const error = await failure(loggedIn.lockedPeriod());
    expect([error.code, error.kind]).toEqual(['login.refused', 'reconnect']);
  } finally {
    await other.stop();
  }
});

it('every request left a line, and no line a secret or a body', () => {
  expect(log.length).toBe(client.requestCount());
  const text = JSON.stringify(log);
  for (const word of [sandbox.clientSecret, 'Bearer', 'eyJ', 'marker', 'Åäö'])
    expect(text).not.toContain(word);
});
