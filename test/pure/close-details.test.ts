import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { detailsOf, statusOf } from '../../workflows/close-status.ts';
import type { CloseState, Phase } from '../../workflows/messages.ts';

/* What an operator who never saw the code reads in the Temporal UI. */

const sinceMs = Date.parse('2026-03-01T08:00:00Z');
const stateIn = (phase: Phase, changes: Partial<CloseState> = {}): CloseState => ({
  phase,
  phaseSinceMs: sinceMs,
  vouchersSent: false,
  imports: [],
  approvals: [],
  seenMessages: [],
  retries: 0,
  cancelRequested: false,
  ...changes,
});
const connected = { connectionId: 'c1', loginExpiresAtMs: Date.parse('2026-03-20T08:00:00Z') };
const attention = {
  code: 'fortnox.refused',
  what: 'Fortnox tog inte emot verifikationen.',
  advice: 'Rätta i Fortnox och försök igen.',
  step: 'sendVoucher',
  sinceMs: Date.parse('2026-03-02T09:30:00Z'),
};

const signalsIn = (details: string): string[] =>
  [...details.matchAll(/^ {2}- `(\w+)`/gm)].map(([, name]) => name!);
const known = new Set(
  [
    ...readFileSync(new URL('../../workflows/messages.ts', import.meta.url), 'utf8').matchAll(
      /defineSignal(?:<[^']*>)?\('(\w+)'\)/g,
    ),
  ].map(([, name]) => name!),
);

describe('the details of a close', () => {
  it.each<[Phase, Partial<CloseState>, string, string[]]>([
    ['awaitingConnection', {}, 'Waits for a login', ['connectionEstablished', 'cancelRequested']],
    ['importing', connected, 'Imports the books', ['cancelRequested']],
    ['generatingAttachments', connected, 'Makes the attachments', ['cancelRequested']],
    [
      'adjusting',
      connected,
      'Waits for the accountant',
      ['importRequested', 'adjustmentsApproved', 'cancelRequested'],
    ],
    ['exporting', { ...connected, vouchersSent: true }, 'Sends the approved vouchers', []],
    ['completing', { ...connected, vouchersSent: true }, 'Puts the binder together', []],
    ['completed', connected, 'Completed', []],
    ['cancelled', connected, 'Cancelled', []],
  ])(
    'in %s say since when, what it does or waits for, and which signals it takes',
    (phase, changes, doing, signals) => {
      const details = detailsOf(stateIn(phase, changes));
      expect(details).toMatch(new RegExp(`^\\*\\*${phase}\\*\\* since 2026-03-01T08:00:00.000Z. ${doing}`));
      expect(signalsIn(details)).toEqual(signals);
      for (const signal of signals) expect(known).toContain(signal);
    },
  );

  it('under attention say since when, in which step, what went wrong and what to do', () => {
    const details = detailsOf(stateIn('exporting', { ...connected, vouchersSent: true, attention }));
    expect(details).toContain(
      '**attention** since 2026-03-02T09:30:00.000Z in sendVoucher: `fortnox.refused`',
    );
    expect(details).toContain(attention.what);
    expect(details).toContain(attention.advice);
    expect(signalsIn(details)).toEqual(['retryRequested', 'importRequested']);
  });

  it('with a login that has ended say that a new one is waited for', () => {
    const ended = stateIn('importing', { ...connected, loginEnd: 'expired' });
    expect(detailsOf(ended)).toContain('Waits for a new login at Fortnox, then goes on with importing');
    expect(signalsIn(detailsOf(ended))).toContain('connectionEstablished');
  });

  it('never grow beyond what Temporal takes', () => {
    const long = { ...attention, what: 'å'.repeat(2_000), advice: 'ö'.repeat(2_000) };
    const state = stateIn('exporting', { ...connected, attention: long });
    expect(Buffer.byteLength(detailsOf(state))).toBeLessThan(20_000);
    expect(statusOf(state).allowed.length).toBeGreaterThan(0);
  });
});
