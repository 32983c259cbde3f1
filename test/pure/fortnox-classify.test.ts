import { describe, expect, it } from 'vitest';
import { classifyAnswer, classifyThrown, parseRetryAfter } from '../../fortnox/classify.ts';
import { endpointPath, endpoints } from '../../fortnox/endpoints.ts';

const lower = (code: number | string, message = 'text'): string =>
  JSON.stringify({ ErrorInformation: { error: 1, message, code } });
const upper = (code: number | string, message = 'text'): string =>
  JSON.stringify({ ErrorInformation: { Error: 1, Message: message, Code: code } });

const classify = (status: number, text: string, endpoint: keyof typeof endpoints = 'createVoucher') => {
  const error = classifyAnswer(endpoints[endpoint], { status, text, requestId: 'uid-1' }, 0);
  return { code: error.code, kind: error.kind, sent: error.sent };
};

describe('an answer that is a refusal', () => {
  it.each([
    // Branch on the code, not on the status.
    [400, lower(2000663), 'fortnox.scope-missing', 'attention', 'no'],
    [403, upper(2000663), 'fortnox.scope-missing', 'attention', 'no'],
    [403, upper('2000663'), 'fortnox.scope-missing', 'attention', 'no'],
    [403, upper(2001101), 'fortnox.license-missing', 'attention', 'no'],
    [400, lower(2001103), 'fortnox.license-missing', 'attention', 'no'],
    // One register is refused: not a dead login.
    [
      403,
      upper(2003275, 'Saknar behörighet för leverantörsregister.'),
      'fortnox.permission-missing',
      'attention',
      'no',
    ],
    [401, '{"message":"unauthorized"}', 'login.refused', 'reconnect', 'no'],
    [401, '', 'login.refused', 'reconnect', 'no'],
    [400, lower(2000310), 'login.refused', 'reconnect', 'no'],
    [404, upper(2000434), 'fortnox.not-found', 'attention', 'no'],
    [404, upper(9999999), 'fortnox.not-found', 'attention', 'no'],
    [400, lower(2000550), 'fortnox.account-inactive', 'attention', 'no'],
    [400, lower(2000423), 'fortnox.account-missing', 'attention', 'no'],
    [400, lower(2000401), 'fortnox.period-locked', 'attention', 'no'],
    [400, lower(2000359), 'fortnox.text-refused', 'attention', 'no'],
    [
      400,
      lower(1, 'Verifikationsserien "F - Kassa" finns inte'),
      'fortnox.series-missing',
      'attention',
      'no',
    ],
    [
      400,
      lower(1, 'Verifikationsserien är inte manuell (F).'),
      'fortnox.series-not-manual',
      'attention',
      'no',
    ],
    [400, lower(2000587), 'fortnox.request-invalid', 'bug', 'no'],
    [400, lower(2001392), 'fortnox.request-invalid', 'bug', 'no'],
    [418, lower(4711), 'fortnox.refused', 'attention', 'no'],
    [400, 'nonsense', 'fortnox.refused', 'attention', 'no'],
    [200, upper(4711), 'fortnox.refused', 'attention', 'no'],
    [429, '', 'fortnox.rate-limited', 'retry', 'no'],
    [408, '', 'fortnox.unavailable', 'retry', 'unknown'],
    [500, lower(1000003), 'fortnox.unavailable', 'retry', 'unknown'],
    [400, lower(1000003), 'fortnox.unavailable', 'retry', 'unknown'],
    [503, '<html>down</html>', 'fortnox.unavailable', 'retry', 'unknown'],
    [302, '', 'fortnox.unavailable', 'retry', 'unknown'],
    [200, '<html>down</html>', 'fortnox.answer-unreadable', 'retry', 'unknown'],
    [201, '{"Voucher":{"VoucherNu', 'fortnox.answer-unreadable', 'retry', 'unknown'],
  ])('%i %s is %s', (status, text, code, kind, sent) => {
    expect(classify(status, text)).toEqual({ code, kind, sent });
  });

  it('names the register and the scope, and keeps what Fortnox said', () => {
    const answer = { status: 403, text: upper(2001101, 'Det finns ingen aktiv licens'), requestId: 'uid-1' };
    const { details } = classifyAnswer(endpoints.supplierInvoices, answer, 0);
    expect(details.what).toContain('leverantörsfakturor');
    expect(details.what).toContain('"supplierinvoice"');
    expect(details.fortnox).toEqual({
      status: 403,
      code: '2001101',
      message: 'Det finns ingen aktiv licens',
      requestId: 'uid-1',
    });
  });

  it('leaves out who locked the period', () => {
    const text = lower(
      2000401,
      'Anna Exempel har låst perioden t.o.m. 2025-06-30. Lås upp perioden för att fortsätta.',
    );
    const error = classifyAnswer(endpoints.createVoucher, { status: 400, text }, 0);
    expect(error.details.fortnox?.message).toBe(
      '… har låst perioden t.o.m. 2025-06-30. Lås upp perioden för att fortsätta.',
    );
  });

  it('carries Retry-After, in seconds or as a date', () => {
    const answer = { status: 429, text: '', retryAfter: '3' };
    expect(classifyAnswer(endpoints.invoices, answer, 0).retryAfterMs).toBe(3000);
    const now = Date.parse('2026-01-01T00:00:00Z');
    expect(parseRetryAfter('Thu, 01 Jan 2026 00:00:05 GMT', now)).toBe(5000);
    expect(parseRetryAfter('Wed, 31 Dec 2025 00:00:00 GMT', now)).toBe(0);
    expect(parseRetryAfter('soon', now)).toBeUndefined();
    expect(parseRetryAfter(undefined, now)).toBeUndefined();
  });
});

const thrown = (code: string): Error =>
  new TypeError('fetch failed', { cause: Object.assign(new Error('10.0.0.1 refused'), { code }) });

describe('an error of the connection', () => {
  it.each([
    ['ECONNREFUSED', 'no'],
    ['ENOTFOUND', 'no'],
    ['UND_ERR_CONNECT_TIMEOUT', 'no'],
    ['ECONNRESET', 'unknown'],
    ['UND_ERR_SOCKET', 'unknown'],
  ])('%s: sent %s', (code, sent) => {
    const error = classifyThrown(endpoints.createVoucher, thrown(code));
    expect([error.code, error.kind, error.sent]).toEqual(['fortnox.connection', 'retry', sent]);
    expect(error.cause).toBe(code);
  });

  it('looks through the addresses that were tried', () => {
    const cause = new AggregateError([Object.assign(new Error('no'), { code: 'ECONNREFUSED' })]);
    expect(classifyThrown(endpoints.createVoucher, new TypeError('fetch failed', { cause })).sent).toBe('no');
  });

  it('knows a timeout', () => {
    const error = classifyThrown(endpoints.createVoucher, new DOMException('late', 'TimeoutError'));
    expect([error.code, error.sent]).toEqual(['fortnox.timeout', 'unknown']);
  });
});

describe('a path', () => {
  it('is one of the listed, with its segments filled in', () => {
    expect(endpointPath(endpoints.voucher, { series: 'A', number: 12 })).toBe('vouchers/A/12');
    expect(endpointPath(endpoints.voucher, { series: 'Ö', number: 1 })).toBe('vouchers/%C3%96/1');
  });

  it.each(['5/print', '5%2Fprint', '..', '', 'a b', '5?x=1'])('cannot be led astray by %j', (number) => {
    expect(() => endpointPath(endpoints.invoice, { number })).toThrow(RangeError);
  });

  it('never ends in a GET that changes state', () => {
    const paths = Object.values(endpoints).map((endpoint) => `${endpoint.method} ${endpoint.path}`);
    expect(paths.filter((path) => /^GET .*(print|email|einvoice|eprint|externalprint)/.test(path))).toEqual(
      [],
    );
  });
});
