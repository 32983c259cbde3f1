import { afterEach, beforeEach, expect, test } from 'vitest';
import { errorOf, itemsOf, startDriver, type Driver } from './sandbox-driver.ts';

let driver: Driver;

beforeEach(async () => {
  driver = await startDriver();
});
afterEach(async () => {
  await driver.sandbox.stop();
});

const voucher = (change: Record<string, unknown> = {}) => ({
  Voucher: {
    Description: 'Periodisering – hyra',
    VoucherSeries: 'K',
    TransactionDate: '2025-12-31',
    VoucherRows: [
      { Account: 1710, Debit: 1400.5, TransactionInformation: 'Jan 2026' },
      { Account: 5010, Credit: 1400.5 },
    ],
    ...change,
  },
});
const post = (change: Record<string, unknown> = {}, query = '?financialyear=2') =>
  driver.call('POST', `/3/vouchers${query}`, voucher(change));

test('a posted voucher gets the next number and can be read, listed and found in the SIE file', async () => {
  const first = await post();
  expect(first.status).toBe(201);
  expect(first.body['Voucher']).toMatchObject({
    VoucherSeries: 'K',
    VoucherNumber: 1,
    Year: 2,
    Description: 'Periodisering – hyra',
    VoucherRows: [
      { Account: 1710, Debit: 1400.5, Credit: 0, Removed: false, TransactionInformation: 'Jan 2026' },
      { Account: 5010, Debit: 0, Credit: 1400.5, Removed: false },
    ],
  });
  expect((await post({ Comments: 'marker 1' })).body['Voucher']).toMatchObject({ VoucherNumber: 2 });
  expect(itemsOf(await driver.get('/3/vouchers/sublist/K?financialyear=2'))).toMatchObject([
    { VoucherNumber: 1, Comments: null },
    { VoucherNumber: 2, Comments: 'marker 1' },
  ]);
  expect((await driver.get('/3/vouchers/K/2?financialyear=2')).status).toBe(200);
  expect((await driver.get('/3/vouchers/K/2?financialyear=5')).status).toBe(404);
  const sie = (await driver.bytes('/3/sie/4?financialyear=2')).toString('latin1');
  expect(sie.match(/^#VER K /gm)).toHaveLength(2);
  expect(sie).toContain('#TRANS 1710 {} 1400.50 "" "Jan 2026" 0');
  const log = await driver.control<{ committed: unknown; method: string }[]>('GET', '/requests');
  expect(
    log.filter((entry) => entry.method === 'POST' && entry.committed !== null).at(-1)?.committed,
  ).toEqual({
    voucher: { series: 'K', number: 2, financialYear: 2 },
    tenant: 990_100,
  });
});

const balanced = (account: unknown, amount: unknown = 1) => [
  { Account: account, Debit: amount },
  { Account: 5010, Credit: amount },
];

test.each([
  ['a series that is missing', { VoucherSeries: 'Z' }, 2_900_001, 'Verifikationsserien "Z" finns inte'],
  [
    'a series that is not manual',
    { VoucherSeries: 'B' },
    2_900_002,
    'Verifikationsserien är inte manuell (B).',
  ],
  ['a date in no year', { TransactionDate: '2030-01-01' }, 2_900_003, /\S/],
  ['a date in another year', { TransactionDate: '2026-01-01' }, 2_900_003, /\S/],
  ['an unbalanced voucher', { VoucherRows: [{ Account: 5010, Debit: 1 }] }, 2_900_004, /\S/],
  ['no rows', { VoucherRows: [] }, 2_900_004, /\S/],
  ['no text', { Description: '' }, 2_900_005, /\S/],
  ['an account that is missing', { VoucherRows: balanced(9999) }, 2_000_423, 'Kan inte hitta kontot.'],
  [
    'an account that is not active',
    { VoucherRows: balanced(1920) },
    2_000_550,
    'Konto "1920" är inte aktivt.',
  ],
  ['a quote', { Description: 'Hyra "jan"' }, 2_000_359, 'Värdet innehåller ej tillåtna tecken.'],
  ['an address', { Comments: 'se http://x' }, 2_000_359, /\S/],
  ['a bracket', { VoucherRows: [{ Account: 5010, TransactionInformation: '<x>' }] }, 2_000_359, /\S/],
  ['a text of 201', { Description: 'x'.repeat(201) }, 2_000_107, /\S/],
  ['a comment of 1001', { Comments: 'x'.repeat(1001) }, 2_000_107, /\S/],
  ['a word for an amount', { VoucherRows: balanced(5010, 'ett') }, 2_001_392, /\S/],
  ['three decimals', { VoucherRows: balanced(5010, 1.005) }, 2_001_392, /\S/],
  ['a number for a text', { Description: 5 }, 2_001_392, /\S/],
  ['a date in words', { TransactionDate: 'igår' }, 2_001_392, /\S/],
  ['a field nobody knows', { Text: 'x' }, 2_001_399, /\S/],
])('%s is refused and nothing is written', async (_what, change, code, message) => {
  const answer = await post(change);
  const error = errorOf(answer);
  expect(error).toMatchObject({ status: 400, code, upper: false });
  expect(error.message).toMatch(message);
  expect(itemsOf(await driver.get('/3/vouchers/sublist/K?financialyear=2'))).toEqual([]);
});

test('Swedish texts, line breaks and the signs of the list are accepted', async () => {
  const answer = await post({ Description: 'Å/Ä (50 %) – é & co; 2×', Comments: 'rad 1\nrad 2 §3 ½ €' });
  expect(errorOf(answer).code).toBe(2_000_359); // × is not on the list
  expect(
    (await post({ Description: 'Å/Ä (50 %) – é & co; 2*', Comments: 'rad 1\nrad 2 §3 ½ €' })).status,
  ).toBe(201);
});

test('a locked period is refused up to and including its last day', async () => {
  await driver.control('PATCH', '/books', { op: 'lockPeriod', until: '2025-12-31' });
  const refused = errorOf(await post());
  expect(refused.code).toBe(2_000_401);
  expect(refused.message).toMatch(
    /har låst perioden t\.o\.m\. 2025-12-31\. Lås upp perioden för att fortsätta\.$/,
  );
  expect((await post({ TransactionDate: '2026-01-01' }, '?financialyear=5')).status).toBe(201);
});

test('assumed codes can be replaced', async () => {
  await driver.control('PUT', '/assumptions', {
    unbalancedVoucherCode: 2_000_001,
    errorCodesAsStrings: true,
  });
  expect(errorOf(await post({ VoucherRows: [{ Account: 5010, Debit: 1 }] })).code).toBe('2000001');
  expect(await driver.control('PUT', '/assumptions', { nonsense: 1 })).toEqual({
    error: 'unknown assumption: nonsense',
  });
});

/** The code of the refusal of a raw body. */
const send = async (body: string, contentType: string) => {
  const response = await fetch(`${driver.sandbox.url}/3/vouchers?financialyear=2`, {
    method: 'POST',
    headers: { authorization: `Bearer ${driver.tokens.access_token}`, 'content-type': contentType },
    body,
  });
  return JSON.parse(await response.text()).ErrorInformation.code;
};

test('broken JSON and another content type are refused', async () => {
  expect(await send('{"Voucher":', 'application/json')).toBe(2_002_115);
  expect(await send(JSON.stringify(voucher()), 'text/plain')).toBe(1_000_031);
});

test('a series with an approver lets vouchers wait', async () => {
  await driver.control('PATCH', '/books', {
    op: 'setSeries',
    code: 'K',
    financialYear: 2,
    approver: { id: 7, name: 'Berit Exempel' },
  });
  expect((await post()).body['Voucher']).toMatchObject({ ApprovalState: 1 });
  await driver.control('PATCH', '/books', { op: 'approveVoucher', series: 'K', number: 1, financialYear: 2 });
  expect((await driver.get('/3/vouchers/K/1?financialyear=2')).body['Voucher']).toMatchObject({
    ApprovalState: 0,
  });
});

test('a file goes to the inbox and onto a voucher, once', async () => {
  await post();
  const form = new FormData();
  form.append('file', new Blob(['%PDF-1.7 å\r\n--x']), 'bilaga 1510 åäö.pdf');
  const uploaded = await fetch(`${driver.sandbox.url}/3/inbox?folderId=inbox_v`, {
    method: 'POST',
    headers: { authorization: `Bearer ${driver.tokens.access_token}` },
    body: form,
  });
  expect(uploaded.status).toBe(201);
  const { File: file } = JSON.parse(await uploaded.text());
  expect(file).toMatchObject({ Name: 'bilaga 1510 åäö.pdf', Size: 16 });
  expect((await driver.bytes(`/3/inbox/${file.Id}`)).toString()).toBe('%PDF-1.7 å\r\n--x');
  expect((await driver.get('/3/inbox/inbox_v')).body['Folder']).toMatchObject({ Files: [{ Id: file.Id }] });

  const connect = (number: string) =>
    driver.call('POST', '/3/voucherfileconnections?financialyear=2', {
      VoucherFileConnection: { FileId: file.Id, VoucherSeries: 'K', VoucherNumber: number, VoucherYear: 2 },
    });
  expect((await connect('9')).status).toBe(404);
  expect((await connect('1')).status).toBe(201);
  expect(errorOf(await connect('1')).code).toBe(2_900_007);
  expect(itemsOf(await driver.get('/3/voucherfileconnections?financialyear=2'))).toMatchObject([
    { FileId: file.Id, VoucherNumber: '1', VoucherSeries: 'K', VoucherYear: 2 },
  ]);
  expect((await driver.get('/3/inbox/inbox_v')).body['Folder']).toMatchObject({ Files: [] });
  expect((await driver.call('DELETE', `/3/voucherfileconnections/${file.Id}`)).status).toBe(204);
  expect((await driver.get(`/3/voucherfileconnections/${file.Id}`)).status).toBe(404);
});
