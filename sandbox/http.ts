import type { IncomingHttpHeaders } from 'node:http';
import { phpJson } from './php-json.ts';

export interface HttpRequest {
  readonly number: number;
  /** When it was read, real time. */
  readonly timeMs: number;
  readonly method: string;
  /** Without the query. */
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

export interface HttpReply {
  status: number;
  headers: Record<string, string>;
  body: Buffer;
  /** What the request changed for good, for the request log. */
  committed?: unknown;
}

/** A reply in plain JSON: OAuth and the control surface. */
export function json(status: number, value: unknown, headers: Record<string, string> = {}): HttpReply {
  return {
    status,
    headers: { 'content-type': 'application/json', ...headers },
    body: Buffer.from(JSON.stringify(value)),
  };
}

/** A reply as the REST API writes it. */
export function apiJson(status: number, value: unknown, committed?: unknown): HttpReply {
  return {
    status,
    headers: { 'content-type': 'application/json' },
    body: Buffer.from(phpJson(value), 'latin1'),
    ...(committed === undefined ? {} : { committed }),
  };
}

export function html(status: number, body: string): HttpReply {
  return { status, headers: { 'content-type': 'text/html; charset=UTF-8' }, body: Buffer.from(body) };
}

export function bytes(contentType: string, body: Buffer): HttpReply {
  return { status: 200, headers: { 'content-type': contentType }, body };
}

export function redirect(location: string): HttpReply {
  return { status: 302, headers: { location }, body: Buffer.alloc(0) };
}

export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (char) => `&#${char.charCodeAt(0)};`);
}
