import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createFortnoxClient } from '../../fortnox/client.ts';
import { FortnoxError } from '../../fortnox/error.ts';
import { createFortnoxHttp } from '../../fortnox/http.ts';
import type { FortnoxHttpOptions, RequestLog } from '../../fortnox/http.ts';
import { Secret } from '../../fortnox/secret.ts';
import { cut, cutInBody, hang, hangInBody, reply, startStub } from './fortnox-stub.ts';
import type { Stub } from './fortnox-stub.ts';

let stub: Stub;
let log: RequestLog[];
let turnedAway: (number | undefined)[];
let refused: string[];
let gaveUp: number;
let taken: number;

beforeAll(async () => {
  stub = await startStub();
});
afterAll(() => stub.stop());
beforeEach(() => {
  stub.requests.length = 0;
  [log, turnedAway, refused, gaveUp, taken] = [[], [], [], 0, 0];
});

const http = (options: Partial<FortnoxHttpOptions> = {}) =>
  createFortnoxHttp({
    config: { clientId: 'c', clientSecret: new Secret('s'), baseUrl: stub.url, authUrl: stub.url },
    credentials: {
      accessToken: () => Promise.resolve(new Secret('token-1')),
      replaceRefused: (token) => {
        refused.push(token.reveal());
        return Promise.resolve(new Secret('token-2'));
      },
      giveUp: () => {
        gaveUp += 1;
        return Promise.resolve();
      },
    },
    budget: {
      take: () => {
        taken += 1;
        return Promise.resolve();
      },
      turnedAway: (ms) => {
        turnedAway.push(ms);
        return Promise.resolve();
      },
    },
    log: (line) => log.push(line),
    ...options,
    limits: { attempts: 3, backoffMs: 1, timeoutMs: 1_000, pageSize: 2, ...options.limits },
  });

async function failure(work: Promise<unknown>): Promise<FortnoxError> {
  const error: unknown = await work.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (error instanceof FortnoxError) return error;
  throw new Error('no FortnoxError was thrown', { cause: error });
}

const answers = (...all: Stub['answer'][]): Stub['answer'] => {
  let next = 0;
  return (response, request) => {
    const answer = all[Math.min(next, all.length - 1)];
    next += 1;
    answer?.(response, request);
  };
};

const page = '<!DOCTYPE html><html>canary</html>';
const good = reply(200, { LockedPeriod: null }, { 'content-type': 'text/plain', 'x-uid': 'uid-7' });

describe('a GET', () => {
  it.each<[string, Stub['answer'], string]>([
    ['503', reply(503, page), 'fortnox.unavailable'],
    ['HTML with status 200', reply(200, page, { 'content-type': 'text/html' }), 'fortnox.answer-unreadable'],
    ['cut JSON', reply(200, '{"LockedPeriod":{"End'), 'fortnox.answer-unreadable'],
    ['no JSON object', reply(200, '"text"'), 'fortnox.answer-unreadable'],
    ['a reset', cut, 'fortnox.connection'],
    ['a reset in the body', cutInBody, 'fortnox.connection'],
    ['silence', hang, 'fortnox.timeout'],
    ['silence in the body', hangInBody, 'fortnox.timeout'],
  ])('is tried again after %s, up to the limit', async (_name, answer, code) => {
    stub.answer = answers(answer, good);
    await expect(http().json('lockedPeriod')).resolves.toEqual({ LockedPeriod: null });
    expect(log.map((line) => [line.attempt, line.failure])).toEqual([
      [1, code],
      [2, undefined],
    ]);
    stub.requests.length = 0;
    stub.answer = answer;
    const error = await failure(http().json('lockedPeriod'));
    expect([error.code, error.kind]).toEqual([code, 'retry']);
    expect(stub.requests).toHaveLength(3);
  });

  it('takes from the budget before each try, and tells it of a 429', async () => {
    stub.answer = answers(reply(429, '', { 'retry-after': '0' }), reply(429, ''), good);
    const client = http();
    await client.json('lockedPeriod');
    expect([taken, turnedAway, client.requestCount()]).toEqual([3, [0, undefined], 3]);
  });

  it('leaves a long Retry-After to the caller', async () => {
    stub.answer = reply(429, '', { 'retry-after': '120' });
    const error = await failure(http().json('lockedPeriod'));
    expect([error.retryAfterMs, stub.requests.length]).toEqual([120_000, 1]);
  });

  it('carries the request id in log line and error, and no body', async () => {
    stub.answer = reply(
      403,
      { ErrorInformation: { Error: 1, Message: 'Nej', Code: 2003275 } },
      { 'x-uid': 'uid-9' },
    );
    const error = await failure(http().json('supplierInvoices', { query: { filter: 'canary' } }));
    expect(error.details.fortnox).toEqual({
      status: 403,
      code: '2003275',
      message: 'Nej',
      requestId: 'uid-9',
    });
    expect(log).toMatchObject([
      {
        endpoint: 'supplierInvoices',
        path: 'supplierinvoices',
        status: 403,
        requestId: 'uid-9',
        failure: 'fortnox.permission-missing',
      },
    ]);
    expect(JSON.stringify([log, error, error.message])).not.toMatch(/canary|token-/);
    expect(refused).toEqual([]);
  });

  it('follows no redirect with the token', async () => {
    stub.answer = reply(302, '', { location: `${stub.url.href}elsewhere` });
    await failure(http({ limits: { attempts: 1 } }).json('lockedPeriod'));
    expect(stub.requests.map((request) => request.url)).toEqual(['/3/settings/lockedperiod']);
  });

  it('ends with the reason of the caller who gave up: while asking, and while waiting to ask again', async () => {
    for (const answer of [hang, reply(503, '')]) {
      const controller = new AbortController();
      stub.answer = (response, request) => {
        answer(response, request);
        setImmediate(() => controller.abort(new Error('the caller left')));
      };
      const asked = http({ limits: { timeoutMs: 10_000, backoffMs: 10_000 } }).json('lockedPeriod', {
        signal: controller.signal,
      });
      await expect(asked).rejects.toThrow('the caller left');
    }
  });

  it('of a file gives its bytes, and refuses a page or an envelope in its place', async () => {
    const bytes = Buffer.from([0x23, 0x46, 0x84, 0x94]);
    stub.answer = (response) => response.end(bytes);
    expect(Buffer.from(await http().bytes('sie', { segments: { type: 4 } })).equals(bytes)).toBe(true);
    stub.answer = reply(200, page);
    const error = await failure(http().bytes('sie', { segments: { type: 4 } }));
    expect(error.code).toBe('fortnox.answer-unreadable');
    stub.answer = reply(200, { ErrorInformation: { error: 1, message: 'x', code: 2001101 } });
    expect((await failure(http().bytes('sie', { segments: { type: 4 } }))).code).toBe(
      'fortnox.license-missing',
    );
  });
});

describe('a refused token', () => {
  const unauthorized = reply(401, { message: 'unauthorized' });

  it('is replaced once, for a POST too', async () => {
    stub.answer = answers(unauthorized, reply(201, { File: { Id: 'f1' } }));
    await http().json('uploadToInbox', { body: {} });
    expect(refused).toEqual(['token-1']);
    expect(stub.requests.map((request) => request.headers.authorization)).toEqual([
      'Bearer token-1',
      'Bearer token-2',
    ]);
  });

  it('twice is a dead login', async () => {
    stub.answer = unauthorized;
    const error = await failure(http().json('lockedPeriod'));
    expect([error.code, error.kind, gaveUp, stub.requests.length]).toEqual([
      'login.refused',
      'reconnect',
      1,
      2,
    ]);
  });
});

describe('a POST', () => {
  it.each<[string, Stub['answer'], string]>([
    ['503', reply(503, page), 'unknown'],
    ['429', reply(429, ''), 'no'],
    ['400', reply(400, { ErrorInformation: { error: 1, message: 'x', code: 2000550 } }), 'no'],
    ['a reset', cut, 'unknown'],
    ['a reset in the body', cutInBody, 'unknown'],
    ['silence', hang, 'unknown'],
    ['cut JSON', reply(201, '{"File":{"I'), 'unknown'],
  ])('is sent once; after %s it was sent: %s', async (_name, answer, sent) => {
    stub.answer = answer;
    const error = await failure(http().json('createVoucher', { body: {} }));
    expect([error.sent, stub.requests.length]).toEqual([sent, 1]);
  });

  it('whose answer is not understood was done', async () => {
    stub.answer = reply(201, { Voucher: { VoucherSeries: 'A' } });
    const client = createFortnoxClient({ http: http() });
    const error = await failure(client.uploadToInbox('a.pdf', Buffer.from('x'), 'application/pdf'));
    expect([error.code, error.kind, error.sent]).toEqual(['fortnox.answer-not-understood', 'bug', 'yes']);
  });
});

const items = (...numbers: number[]) =>
  numbers.map((Number) => ({
    Number,
    InvoiceNumber: 1,
    Amount: 1,
    PaymentDate: '2025-01-01',
    Booked: true,
  }));
const pageOf = (total: number, pages: number, ...numbers: number[]) =>
  reply(200, {
    MetaInformation: { '@TotalResources': total, '@TotalPages': pages, '@CurrentPage': 1 },
    InvoicePayments: items(...numbers),
  });
const read = async () => {
  const seen: string[] = [];
  const client = createFortnoxClient({
    http: http(),
    onPage: ({ page: at, pages, records }) => seen.push(`${at}/${pages}: ${records}`),
  });
  const { records } = await client.invoicePayments();
  return { numbers: records.map((record) => record.number).join(), seen };
};

describe('a list', () => {
  it('is read page by page, with progress', async () => {
    stub.answer = answers(pageOf(3, 2, 1, 2), pageOf(3, 2, 3));
    expect(await read()).toEqual({ numbers: '1,2,3', seen: ['1/2: 2', '2/2: 3'] });
    expect(stub.requests.map((request) => request.url)).toEqual([
      '/3/invoicepayments?limit=2&page=1',
      '/3/invoicepayments?limit=2&page=2',
    ]);
  });

  it('may be empty, or say nothing of itself', async () => {
    stub.answer = pageOf(0, 0);
    expect((await read()).numbers).toBe('');
    stub.answer = reply(200, { InvoicePayments: items(1) });
    expect((await read()).numbers).toBe('1');
  });

  it.each<[string, Stub['answer'][]]>([
    ['a record came to', [pageOf(3, 2, 1, 2), pageOf(4, 2, 2, 3)]],
    ['a record was read twice', [pageOf(4, 2, 1, 2), pageOf(4, 2, 2, 3)]],
    ['a record was missed', [pageOf(4, 2, 1, 2), pageOf(4, 2, 4)]],
    ['a page is missing', [pageOf(5, 3, 1, 2), pageOf(5, 3)]],
  ])('that changed while it was read is read again: %s', async (_name, changed) => {
    stub.answer = answers(...changed, pageOf(4, 2, 1, 2), pageOf(4, 2, 3, 4));
    expect((await read()).numbers).toBe('1,2,3,4');
  });

  it('that will not stand still is left for later', async () => {
    stub.answer = answers(...[3, 4, 5, 6, 7, 8].map((total) => pageOf(total, 2, 1, 2)));
    const error = await failure(read());
    expect([error.code, error.kind]).toEqual(['fortnox.list-moving', 'retry']);
  });

  it('that is none is not understood', async () => {
    stub.answer = reply(200, { Invoices: [] });
    expect((await failure(read())).code).toBe('fortnox.answer-not-understood');
  });
});
