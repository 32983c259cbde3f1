import { HTTPException } from 'hono/http-exception';
import { FortnoxError } from '../../fortnox/error.ts';
import { Problem } from '../../accounting/problem.ts';
import type { ProblemDetails } from '../../accounting/problem.ts';
import { AdjustmentsRefused } from '../close/adjustments.ts';
import { isNoAnswer } from '../close/workflow.ts';
import { statusOfCode } from './problem-status.ts';

/** What a caller is told of an error: RFC 9457, with our code, and never a stack trace. */
export interface ProblemBody extends ProblemDetails {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail: string;
  /** What exactly is wrong, when it is several things: each with its own code. */
  readonly faults?: readonly object[];
}

/** A request that cannot be understood, with the place of each fault. */
export class InvalidRequest extends Problem {
  readonly faults: readonly { readonly at: string; readonly message: string }[];

  constructor(faults: readonly { readonly at: string; readonly message: string }[]) {
    super({
      code: 'http.invalid-request',
      what: `Begäran har uppgifter som saknas eller inte går att använda: ${faults.map(({ at }) => at).join(', ')}.`,
      advice: 'Rätta dem enligt /api/openapi.json och skicka igen.',
    });
    this.faults = faults;
  }
}

export const httpProblems = {
  unauthenticated: {
    code: 'http.unauthenticated',
    what: 'Begäran saknar API-nyckel eller inloggning som gäller.',
    advice: 'Skicka Authorization: Bearer med byråns API-nyckel, eller logga in.',
  },
  forbidden: {
    code: 'http.forbidden',
    what: 'API-nyckeln eller användaren har inte behörighet till detta.',
    advice: 'Använd en nyckel eller användare med den behörighet som behövs.',
  },
  crossSite: {
    code: 'http.cross-site',
    what: 'Begäran kom från en annan webbplats.',
    advice: 'Öppna sidan härifrån och försök igen.',
  },
  noSignIn: {
    code: 'http.no-sign-in',
    what: 'Ingen inloggningstjänst är inställd för personer.',
    advice: 'Låt driften ange OIDC_ISSUER, OIDC_CLIENT_ID och OIDC_CLIENT_SECRET och starta om.',
  },
  notFound: {
    code: 'http.not-found',
    what: 'Det finns ingenting på den adressen.',
    advice: 'Kontrollera adressen; API:ets adresser står i /api/openapi.json.',
  },
  bodyTooLarge: {
    code: 'http.body-too-large',
    what: 'Det som skickades är för stort.',
    advice: 'Dela upp det, eller skicka en mindre fil.',
  },
  unsupportedType: {
    code: 'http.unsupported-type',
    what: 'Innehållets typ (Content-Type) går inte att använda här.',
    advice: 'Skicka application/json, eller en SIE-fil som application/x-sie.',
  },
  ifMatchMissing: {
    code: 'http.if-match-missing',
    what: 'Begäran säger inte vilken revision den utgår från.',
    advice: 'Skicka If-Match med den ETag som kom när revisionen lästes.',
  },
  cursorUnknown: {
    code: 'http.cursor-unknown',
    what: 'Sidan som listan skulle fortsätta från finns inte.',
    advice: 'Läs listan från början.',
  },
  tooManyRequests: {
    code: 'http.too-many-requests',
    what: 'För många försök på kort tid.',
    advice: 'Vänta en minut och försök igen.',
  },
  invalidJson: {
    code: 'http.invalid-json',
    what: 'Innehållet är inte giltig JSON.',
    advice: 'Rätta det och skicka igen.',
  },
  internal: {
    code: 'http.internal',
    what: 'Något gick fel hos oss.',
    advice: 'Försök igen om en stund; hjälper det inte, kontakta driften med svarets X-Request-Id.',
  },
  noAnswer: {
    code: 'close.no-answer',
    what: 'Arbetsflödenas server svarar inte just nu.',
    advice: 'Inget är förlorat. Försök igen om en stund.',
  },
} as const satisfies Record<string, ProblemDetails>;

/** Any error as what a caller is told. */
export function problemBody(error: unknown): ProblemBody {
  const details = detailsOf(error);
  const status = error instanceof FortnoxError ? statusOfFortnox(error) : statusOfCode(details.code);
  return {
    type: `urn:bokslut:problem:${details.code}`,
    title: details.what,
    status,
    detail: details.advice,
    ...details,
    ...((error instanceof AdjustmentsRefused || error instanceof InvalidRequest) && { faults: error.faults }),
  };
}

function detailsOf(error: unknown): ProblemDetails {
  if (error instanceof Problem) return error.details;
  if (isNoAnswer(error)) return httpProblems.noAnswer;
  if (error instanceof HTTPException) return detailsOfException(error);
  return httpProblems.internal;
}

function detailsOfException({ status }: HTTPException): ProblemDetails {
  if (status === 400) return httpProblems.invalidJson;
  if (status === 404) return httpProblems.notFound;
  if (status === 413) return httpProblems.bodyTooLarge;
  return status < 500 ? httpProblems.unsupportedType : httpProblems.internal;
}

const statusOfFortnox = ({ kind, code }: FortnoxError): number => {
  if (kind === 'retry') return 503;
  return kind === 'bug' ? 502 : statusOfCode(code);
};

/** True for what is our fault and belongs in the log. */
export const isUnexpected = (error: unknown): boolean =>
  !(error instanceof Problem) && !(error instanceof HTTPException) && !isNoAnswer(error);
