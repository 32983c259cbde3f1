import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { exportStatusNames, phaseNames } from '../../client/web/words.ts';
import { SCOPES } from '../../fortnox/login.ts';
import { defaultAssumptions } from '../../sandbox/assumptions.ts';
import { searchAttributes } from '../../workflows/search-attributes.ts';

const root = path.resolve(import.meta.dirname, '..', '..');
const text = (file: string): string => readFileSync(path.join(root, file), 'utf8');
const pages = readdirSync(path.join(root, 'docs')).filter((name) => name.endsWith('.md'));
const pageOf = (name: string): string => text(`docs/${name}`);
const all = (pattern: RegExp, inside: string): string[] =>
  [...inside.matchAll(pattern)].map(([, found]) => found!);

/** Folders that run in production; `dev` and `test` beside them read variables of their own. */
const floors = [
  'accounting',
  'activities',
  'client',
  'db',
  'documents',
  'fortnox',
  'telemetry',
  'worker',
  'workflows',
];
const files = (folder: string): string[] =>
  readdirSync(path.join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.tsx?$/.test(name))
    .map((name) => path.join(folder, name));
const product = floors.flatMap(files).map(text).join('\n');
const everything = [product, ...['dev', 'sandbox'].flatMap(files).map(text)].join('\n');

/** What stands between backticks outside of code blocks. */
const quotedIn = (page: string): string[] => all(/`([^`\n]+)`/g, page.replaceAll(/^```[\s\S]*?^```$/gm, ''));

/** `file` or `file#what stands in it`, of which one is not there. */
function isGone(mention: string): boolean {
  const [file = '', symbol] = mention.split('#');
  if (!existsSync(path.join(root, file))) return true;
  return symbol !== undefined && !new RegExp(`\\b${symbol}\\b`).test(text(file));
}

/** Every test that a page names, as `file` › "name", › "another of the same file". */
const testsIn = (page: string): { file: string; title: string }[] =>
  [...page.matchAll(/`(test\/[\w/.-]+\.test\.ts)`((?:,? › "[^"]+")+)/g)].flatMap(
    ([, file = '', titles = '']) => all(/"([^"]+)"/g, titles).map((title) => ({ file, title })),
  );

describe.each(pages)('docs/%s', (name) => {
  const page = pageOf(name);
  const quoted = quotedIn(page);

  test('names files and folders that exist, and what stands in them', () => {
    const top = new RegExp(`^(?:${[...floors, 'deploy', 'dev', 'docs', 'sandbox', 'test'].join('|')})/`);
    expect(quoted.filter((one) => top.test(one) && !/[*{ ]/.test(one) && isGone(one))).toEqual([]);
    expect(all(/\]\(([^)#:]+)\)/g, page).filter((link) => isGone(`docs/${link}`))).toEqual([]);
  });

  test('names tests and worked cases that exist', () => {
    const gone = testsIn(page).filter(
      ({ file, title }) => ![`'${title}'`, `"${title}"`].some((written) => text(file).includes(written)),
    );
    expect(gone).toEqual([]);
    expect(all(/case `(\d\d-[\w-]+)`/g, page).filter((one) => isGone(`test/cases/${one}`))).toEqual([]);
  });

  test('names variables that are read', () => {
    const lib = 'node_modules/@temporalio/envconfig/lib';
    const temporals = readdirSync(path.join(root, lib)).filter((file) => file.endsWith('.js'));
    const known = new Set(
      [everything, ...temporals.map((file) => text(path.join(lib, file)))].flatMap((code) =>
        all(/\b([A-Z][A-Z0-9]*_[A-Z0-9_]*[A-Z0-9])\b/g, code),
      ),
    );
    // A word of Temporal's queries, no variable.
    known.add('STARTS_WITH');
    const named = quoted.flatMap((one) => all(/\b([A-Z][A-Z0-9]*_[A-Z0-9_]*[A-Z0-9])\b/g, one));
    expect(named.filter((variable) => !known.has(variable))).toEqual([]);
  });

  test('names problems and events that the code has', () => {
    expect(quoted.filter((mention) => isCode(mention) && !isKnown(mention))).toEqual([]);
    const named = all(/`([a-z][a-z-]*)\.\*`/g, page);
    expect(named.filter((family) => !families.has(family))).toEqual([]);
  });

  test('names commands that exist', () => {
    const { scripts } = JSON.parse(text('package.json')) as { scripts: Record<string, string> };
    expect(all(/npm run ([a-z:]+)/g, page).filter((script) => !(script in scripts))).toEqual([]);
    const cli = files('client/cli').map(text).join('\n');
    const words = all(/(?:npm run bokslut -- |`)((?:close|connection|keys|binder|sie) [a-z]+|doctor)/g, page);
    const missing = words
      .flatMap((one) => one.split(' '))
      .filter((word) => !cli.includes(`.command('${word}')`));
    expect(missing).toEqual([]);
  });
});

const codes = new Set(all(/['"`]([a-z][a-z-]*\.[a-z][a-z0-9-]*)['"`]/g, product));
/** Codes that are put together: `close.${action}-not-now`. */
const patterns = all(/`([a-z]+\.[a-z$-]*\$\{\w+\}[a-z-]*)`/g, product).map(
  (template) => new RegExp(`^${template.replace('.', String.raw`\.`).replaceAll(/\$\{\w+\}/g, '[a-z]+')}$`),
);
const families = new Set([...codes].map((code) => code.split('.')[0]));
const isKnown = (code: string): boolean => codes.has(code) || patterns.some((pattern) => pattern.test(code));
/** A dotted word of one of the code's families that is no file. */
function isCode(mention: string): boolean {
  const [, family, rest] = /^([a-z][a-z-]*)\.([a-z][a-z0-9-]*)$/.exec(mention) ?? [];
  return family !== undefined && families.has(family) && !/^(ts|md|sql|json|pdf|xlsx|zip|se|si)$/.test(rest!);
}

describe('what the pages promise to list whole', () => {
  test('operate.md: every variable that a production process reads', () => {
    const operate = pageOf('operate.md');
    const read = new Set([
      ...all(/^\s+([A-Z][A-Z0-9_]+): z\b/gm, product),
      ...all(/(?:process\.env|environment)\['([A-Z][A-Z0-9_]+)'\]/g, product),
      ...all(/variable: '([A-Z][A-Z0-9_]+)'/g, product),
    ]);
    // The shell's and npm's own.
    for (const own of ['PATH', 'INIT_CWD']) read.delete(own);
    expect(read.size).toBeGreaterThan(15);
    expect([...read].filter((variable) => !operate.includes(`\`${variable}\``))).toEqual([]);
  });

  test('operate.md: every family of problems, every search attribute, every signal', () => {
    const operate = pageOf('operate.md');
    const thrown = new Set(all(/code: '([a-z][a-z-]*)\.[a-z-]+'/g, product));
    expect([...thrown].filter((family) => !operate.includes(`\`${family}.`))).toEqual([]);
    expect(Object.keys(searchAttributes).filter((name) => !operate.includes(name))).toEqual([]);
    const signals = all(/defineSignal(?:<[^']*>)?\('(\w+)'\)/g, text('workflows/messages.ts'));
    expect(signals.length).toBeGreaterThan(6);
    expect(signals.filter((signal) => !operate.includes(`| \`${signal}\` |`))).toEqual([]);
  });

  test('connect-fortnox.md: every scope, every assumption, every problem of a login', () => {
    const connect = pageOf('connect-fortnox.md');
    const named = [...SCOPES, ...Object.keys(defaultAssumptions)];
    expect(named.filter((name) => !connect.includes(`\`${name}\``))).toEqual([]);
    const ofLogins = [
      ...all(/'(login\.[a-z-]+)'/g, text('client/close/login-problems.ts')),
      ...all(/'(login\.[a-z-]+)'/g, text('fortnox/login-problems.ts')),
      ...all(/code: '(fortnox\.[a-z-]+)'/g, text('fortnox/refusals.ts')),
    ];
    // Not a person's to meet at Fortnox: asked for on a close that reads a file, on another company's login; a record that is gone.
    const elsewhere = ['login.sie-source', 'login.not-the-engagements', 'fortnox.not-found'];
    expect(ofLogins.filter((code) => !elsewhere.includes(code) && !connect.includes(`\`${code}\``))).toEqual(
      [],
    );
  });

  test('the accountants’ page: every phase, every state of a voucher, in the page’s own words', () => {
    const swedish = pageOf('revisor-och-redovisningskonsult.md');
    const shown = [...Object.values(phaseNames), ...Object.values(exportStatusNames)];
    expect(shown.filter((words) => !swedish.includes(`| ${words} |`))).toEqual([]);
  });

  test('embed.md: addresses that the API has', () => {
    const routes = files('client/http/routes').map(text).join('\n');
    const paths = new Set([
      ...all(/path: ['`]([^'`]+)['`]/g, routes).map((route) => route.replaceAll(/\{\w+\}|\$\{\w+\}/g, '*')),
      ...all(/api\.get\('([^']+)'/g, text('client/http/openapi.ts')),
    ]);
    const called = all(/\$BASE\/api(\/[\w/.$-]+)/g, pageOf('embed.md')).map((route) =>
      route.replaceAll('$ID', '*').replace(/[\w-]+\.(pdf|xlsx)$/, '*'),
    );
    expect(called.length).toBeGreaterThan(10);
    expect(called.filter((route) => !paths.has(route))).toEqual([]);
  });

  test('embed.md: every document that the API makes', () => {
    const embed = pageOf('embed.md');
    const [, listed = ''] = /const files =\n([^;]+);/.exec(text('client/http/routes/documents.ts')) ?? [];
    const documents = all(/`([a-z\d-]+)`/g, listed);
    expect(documents.length).toBeGreaterThan(6);
    expect(documents.filter((name) => !embed.includes(`${name}.pdf`))).toEqual([]);
  });
});

test('law.md: the proofs are many', () => {
  expect(testsIn(pageOf('law.md')).length).toBeGreaterThan(45);
});

test('README.md links to pages that exist', () => {
  expect(all(/\]\(([^)#:]+)\)/g, text('README.md')).filter(isGone)).toEqual([]);
});
