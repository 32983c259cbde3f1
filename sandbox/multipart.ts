import type { HttpRequest } from './http.ts';

/** The first part of a multipart/form-data body that carries a file name (RFC 7578), or null. */
export function firstFile(request: HttpRequest): { name: string; content: Buffer } | null {
  const boundary = /boundary="?([^";]+)"?/i.exec(request.headers['content-type'] ?? '')?.[1];
  if (boundary === undefined) return null;
  const delimiter = Buffer.from(`--${boundary}`);
  let at = request.body.indexOf(delimiter);
  while (at >= 0) {
    const start = at + delimiter.length + 2;
    const end = request.body.indexOf(delimiter, start);
    if (end < 0) return null;
    const part = request.body.subarray(start, end - 2);
    const split = part.indexOf('\r\n\r\n');
    const header = part.subarray(0, Math.max(split, 0)).toString();
    const name = /filename="((?:[^"\\]|\\.)*)"/i.exec(header)?.[1];
    if (split >= 0 && name !== undefined && /name="file"/i.test(header)) {
      return { name, content: Buffer.from(part.subarray(split + 4)) };
    }
    at = end;
  }
  return null;
}
