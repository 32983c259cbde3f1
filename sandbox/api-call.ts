import type { Books } from './books.ts';
import { FortnoxError } from './envelope.ts';
import type { HttpRequest } from './http.ts';
import type { World } from './world.ts';

/** What every endpoint gets: the request, whose books it is about, and the parts of the path after the pattern. */
export interface ApiCall {
  world: World;
  books: Books;
  request: HttpRequest;
  path: string[];
}

/** The 404 of a record. Only the code for invoices is known. */
export function notFound(call: ApiCall, message: string, code = call.world.assumptions.notFoundCode) {
  return new FortnoxError(404, code, message);
}

/** `@url` of a record. */
export function recordUrl(call: ApiCall, ...segments: (string | number)[]): string {
  return `${call.world.url}/3/${segments.map((segment) => encodeURIComponent(segment)).join('/')}`;
}

/** The record with `API_NORIGHT` in the fields that the company has no licence for. */
export function withoutRights<T extends object>(call: ApiCall, resource: string, record: T): T {
  const fields = call.books.noRight.get(resource);
  if (!fields || fields.length === 0) return record;
  const hidden = fields.filter((field) => field in record).map((field) => [field, 'API_NORIGHT']);
  return { ...record, ...Object.fromEntries(hidden) };
}
