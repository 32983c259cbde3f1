import { expect, it } from 'vitest';
import { errorTrace } from '../../accounting/error-trace.ts';

it('tells where an error was thrown, and nothing of what it says', () => {
  const secret = 'Kunden AB 556677-8899\n    at Kunden (/home/Kunden AB:1:1)';
  const thrown = Object.assign(new TypeError(secret, { cause: new Error('password=hemligt') }), {
    code: '23505',
  });
  const trace = errorTrace(thrown);
  expect(trace).toMatchObject({ name: 'TypeError', code: '23505', cause: { name: 'Error' } });
  expect(trace.at[0]).toMatch(/^test\/pure\/error-trace\.test\.ts:\d+$/);
  expect(JSON.stringify(trace)).not.toMatch(/Kunden|hemligt|556677/);
  expect(trace.at.filter((where) => where.startsWith('/'))).toEqual([]);
  expect(trace.at.length).toBeLessThanOrEqual(12);
});

it('takes what is no error, and codes that are none', () => {
  expect(errorTrace('Kunden AB')).toEqual({ name: 'string', at: [] });
  const odd = errorTrace(Object.assign(new Error(''), { code: 'Kunden AB, 556677-8899' }));
  expect(odd).toMatchObject({ name: 'Error', at: [expect.any(String), ...odd.at.slice(1)] });
  expect(odd).not.toHaveProperty('code');
});
