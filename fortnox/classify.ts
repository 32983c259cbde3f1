import type { FortnoxRefusal } from '../accounting/problem.ts';
import type { Endpoint } from './endpoints.ts';
import { FortnoxError } from './error.ts';
import type { Sent } from './error.ts';
import { causeCode, wasNeverSent } from './never-sent.ts';
import {
  noConnection,
  refusalByCode,
  refusalByStatus,
  refusalByText,
  refused,
  timedOut,
  unavailable,
  unreadable,
} from './refusals.ts';
import type { Refusal } from './refusals.ts';

/** An answer as it came, whatever its headers say of it. */
export interface Answer {
  readonly status: number;
  readonly text: string;
  readonly requestId?: string;
  readonly retryAfter?: string;
}

/** Fortnox's own words in an answer: code and message of any of its envelopes. */
export interface Told {
  readonly code?: string;
  readonly message?: string;
}

/**
 * Classifies an answer that is a refusal, or no readable answer: by Fortnox's code, then by its text, then by the status
 * (`refusals.ts` holds the table).
 */
export function classifyAnswer(endpoint: Endpoint, answer: Answer, nowMs: number): FortnoxError {
  const told = fortnoxTold(parseJson(answer.text));
  const refusal =
    (told.code === undefined ? undefined : refusalByCode[told.code]) ??
    refusalByText.find(([text]) => told.message !== undefined && text.test(told.message))?.[1] ??
    byStatus(answer.status, told);
  const retryAfterMs = parseRetryAfter(answer.retryAfter, nowMs);
  // What Fortnox refused in words, it did not do; a breakdown says nothing either way.
  const sent = refusal === unavailable || refusal === unreadable ? 'unknown' : 'no';
  return fortnoxError(endpoint, refusal, sent, {
    fortnox: {
      status: answer.status,
      ...(told.code === undefined ? {} : { code: told.code }),
      ...(told.message === undefined ? {} : { message: told.message }),
      ...(answer.requestId === undefined ? {} : { requestId: answer.requestId }),
    },
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
  });
}

function byStatus(status: number, told: Told): Refusal {
  const isGood = status >= 200 && status < 300;
  if (isGood) return told.code === undefined ? unreadable : refused;
  return refusalByStatus(status);
}

/** Classifies what `fetch` threw: no connection, a cut one, a timeout. */
export function classifyThrown(endpoint: Endpoint, error: unknown): FortnoxError {
  const refusal = error instanceof Error && error.name === 'TimeoutError' ? timedOut : noConnection;
  const sent = wasNeverSent(error) ? 'no' : 'unknown';
  // Only the system's code goes on: the chain of causes can hold addresses and headers.
  const cause = causeCode(error);
  return fortnoxError(endpoint, refusal, sent, cause === undefined ? {} : { cause });
}

interface About {
  readonly fortnox?: FortnoxRefusal;
  readonly retryAfterMs?: number;
  readonly cause?: string;
}

/** A FortnoxError from a row of the table. */
export function fortnoxError(
  endpoint: Endpoint,
  refusal: Refusal,
  sent: Sent,
  about: About = {},
): FortnoxError {
  const words = (text: Refusal['what']): string => (typeof text === 'string' ? text : text(endpoint));
  return new FortnoxError(
    {
      code: refusal.code,
      what: words(refusal.what),
      advice: words(refusal.advice),
      ...(about.fortnox === undefined ? {} : { fortnox: about.fortnox }),
    },
    {
      kind: refusal.kind,
      sent,
      ...(about.retryAfterMs === undefined ? {} : { retryAfterMs: about.retryAfterMs }),
    },
    about.cause === undefined ? undefined : { cause: about.cause },
  );
}

/** Reads both spellings of ErrorInformation, `{"message"}` and OAuth's `{"error", "error_description"}`; codes may be strings. */
export function fortnoxTold(body: unknown): Told {
  if (!isRecord(body)) return {};
  const information = body['ErrorInformation'];
  const [code, message] = isRecord(information)
    ? [information['code'] ?? information['Code'], information['message'] ?? information['Message']]
    : [undefined, body['message'] ?? body['error_description']];
  return {
    ...(typeof code === 'number' || (typeof code === 'string' && code !== '') ? { code: String(code) } : {}),
    ...(typeof message === 'string' && message !== '' ? { message: withoutNames(message) } : {}),
  };
}

/** The value, or undefined when the text is no JSON. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null;

const longestMessage = 300;

/** Fortnox begins the message about a locked period with who locked it; a person's name must not reach logs or histories. */
const withoutNames = (message: string): string =>
  message.replace(/^.*?(?=har låst perioden)/su, '… ').slice(0, longestMessage);

/** `Retry-After` in seconds or as a date; undefined when absent or nonsense. */
export function parseRetryAfter(header: string | undefined, nowMs: number): number | undefined {
  if (header === undefined) return undefined;
  if (/^\d{1,6}(\.\d+)?$/.test(header.trim())) return Math.ceil(Number(header) * 1000);
  const at = Date.parse(header);
  return Number.isNaN(at) ? undefined : Math.max(0, at - nowMs);
}
