import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { Hono } from 'hono';
import type { AppEnv } from '../http/app-env.ts';

interface Asset {
  readonly path: string;
  readonly type: string;
  readonly content: string;
}

/** The content's hash is in the name, so that a browser may keep it for ever and never shows an old one. */
function asset(name: string, type: string): Asset {
  const content = readFileSync(new URL(`assets/${name}`, import.meta.url), 'utf8');
  const hash = createHash('sha256').update(content).digest('hex').slice(0, 10);
  return { path: `/assets/${name.replace('.', `-${hash}.`)}`, type, content };
}

export const styleSheet = asset('bokslut.css', 'text/css; charset=utf-8');
export const moduleScript = asset('bokslut.js', 'text/javascript; charset=utf-8');
export const icon = asset('bokslut.svg', 'image/svg+xml');

export const assetRoutes = new Hono<AppEnv>();
for (const { path, type, content } of [styleSheet, moduleScript, icon]) {
  assetRoutes.get(path, (c) =>
    c.body(content, 200, { 'content-type': type, 'cache-control': 'public, max-age=31536000, immutable' }),
  );
}
