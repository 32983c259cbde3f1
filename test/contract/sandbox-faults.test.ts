import { afterEach, beforeEach, expect, test } from 'vitest';
import { errorOf, itemsOf, startDriver, type Driver } from './sandbox-driver.ts';

let driver: Driver;

beforeEach(async () => {
  driver = await startDriver();
});
afterEach(async () => {
  await driver.sandbox.stop();
});

const vouchers = { method: 'POST', path: '/3/vouchers' };
const fault = (name: string, more: Record<string, unknown> = {}) =>
  driver.control('POST', '/faults', [{ match: vouchers, times: 1, fault: name, ...more }]);
const post = () =>
  driver.call('POST', '/3/vouchers?financialyear=2', {
    Voucher: {
      Description: 'Test',
      VoucherSeries: 'K',
      TransactionDate: '2025-12-31',
      VoucherRows: [
        { Account: 1710, Debit: 1 },
        { Account: 5010, Credit: 1 },
      ],
    },
  });
const posted = async () => itemsOf(await driver.get('/3/vouchers/sublist/K?financialyear=2')).length;
const lastLogged = async () =>
  (await driver.control<Record<string, unknown>[]>('GET', '/requests')).findLast(
    (entry) => entry['method'] === 'POST',
  );

test('cut-before: nothing is committed', async () => {
  await fault('cut-before');
  await expect(post()).rejects.toThrow(/fetch failed|terminated/);
  expect(await lastLogged()).toMatchObject({ status: 0, fault: 'cut-before', committed: null });
  expect(await posted()).toBe(0);
  expect((await post()).status).toBe(201);
});

test('tenant: the requests of one company alone meet it', async () => {
  const tenant = driver.sandbox.companies[0]!.databaseNumber;
  await fault('status-503', { match: { ...vouchers, tenant: tenant + 1 } });
  expect((await post()).status).toBe(201);
  await fault('status-503', { match: { ...vouchers, tenant } });
  expect((await post()).status).toBe(503);
});

test.each(['cut-after-commit', 'cut-in-body'])(
  '%s: the voucher is there, its answer is not',
  async (name) => {
    await fault(name);
    await expect(post()).rejects.toThrow(/fetch failed|terminated/);
    expect(await lastLogged()).toMatchObject({
      fault: name,
      committed: { voucher: { series: 'K', number: 1 } },
    });
    expect(await posted()).toBe(1);
  },
);

test.each([
  ['status-429', 429, 'application/json'],
  ['status-500', 500, 'text/html; charset=UTF-8'],
  ['status-503', 503, 'text/html; charset=UTF-8'],
  ['html', 200, 'text/html; charset=UTF-8'],
])('%s: nothing is committed', async (name, status, contentType) => {
  await fault(name, { retryAfter: 2 });
  const answer = await post();
  expect(answer.status).toBe(status);
  expect(answer.headers.get('content-type')).toBe(contentType);
  expect(answer.headers.get('retry-after')).toBe('2');
  expect(await posted()).toBe(0);
});

test('wrong-content-type: the right body under another name', async () => {
  await fault('wrong-content-type');
  const answer = await post();
  expect(answer.headers.get('content-type')).toContain('text/html');
  expect(answer.body['Voucher']).toMatchObject({ VoucherNumber: 1 });
});

test('slow: the voucher is there before the answer', async () => {
  await fault('slow', { delayMs: 150 });
  const started = performance.now();
  const answer = post();
  await expect.poll(posted, { interval: 5 }).toBe(1);
  expect((await answer).status).toBe(201);
  expect(performance.now() - started).toBeGreaterThanOrEqual(140);
});

test('commit-late: the voucher comes after the answer, by itself or when the clock passes it', async () => {
  await fault('commit-late', { afterMs: 3_600_000 });
  expect((await post()).status).toBe(504);
  expect(await posted()).toBe(0);
  await driver.control('POST', '/clock', { advanceMs: 3_600_000 });
  await driver.login();
  expect(await posted()).toBe(1);

  await fault('commit-late', { afterMs: 20, status: 0 });
  await expect(post()).rejects.toThrow(/fetch failed|terminated/);
  await expect.poll(posted).toBe(2);
  expect(await lastLogged()).toMatchObject({ committed: { voucher: { number: 2 } } });
});

test('revoked, licence, scope and register', async () => {
  await fault('license-missing');
  expect(errorOf(await post())).toMatchObject({ status: 403, code: 2_001_101 });
  await fault('scope-missing');
  expect(errorOf(await post())).toMatchObject({ status: 403, code: 2_000_663 });
  await fault('register-refused');
  expect(errorOf(await post())).toMatchObject({ status: 403, code: 2_003_275 });
  await fault('revoked');
  expect((await post()).body).toEqual({ message: 'unauthorized' });
  expect((await driver.get('/3/accounts')).status).toBe(401);
  await driver.login();
  expect((await post()).status).toBe(201);
});

test('the answer of a refresh can be lost: the old token is dead all the same', async () => {
  const path = '/oauth-v1/token';
  await driver.control('POST', '/faults', [{ match: { path }, times: 1, fault: 'cut-after-commit' }]);
  const parameters = { grant_type: 'refresh_token', refresh_token: driver.tokens.refresh_token };
  await expect(driver.token(parameters)).rejects.toThrow(/fetch failed|terminated/);
  expect((await driver.token(parameters)).body['error']).toBe('invalid_grant');
});

test('books-change: the books move between two pages', async () => {
  const [first] = itemsOf(await driver.get('/3/invoices?limit=1&page=1'));
  await driver.control('POST', '/faults', {
    match: { path: '/3/invoices?*page=2*' },
    fault: 'books-change',
    patch: { op: 'addInvoice', number: '9001', total: '100.00' },
  });
  const second = await driver.get('/3/invoices?limit=1&page=2');
  expect(first).toBeDefined();
  const found = itemsOf(await driver.get('/3/invoices?documentnumber=9001'));
  expect(found).toHaveLength(1);
  expect(second.body['MetaInformation']).toMatchObject({
    '@TotalResources': (await driver.control<{ invoices: unknown[] }>('GET', '/books')).invoices.length,
  });
});

test('match by method, prefix and glob; times, skip and duration; cleared by DELETE', async () => {
  await driver.control('POST', '/faults', [
    { match: { method: 'GET', path: '/3/invoices/*' }, times: 2, skip: 1, fault: 'status-503' },
    { match: { path: '/3/accounts' }, durationMs: 10_000, fault: 'status-500' },
  ]);
  const status = async (path: string) => (await driver.get(path)).status;
  expect(await status('/3/invoices')).toBe(200);
  expect(await status('/3/invoices/1001')).toBe(200);
  expect([await status('/3/invoices/1001'), await status('/3/invoices/1002')]).toEqual([503, 503]);
  expect(await status('/3/invoices/1001')).toBe(200);
  // It lasts from its first hit.
  await driver.control('POST', '/clock', { advanceMs: 20_000 });
  expect([await status('/3/accounts'), await status('/3/accounts/1510')]).toEqual([500, 500]);
  await driver.control('POST', '/clock', { advanceMs: 10_000 });
  expect(await status('/3/accounts')).toBe(200);
  expect(await driver.control('POST', '/faults', [{ fault: 'nonsense' }])).toMatchObject({
    error: expect.stringContaining('unknown fault: nonsense'),
  });
  await driver.control('POST', '/faults', [{ match: {}, times: 9, fault: 'status-500' }]);
  expect(await driver.control('DELETE', '/faults')).toEqual([]);
  expect(await status('/3/accounts')).toBe(200);
});

test('those of one company can be ended alone, and are kept with their hits', async () => {
  const [company] = driver.sandbox.companies;
  const tenant = company?.databaseNumber ?? 0;
  await driver.control('DELETE', '/faults');
  await driver.control('POST', '/faults', [
    { match: { path: '/3/accounts', tenant }, times: 9, fault: 'status-500' },
    { match: { path: '/3/accounts', tenant: tenant + 1 }, times: 9, fault: 'status-500' },
  ]);
  expect((await driver.get('/3/accounts')).status).toBe(500);
  expect(await driver.control('DELETE', `/faults?tenant=${tenant}`)).toMatchObject([
    { hits: 1, left: 0 },
    { hits: 0, left: 9 },
  ]);
  expect((await driver.get('/3/accounts')).status).toBe(200);
  await driver.control('DELETE', '/faults');
});

test('25 requests in five seconds and no more, per client and tenant', async () => {
  const limited = await startDriver({ rateLimit: true });
  try {
    const answers = await Promise.all(Array.from({ length: 40 }, () => limited.get('/3/companyinformation')));
    const statuses = answers.map(({ status }) => status);
    expect(statuses.filter((status) => status === 200)).toHaveLength(25);
    expect(statuses.filter((status) => status === 429)).toHaveLength(15);
    expect(answers.find(({ status }) => status === 429)?.headers.has('retry-after')).toBe(false);
    await limited.control('PUT', '/assumptions', { retryAfterHeader: 5 });
    expect((await limited.get('/3/companyinformation')).headers.get('retry-after')).toBe('5');
  } finally {
    await limited.sandbox.stop();
  }
});
