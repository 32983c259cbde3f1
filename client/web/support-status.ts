import type { AccountSupport } from '../../accounting/support.ts';
import type { SupportLine } from '../close/support.ts';
import type { SignOffView } from '../close/sign-offs.ts';
import type { Tone } from './words.ts';

/** What a status says in a word, and its colour: green done, orange moved, red unsupported, else something to do. */
export interface StatusWord {
  readonly tone: Tone;
  readonly word: string;
}

const done = { tone: 'good', word: 'Klar' } as const;
const stale = { tone: 'warn', word: 'Har ändrats' } as const;
const offered = { tone: 'warn', word: 'Ny version väntar' } as const;
const unsupported = { tone: 'bad', word: 'Saknar bilaga' } as const;
const differs = { tone: 'bad', word: 'Differens' } as const;
const unsigned = { tone: 'calm', word: 'Ej signerad' } as const;
const draft = { tone: 'calm', word: 'Utkast' } as const;
const empty = { tone: 'calm', word: 'Nollsaldo' } as const;

/** How an attachment stands with its signatures. */
export function signOffStatus({ status, signed, offerWaits }: SignOffView): StatusWord {
  if (offerWaits) return offered;
  if (status === 'stale') return stale;
  if (status === 'prepared' && !signed) return { tone: 'calm', word: 'Upprättad, ej granskad' };
  if (signed) return { tone: 'good', word: status === 'reviewed' ? 'Granskad' : 'Upprättad' };
  return unsigned;
}

/** How a balance-sheet account stands; absent support means that its balance is 0 and needs none. */
export function accountStatus(
  support: AccountSupport | undefined,
  lines: ReadonlyMap<string, SupportLine>,
): StatusWord {
  if (!support) return empty;
  const line = support.supportedBy === null ? undefined : lines.get(support.supportedBy);
  if (!line) return draftOf(support, lines) ?? unsupported;
  if (line.signOff.offerWaits) return offered;
  if (line.signOff.status === 'stale') return stale;
  if (!support.ties) return differs;
  if (support.signed) return done;
  return line.signOff.status === 'draft' ? unsigned : signOffStatus(line.signOff);
}

/** What was carried forward from last year supports nothing until a person has saved it. */
const draftOf = (
  { account }: AccountSupport,
  lines: ReadonlyMap<string, SupportLine>,
): StatusWord | undefined =>
  [...lines.values()].some((line) => line.carriedFrom !== undefined && line.accounts.includes(account))
    ? draft
    : undefined;
