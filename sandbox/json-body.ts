import {
  FortnoxError,
  brokenJson,
  forbiddenCharacters,
  textTooLong,
  wrongField,
  wrongType,
} from './envelope.ts';
import type { HttpRequest } from './http.ts';

export type Fields = Record<string, unknown>;

/** The fields of the record under `wrapper`. Refuses another content type, broken JSON and unknown fields. */
export function jsonBody(request: HttpRequest, wrapper: string, known: readonly string[]): Fields {
  if (!/^application\/json\b/i.test(request.headers['content-type'] ?? '')) {
    throw new FortnoxError(400, 1000031, 'Invalid content type');
  }
  let body: unknown;
  try {
    body = JSON.parse(request.body.toString());
  } catch {
    throw brokenJson();
  }
  if (typeof body !== 'object' || body === null || Array.isArray(body)) throw brokenJson();
  const record = Reflect.get(body, wrapper) as unknown;
  if (record === undefined) throw wrongField(Object.keys(body)[0] ?? wrapper);
  if (typeof record !== 'object' || record === null || Array.isArray(record)) throw wrongType(wrapper);
  const stray = Object.keys(record).find((name) => !known.includes(name));
  if (stray !== undefined) throw wrongField(stray);
  return { ...record };
}

// What Fortnox's text fields accept. The backslash stands here because the documented list can be read both ways.
const ACCEPTED = /^[\p{L}\p{M}\p{N}\s–:.\\`´’,;^¤#%§£$€¢¥©™°&/()=+\-*_!?²³®½@]*$/u;

/** A text field that may be missing: null, or a text of the accepted characters and length. */
export function optionalText(fields: Fields, name: string, maxLength: number): string | null {
  const value = fields[name];
  if (value === undefined || value === null) return null;
  if (typeof value !== 'string') throw wrongType(name);
  if (value.length > maxLength) throw textTooLong(name);
  if (!ACCEPTED.test(value) || value.includes('://')) throw forbiddenCharacters();
  return value;
}
