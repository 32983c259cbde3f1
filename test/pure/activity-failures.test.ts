import { ApplicationFailure } from '@temporalio/common';
import { describe, expect, it } from 'vitest';
import { Problem } from '../../accounting/problem.ts';
import { toFailure } from '../../activities/failures.ts';
import { FortnoxError } from '../../fortnox/error.ts';

const details = { code: 'fortnox.rate-limited', what: 'Vad som hände.', advice: 'Vad som kan göras.' };
const logged: object[] = [];
const log = {
  info: () => undefined,
  warn: () => undefined,
  error: (about: object) => void logged.push(about),
};

const failureOf = (error: unknown): ApplicationFailure => {
  const failure = toFailure(error, log);
  if (!(failure instanceof ApplicationFailure)) throw new Error('not an ApplicationFailure');
  return failure;
};

describe('what leaves an activity', () => {
  it.each([
    ['a problem that a person must mend', new Problem(details), true, undefined],
    ['a refusal by Fortnox', new FortnoxError(details, { kind: 'attention', sent: 'no' }), true, undefined],
    ['a dead login', new FortnoxError(details, { kind: 'reconnect', sent: 'no' }), true, undefined],
    [
      'too many requests',
      new FortnoxError(details, { kind: 'retry', sent: 'no', retryAfterMs: 4_000 }),
      false,
      4_000,
    ],
    ['Fortnox being down', new FortnoxError(details, { kind: 'retry', sent: 'unknown' }), false, undefined],
  ])(
    '%s carries its details, and says whether trying again helps',
    (_, error, nonRetryable, nextRetryDelay) => {
      const failure = failureOf(error);
      expect(failure).toMatchObject({ type: details.code, details: [details], nonRetryable });
      expect(failure.nextRetryDelay ?? undefined).toBe(nextRetryDelay);
      expect(failure.stack).toBe('');
      expect(failure.cause).toBeUndefined();
    },
  );

  it('tells nothing of an error that is no problem, which is logged instead', () => {
    const failure = failureOf(new TypeError('Åsa Andersson, access token abc'));
    expect(failure).toMatchObject({ type: 'step.failed', nonRetryable: false });
    expect(JSON.stringify([failure.message, failure.stack, failure.details])).not.toMatch(/Åsa|abc/);
    expect(logged).toMatchObject([{ error: { name: 'TypeError' } }]);
    expect(JSON.stringify(logged)).not.toMatch(/Åsa|abc/);
  });

  it('passes on what has been made into a failure already', () => {
    const made = ApplicationFailure.nonRetryable('made');
    expect(toFailure(made, log)).toBe(made);
  });
});
