import type { Endpoint } from './endpoints.ts';
import type { FailureKind } from './error.ts';

/** How a refusal by Fortnox is met: its stable code here, what kind it is, and what a person reads. */
export interface Refusal {
  readonly kind: FailureKind;
  readonly code: string;
  readonly what: string | ((endpoint: Endpoint) => string);
  readonly advice: string | ((endpoint: Endpoint) => string);
}

const mendInFortnox = 'Rätta det i Fortnox eller i bokslutet och försök igen.';
const tellSupport =
  'Försök igen. Blir det likadant, hör av dig till supporten och ange felkod och ärendenummer.';

const dead: Refusal = {
  kind: 'reconnect',
  code: 'login.refused',
  what: 'Fortnox godtar inte längre inloggningen.',
  advice: 'Logga in i Fortnox igen. Arbetet fortsätter där det stannade.',
};

const scopeMissing: Refusal = {
  kind: 'attention',
  code: 'fortnox.scope-missing',
  what: ({ register, scope }) => `Inloggningen ger inte tillgång till ${register} (behörigheten "${scope}").`,
  advice: 'Logga in i Fortnox igen och godkänn alla behörigheter som programmet ber om.',
};

const licenceMissing: Refusal = {
  kind: 'attention',
  code: 'fortnox.license-missing',
  what: ({ register, scope }) =>
    `Företaget saknar den licens i Fortnox som ${register} kräver (behörigheten "${scope}").`,
  advice: 'Lägg till licensen i Fortnox och försök igen. Att logga in på nytt hjälper inte.',
};

const registerRefused: Refusal = {
  kind: 'attention',
  code: 'fortnox.permission-missing',
  what: ({ register, scope }) =>
    `Användaren som loggade in saknar behörighet i Fortnox till ${register} (behörigheten "${scope}").`,
  advice:
    'Be företagets administratör i Fortnox om behörigheten, eller logga in som en användare som har den. Försök sedan igen.',
};

const accountMissing: Refusal = {
  kind: 'attention',
  code: 'fortnox.account-missing',
  what: 'Ett konto finns inte i Fortnox kontoplan.',
  advice: 'Lägg upp kontot i Fortnox eller välj ett annat konto.',
};

const ourRequest: Refusal = {
  kind: 'bug',
  code: 'fortnox.request-invalid',
  what: ({ register }) => `Fortnox kunde inte tolka programmets fråga om ${register}.`,
  advice: tellSupport,
};

const textRefused: Refusal = {
  kind: 'attention',
  code: 'fortnox.text-refused',
  what: 'En text innehåller tecken som Fortnox inte godtar.',
  advice: 'Ta bort tecken som citattecken, hakparenteser och klammer ur texten och försök igen.',
};

export const notFound: Refusal = {
  kind: 'attention',
  code: 'fortnox.not-found',
  what: ({ register }) => `Posten finns inte i Fortnox (${register}).`,
  advice: 'Kontrollera i Fortnox och gör en ny import.',
};

export const unavailable: Refusal = {
  kind: 'retry',
  code: 'fortnox.unavailable',
  what: 'Fortnox svarar inte som det ska just nu.',
  advice: 'Programmet försöker igen av sig självt. Se status.fortnox.se om det dröjer.',
};

/** Fortnox's codes. The status says less: 2000663 comes as 400 and as 403. */
export const refusalByCode: Readonly<Record<string, Refusal>> = {
  2000310: dead,
  2000311: dead,
  2000663: scopeMissing,
  2001101: licenceMissing,
  2001103: licenceMissing,
  // One register is refused; the login lives, and logging in again as the same person cannot help.
  2003275: registerRefused,
  2000423: accountMissing,
  2001304: accountMissing,
  2000550: {
    kind: 'attention',
    code: 'fortnox.account-inactive',
    what: 'Ett konto är inte aktivt i Fortnox.',
    advice: 'Aktivera kontot i Fortnox eller välj ett annat konto.',
  },
  2000401: {
    kind: 'attention',
    code: 'fortnox.period-locked',
    what: 'Perioden är låst i Fortnox.',
    advice: 'Lås upp perioden i Fortnox, eller välj ett datum efter låsningen.',
  },
  2000434: notFound,
  2000359: textRefused,
  2000107: {
    kind: 'attention',
    code: 'fortnox.text-too-long',
    what: 'En text är längre än vad Fortnox godtar.',
    advice: 'Korta texten och försök igen.',
  },
  2000587: ourRequest,
  2000588: ourRequest,
  2001392: ourRequest,
  2001399: ourRequest,
  2002115: ourRequest,
  1000030: ourRequest,
  1000031: ourRequest,
  1000003: unavailable,
};

/** Refusals whose code is not known, told by Fortnox's Swedish text (third-party reports). */
export const refusalByText: readonly (readonly [RegExp, Refusal])[] = [
  [
    /^Verifikationsserien .*finns inte/i,
    {
      kind: 'attention',
      code: 'fortnox.series-missing',
      what: 'Verifikationsserien finns inte i Fortnox.',
      advice: 'Lägg upp serien i Fortnox för räkenskapsåret, eller välj en annan serie.',
    },
  ],
  [
    /^Verifikationsserien är inte manuell/i,
    {
      kind: 'attention',
      code: 'fortnox.series-not-manual',
      what: 'Verifikationsserien är inte manuell i Fortnox.',
      advice: 'Markera serien som "Manuell kontering" i Fortnox, eller välj en annan serie.',
    },
  ],
];

/** By status, when neither code nor text is known. */
export function refusalByStatus(status: number): Refusal {
  if (status === 401) return dead;
  if (status === 404) return notFound;
  if (status === 429) return rateLimited;
  // A redirect is never followed: the bearer token must not travel to where it points.
  if (status >= 500 || status === 408 || status < 400) return unavailable;
  return refused;
}

/** What Fortnox refuses for a reason that is not in the tables; its own message goes along. */
export const refused: Refusal = {
  kind: 'attention',
  code: 'fortnox.refused',
  what: ({ register }) => `Fortnox nekade ett anrop om ${register}.`,
  advice: mendInFortnox,
};

export const rateLimited: Refusal = {
  kind: 'retry',
  code: 'fortnox.rate-limited',
  what: 'Fortnox tar inte emot fler anrop just nu.',
  advice: 'Programmet väntar och försöker igen av sig självt.',
};

/** An answer with a good status whose body is not what was asked for. */
export const unreadable: Refusal = {
  kind: 'retry',
  code: 'fortnox.answer-unreadable',
  what: ({ register }) => `Svaret från Fortnox om ${register} kom inte fram helt.`,
  advice: unavailable.advice,
};

export const noConnection: Refusal = {
  kind: 'retry',
  code: 'fortnox.connection',
  what: 'Anslutningen till Fortnox kunde inte göras eller bröts.',
  advice: 'Programmet försöker igen av sig självt.',
};

export const timedOut: Refusal = {
  ...noConnection,
  code: 'fortnox.timeout',
  what: 'Fortnox svarade inte i tid.',
};

export const notUnderstood: Refusal = {
  kind: 'bug',
  code: 'fortnox.answer-not-understood',
  what: ({ register }) => `Svaret från Fortnox om ${register} har en form som programmet inte känner.`,
  advice: tellSupport,
};

export const listMoving: Refusal = {
  kind: 'retry',
  code: 'fortnox.list-moving',
  what: ({ register }) => `Någon ändrade ${register} i Fortnox medan de lästes.`,
  advice: 'Programmet läser om dem. Vänta gärna med att arbeta i Fortnox tills importen är klar.',
};
