import { readdirSync, readFileSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { parseSync } from 'oxc-parser';
import { describe, expect, test } from 'vitest';

const root = resolve(import.meta.dirname, '../..');

/** What each floor of the house may import of the project, and why (ARCHITECTURE.md, "The floors"). */
const floors: Record<string, { readonly may: readonly string[]; readonly why: string }> = {
  accounting: { may: [], why: 'the domain is pure: it must run in a workflow, a browser or a test alike' },
  db: { may: ['accounting'], why: 'storage knows the domain and nothing above it' },
  documents: { may: ['accounting'], why: 'a document is a function of its data alone' },
  fortnox: {
    may: ['accounting', 'db'],
    why: 'the edge keeps its logins and its request budget in the database',
  },
  activities: {
    may: ['accounting', 'db', 'documents', 'fortnox'],
    why: 'a step may use every part, but no process, page or workflow',
  },
  workflows: {
    may: ['accounting', 'activities (types)'],
    why: 'orchestration is deterministic: it may know the shape of a step, never its code',
  },
  telemetry: { may: [], why: 'metrics, traces and logs are told of things; they know none of them' },
  worker: {
    may: ['accounting', 'activities', 'db', 'documents', 'fortnox', 'telemetry', 'workflows'],
    why: 'the process wires the parts together',
  },
  client: {
    may: ['accounting', 'db', 'documents', 'fortnox', 'telemetry', 'workflows'],
    why: 'the ways in read the database and send messages; side effects of a close belong to its activities',
  },
  sandbox: { may: [], why: 'a Fortnox that shares code with the client would share its mistakes' },
};

/** Run-time imports that would break a workflow's determinism or blow up its memory. */
const keptFromWorkflows = /^(node:|zod|drizzle|postgres|pino)/;

interface Import {
  readonly file: string;
  readonly target: string;
  readonly typeOnly: boolean;
}

function sourceFiles(folder: string): string[] {
  return readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.tsx?$/.test(name))
    .map((name) => join(root, folder, name));
}

function importsOf(file: string): Import[] {
  const { module } = parseSync(file, readFileSync(file, 'utf8'));
  const named = module.staticImports.map((entry) => ({
    target: entry.moduleRequest.value,
    typeOnly: entry.entries.length > 0 && entry.entries.every((one) => one.isType),
  }));
  const exported = module.staticExports.flatMap((statement) =>
    statement.entries
      .filter((entry) => entry.moduleRequest)
      .map((entry) => ({ target: entry.moduleRequest?.value ?? '', typeOnly: entry.isType })),
  );
  const dynamic = module.dynamicImports.map((entry) => ({
    target: readFileSync(file, 'utf8')
      .slice(entry.moduleRequest.start, entry.moduleRequest.end)
      .replaceAll(/['"`]/g, ''),
    typeOnly: false,
  }));
  return [...named, ...exported, ...dynamic].map((one) => ({ file, ...one }));
}

function floorOf(entry: Import): string | undefined {
  if (!entry.target.startsWith('.')) return undefined;
  return relative(root, resolve(entry.file, '..', entry.target)).split('/')[0];
}

describe.each(Object.entries(floors))('%s', (floor, { may, why }) => {
  const imports = sourceFiles(floor).flatMap(importsOf);

  test('imports only from the floors below it', () => {
    const broken = imports
      .filter((entry) => {
        const target = floorOf(entry);
        if (target === undefined || target === floor || may.includes(target)) return false;
        return !(entry.typeOnly && may.includes(`${target} (types)`));
      })
      .map(
        (entry) =>
          `${relative(root, entry.file)} imports ${entry.target}; ${floor} may import [${may.join(', ')}]: ${why}`,
      );
    expect(broken).toEqual([]);
  });

  test('is not empty', () => expect(imports.length).toBeGreaterThan(0));
});

test('workflows import no zod, drizzle or Node built-ins at run time', () => {
  const broken = sourceFiles('workflows')
    .flatMap(importsOf)
    .filter((entry) => !entry.typeOnly && keptFromWorkflows.test(entry.target))
    .map(
      (entry) =>
        `${relative(root, entry.file)} imports ${entry.target}: a workflow is replayed, and must stay small and deterministic`,
    );
  expect(broken).toEqual([]);
});

/** The modules of ours that are loaded where the given ones run. */
function loadedWith(files: readonly string[], seen = new Set<string>()): Set<string> {
  for (const file of files) {
    if (seen.has(file)) continue;
    seen.add(file);
    const imports = importsOf(file).filter(({ typeOnly, target }) => !typeOnly && target.startsWith('.'));
    loadedWith(
      imports.map(({ target }) => resolve(file, '..', target)),
      seen,
    );
  }
  return seen;
}

/** Variables of a module that can hold something else later. */
const changeable = (source: string): string[] =>
  parseSync('module.ts', source).program.body.flatMap((statement) => {
    const declared = statement.type === 'ExportNamedDeclaration' ? statement.declaration : statement;
    if (declared?.type !== 'VariableDeclaration') return [];
    return declared.declarations
      .filter(
        ({ id, init }) =>
          declared.kind !== 'const' ||
          (init?.type === 'NewExpression' &&
            !source.slice(id.typeAnnotation?.start ?? source.length).startsWith(': Readonly')),
      )
      .map(({ id }) => source.slice(id.start, id.end));
  });

test('modules that workflows load keep nothing: all workflows of a worker share them', () => {
  const modules = [...loadedWith(sourceFiles('workflows'))];
  expect(modules.length).toBeGreaterThan(10);
  const broken = modules.flatMap((file) =>
    changeable(readFileSync(file, 'utf8')).map((name) => `${relative(root, file)}: ${name}`),
  );
  expect(broken).toEqual([]);
  expect(changeable('let a = 1; export const b = new Map(); const c = 2;')).toEqual(['a', 'b']);
});

test('a broken rule is seen', () => {
  const entry = { file: join(root, 'accounting/money.ts'), target: '../db/database.ts', typeOnly: false };
  expect(floorOf(entry)).toBe('db');
  expect(floors['accounting']?.may).not.toContain('db');
});
