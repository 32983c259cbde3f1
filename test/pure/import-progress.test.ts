import { expect, it } from 'vitest';
import type { StepProgress } from '../../client/close/progress.ts';
import type { Close } from '../../client/web/load-close.ts';
import { Progress } from '../../client/web/parts/progress.tsx';

/** What a person reads while that step is at work. */
function read(step: Partial<StepProgress>, source: 'fortnox' | 'sie' = 'fortnox'): string {
  const progress = [{ step: 'importBooks', attempt: 1, done: 0, total: 0, ...step }];
  const close = { progress, status: undefined, engagement: { settings: { source } } };
  const shown = Progress({ close: close as unknown as Close }) as { toString(): string } | null;
  return (shown?.toString() ?? '').replaceAll(/<[^>]*>/g, ' ').replaceAll(/[\s\u00a0]+/g, ' ');
}

it('tells which part of the import is done, at work and to come, and how many records it has read', () => {
  const text = read({ part: 'invoices and payments', done: 12_500 });
  expect(text).toContain('✓ Konton, serier och räkenskapsår (klart)');
  expect(text).toContain('→ Fakturor och betalningar 12 500 poster');
  expect(text).toContain('· Underlag till öppna poster · Ändrade verifikationer · Sparar');
});

it('tells how many of how many, when that is known', () => {
  expect(read({ part: 'documents', done: 7, total: 40 })).toContain('→ Underlag till öppna poster 7 av 40');
});

it('tells of another attempt', () => {
  expect(read({ part: 'registers', attempt: 3 })).toContain('(försök 3)');
});

it('shows no parts of Fortnox for a file', () => {
  expect(read({ part: 'storing' }, 'sie')).not.toContain('Fakturor');
});
