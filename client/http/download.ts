import type { Download } from '../close/files.ts';
import type { AppContext } from './app-env.ts';

/** A file to keep: never shown by the browser as a page of ours. */
export function downloadResponse(c: AppContext, { name, mediaType, bytes }: Download): Response {
  return c.body(new Uint8Array(bytes), 200, {
    'Content-Type': mediaType,
    'Content-Disposition': `attachment; filename="${asciiName(name)}"; filename*=UTF-8''${encoded(name)}`,
    'Cache-Control': 'private, no-store',
  });
}

const asciiName = (name: string): string =>
  name
    .normalize('NFD')
    .replaceAll(/\p{M}/gu, '')
    .replaceAll('–', '-')
    .replaceAll(/[^\w .-]/g, '_');

/** RFC 8187: percent-encoded, and what encodeURIComponent leaves although the header may not carry it. */
const encoded = (name: string): string =>
  encodeURIComponent(name).replaceAll(
    /['()*]/g,
    (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`,
  );
