import type { FinancialYear } from '../../accounting/books.ts';
import { Problem } from '../../accounting/problem.ts';
import type { ProblemDetails } from '../../accounting/problem.ts';

const startOver = 'Gå tillbaka till bokslutet och välj Importera från Fortnox igen.';

/** Each way in which a login can end without one, with its own answer. */
export const loginProblems = {
  noState: {
    code: 'login.state-missing',
    what: 'Svaret från Fortnox saknade det som visar vilket bokslut det hör till.',
    advice: `Kontrollera att Fortnoxkontot inte är låst. ${startOver}`,
  },
  unknownState: {
    code: 'login.state-unknown',
    what: 'Svaret från Fortnox hör inte till någon inloggning härifrån.',
    advice: startOver,
  },
  otherSession: {
    code: 'login.other-session',
    what: 'Inloggningen hos Fortnox påbörjades i en annan webbläsare eller av en annan användare.',
    advice: 'Gå tillbaka till bokslutet i den här webbläsaren och välj Importera från Fortnox igen.',
  },
  noCode: {
    code: 'login.code-missing',
    what: 'Fortnox skickade ingen engångskod.',
    advice: startOver,
  },
  exchangeFailed: {
    code: 'login.code-refused',
    what: 'Fortnox godtog inte engångskoden, eller svarade inte som det ska.',
    advice: startOver,
  },
  sieSource: {
    code: 'login.sie-source',
    what: 'Bokslutets datakälla är en SIE-fil.',
    advice: 'Byt datakälla till Fortnox om bokföringen ska hämtas därifrån.',
  },
  none: {
    code: 'login.none',
    what: 'Företaget har ingen inloggning till Fortnox som gäller.',
    advice: 'Välj Importera från Fortnox för att logga in.',
  },
  notTheEngagements: {
    code: 'login.not-the-engagements',
    what: 'Inloggningen hör till ett annat företag eller gäller inte längre.',
    advice: startOver,
  },
  wrongCompany: (wanted: string, found: string): ProblemDetails => ({
    code: 'login.wrong-company',
    what: `Inloggningen gäller organisationsnummer ${found}, men bokslutet gäller ${wanted}. Inloggningen är återkallad hos Fortnox.`,
    advice: 'Välj Importera från Fortnox igen och välj rätt företag hos Fortnox.',
  }),
  yearMissing: (
    wanted: { yearFrom: string; yearTo: string },
    found: readonly FinancialYear[],
  ): ProblemDetails => ({
    code: 'login.year-missing',
    what: `Räkenskapsåret ${wanted.yearFrom}–${wanted.yearTo} finns inte i Fortnox. Där finns ${found.map(({ from, to }) => `${from}–${to}`).join(', ') || 'inget räkenskapsår'}.`,
    advice: 'Lägg upp räkenskapsåret i Fortnox, eller starta bokslutet för ett år som finns där.',
  }),
} as const;

/** What Fortnox's redirect can say instead of a code. */
const redirectErrors: Readonly<Record<string, ProblemDetails>> = {
  access_denied: {
    code: 'login.denied',
    what: 'Behörigheten gavs inte hos Fortnox.',
    advice:
      'Välj Importera från Fortnox igen och godkänn behörigheterna, om bokföringen ska hämtas därifrån.',
  },
  invalid_scope: {
    code: 'login.scope-refused',
    what: 'Fortnox godtog inte de behörigheter som programmet ber om.',
    advice: 'Låt driften kontrollera integrationens behörigheter i Fortnox Developer Portal.',
  },
  error_missing_license: {
    code: 'login.license-missing',
    what: 'Företaget saknar den licens i Fortnox som behövs för integrationer.',
    advice: 'Beställ licensen i Fortnox och logga in igen, eller använd en SIE-fil som datakälla.',
  },
  error_missing_system_admin_right: {
    code: 'login.not-system-administrator',
    what: 'Den som loggade in är inte systemadministratör i Fortnox.',
    advice: 'Låt en systemadministratör för företaget logga in och godkänna.',
  },
};

export const callbackProblem = (error: string): Problem =>
  new Problem(
    redirectErrors[error] ?? {
      code: 'login.refused-at-fortnox',
      what: 'Fortnox avbröt inloggningen.',
      advice: startOver,
    },
  );
