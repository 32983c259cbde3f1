import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { Hono } from 'hono';
import type { AppEnv } from '../http/app-env.ts';

interface Asset {
  readonly name: string;
  readonly path: string;
  readonly type: string;
  readonly content: string;
}

/**
 * The content's hash is in the name, so that a browser may keep it for ever and never shows an old one; a module finds
 * those that it imports by the names that they are served under.
 */
function asset(name: string, type: string, imports: readonly Asset[] = []): Asset {
  const content = imports.reduce(
    (text, other) => text.replaceAll(`'./${other.name}'`, `'${other.path}'`),
    readFileSync(new URL(`assets/${name}`, import.meta.url), 'utf8'),
  );
  const hash = createHash('sha256').update(content).digest('hex').slice(0, 10);
  return { name, path: `/assets/${name.replace('.', `-${hash}.`)}`, type, content };
}

const script = 'text/javascript; charset=utf-8';
const amountScript = asset('amount.js', script);
const draftScript = asset('draft.js', script);
const accountSearchScript = asset('account-search.js', script);
const pastedRowsScript = asset('pasted-rows.js', script);

export const styleSheet = asset('bokslut.css', 'text/css; charset=utf-8');
export const moduleScript = asset('bokslut.js', script);
export const ownEditorScript = asset('own-attachment.js', script, [amountScript, draftScript]);
export const editorScript = asset('editor.js', script, [
  accountSearchScript,
  amountScript,
  draftScript,
  pastedRowsScript,
]);
export const icon = asset('bokslut.svg', 'image/svg+xml');

export const assetRoutes = new Hono<AppEnv>();
for (const { path, type, content } of [
  styleSheet,
  moduleScript,
  amountScript,
  draftScript,
  accountSearchScript,
  pastedRowsScript,
  editorScript,
  ownEditorScript,
  icon,
]) {
  assetRoutes.get(path, (c) =>
    c.body(content, 200, { 'content-type': type, 'cache-control': 'public, max-age=31536000, immutable' }),
  );
}
