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
  [...details.matchAll(/^- `(\w+)`/gm)].map(([, name]) => name!);
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
      const details = detailsOf(stateIn(phase, changes), 'fortnox');
      expect(details).toMatch(new RegExp(`^\\*\\*${phase}\\*\\* since 2026-03-01 08:00:00 UTC. ${doing}`));
      expect(signalsIn(details)).toEqual(signals);
      for (const signal of signals) expect(known).toContain(signal);
    },
  );

  it('under attention say since when, in which step, what went wrong and what to do', () => {
    const details = detailsOf(
      stateIn('exporting', { ...connected, vouchersSent: true, attention }),
      'fortnox',
    );
    expect(details).toContain(
      '**Attention** since 2026-03-02 09:30:00 UTC in sendVoucher: `fortnox.refused`',
    );
    expect(details).toContain(attention.what);
    expect(details).toContain(attention.advice);
    expect(signalsIn(details)).toEqual(['retryRequested', 'importRequested']);
  });

  it('with a login that has ended say that a new one is waited for', () => {
    const ended = stateIn('importing', { ...connected, loginEnd: 'expired' });
    expect(detailsOf(ended, 'fortnox')).toContain(
      'Waits for a new login at Fortnox, then goes on with importing',
    );
    expect(signalsIn(detailsOf(ended, 'fortnox'))).toContain('connectionEstablished');
  });

  it('of a login name the workflow that watches over it', () => {
    expect(detailsOf(stateIn('adjusting', connected), 'fortnox')).toContain(
      '- login: valid until 2026-03-20 08:00:00 UTC, watched by `login-expiry/c1`',
    );
    const ended = stateIn('adjusting', { ...connected, loginEnd: 'revoked' });
    expect(detailsOf(ended, 'fortnox')).toContain('- login: revoked, see `login-expiry/c1`');
  });

  it('say that a voucher whose answer was lost is looked for again, and when', () => {
    const lost = stateIn('exporting', {
      ...connected,
      vouchersSent: true,
      settlingUntilMs: Date.parse('2026-03-02T09:32:00Z'),
    });
    expect(detailsOf(lost, 'fortnox')).toContain('its answer was lost');
    expect(detailsOf(lost, 'fortnox')).toContain('Looks again at 2026-03-02 09:32:00 UTC');
  });

  it('of a close whose books are a file ask nobody to log in', () => {
    const waiting = detailsOf(stateIn('awaitingConnection'), 'sie');
    expect(waiting).toContain('Waits for the SIE file');
    expect(signalsIn(waiting)).toEqual(['cancelRequested']);
    const adjusting = detailsOf(stateIn('adjusting'), 'sie');
    expect(signalsIn(adjusting)).toEqual(['importRequested', 'adjustmentsApproved', 'cancelRequested']);
    for (const phase of ['importing', 'exporting'] as const)
      expect(detailsOf(stateIn(phase), 'sie')).not.toContain('Fortnox');
  });

  it('hold no list within a list, whose items the UI runs together', () => {
    const all = stateIn('exporting', {
      ...connected,
      attention,
      snapshot: { id: 's1', hash: 'a'.repeat(64) },
      export: { orderId: 'o1', total: 2, confirmed: 1 },
    });
    expect(detailsOf(all, 'fortnox')).toMatch(/^- snapshot/m);
    expect(detailsOf(all, 'fortnox')).not.toMatch(/^[ \t]+- /m);
  });

  it('never grow beyond what Temporal takes', () => {
    const long = { ...attention, what: 'å'.repeat(2_000), advice: 'ö'.repeat(2_000) };
    const state = stateIn('exporting', { ...connected, attention: long });
    expect(Buffer.byteLength(detailsOf(state, 'fortnox'))).toBeLessThan(20_000);
    expect(statusOf(state, 'fortnox').allowed.length).toBeGreaterThan(0);
  });
});
