import type { EndReason } from '../db/schema/engagement.ts';
import { FortnoxError } from './error.ts';
import type { FailureKind } from './error.ts';

const again = 'Logga in i Fortnox igen. Arbetet fortsätter där det stannade.';
const byItself = 'Programmet försöker igen av sig självt; du behöver inte göra något.';

const ended: Readonly<Record<EndReason | 'lost', readonly [code: string, what: string]>> = {
  expired: ['login.expired', 'Inloggningen till Fortnox har gått ut.'],
  revoked: ['login.revoked', 'Inloggningen till Fortnox gäller inte längre; den har avslutats i Fortnox.'],
  disconnected: ['login.disconnected', 'Företaget är frånkopplat från Fortnox.'],
  refused: ['login.refused', 'Fortnox godtar inte längre inloggningen.'],
  lost: [
    'login.lost',
    'Inloggningen till Fortnox gick förlorad: Fortnox svar kom inte fram när den skulle förnyas.',
  ],
};

/** A login that is over; only a person can make a new one. */
export function loginEnded(reason: EndReason | 'lost'): FortnoxError {
  const [code, what] = ended[reason];
  return loginError('reconnect', code, what, again);
}

/** The refresh was surely not made, or another worker is at it for too long: later. */
export const refreshNotMade = (): FortnoxError =>
  loginError(
    'retry',
    'login.refresh-not-made',
    'Inloggningen till Fortnox kunde inte förnyas just nu.',
    byItself,
  );

/** The answer to a refresh was lost; the next try decides. */
export const refreshUnknown = (): FortnoxError =>
  loginError(
    'retry',
    'login.refresh-unknown',
    'Fortnox svar kom inte fram när inloggningen förnyades.',
    byItself,
  );

/** Our own client id, secret or request is wrong: nothing that an accountant can mend, and no login is lost by it. */
export const clientRefused = (): FortnoxError =>
  loginError(
    'bug',
    'login.client-refused',
    'Fortnox känner inte igen programmets egna uppgifter.',
    'Låt driften kontrollera FORTNOX_CLIENT_ID och FORTNOX_CLIENT_SECRET. Inloggningen finns kvar.',
  );

const loginError = (kind: FailureKind, code: string, what: string, advice: string): FortnoxError =>
  new FortnoxError({ code, what, advice }, { kind, sent: 'no' });
