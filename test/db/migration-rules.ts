/** Tables whose rows are counted in millions: what reads or rewrites one of them whole stops the program meanwhile. */
const large = [
  'record_versions',
  'first_versions',
  'raw_files',
  'files',
  'processing_history',
  'attachments',
  'notifications',
  'outbox',
] as const;

/** Something in a migration that the release before it, which is at work meanwhile, would suffer from. */
export interface Danger {
  readonly statement: string;
  readonly what: string;
  /** How to do it without. */
  readonly instead: string;
}

interface Rule {
  readonly finds: RegExp;
  /** Only on tables that were there before and are large. */
  readonly onLarge?: true;
  readonly what: string;
  readonly instead: string;
}

const contract =
  'Do it a release after the last code that knows it, under a line "-- contract: <why nobody needs it>".';

/** `db/README.md`, "A change while the program runs". Each rule sees one statement, in lower case and on one line. */
const rules: readonly Rule[] = [
  {
    finds: /\bdrop (table|column|view|function|type|schema)\b/,
    what: 'takes away what the release before still asks for',
    instead: contract,
  },
  {
    finds: /^alter table .*\brename\b|^alter .* rename to\b/,
    what: 'renames what the release before knows by its old name',
    instead: contract,
  },
  {
    finds: /\balter (column )?\S+ (set data )?type\b/,
    what: 'gives a column another type, and rewrites its table',
    instead: `Add a column, write both, fill it, read it. ${contract}`,
  },
  {
    finds: /\balter (column )?\S+ set not null\b/,
    what: 'refuses rows that the release before writes',
    instead: `Give it a default first. ${contract}`,
  },
  {
    finds: /\balter (column )?\S+ drop default\b/,
    what: 'refuses rows that the release before writes without a value',
    instead: contract,
  },
  {
    finds: /\brevoke\b.*\bfrom\b.*\bbokslut_app\b/,
    what: 'forbids what the release before does',
    instead: contract,
  },
  {
    finds:
      /\badd (column )?(?!constraint|check|primary|foreign|unique|exclude)\S+ (?!.*\bdefault\b).*\bnot null\b/,
    what: 'adds a column that the release before does not fill',
    instead: 'Give it a default, or let it be null.',
  },
  {
    finds: /\badd (column )?.*\bdefault\b.*\b(gen_random_uuid|clock_timestamp|random|nextval)\(/,
    what: 'rewrites the table, since every row needs a value of its own',
    instead: 'Add it without a default, set the default after, fill the old rows in parts.',
  },
  {
    finds: /^create (unique )?index (?!concurrently\b)/,
    onLarge: true,
    what: 'holds up every write while the index is made',
    instead: 'DROP INDEX CONCURRENTLY IF EXISTS …; CREATE INDEX CONCURRENTLY …, in a migration of their own.',
  },
  {
    finds: /\badd (constraint \S+ )?(check|foreign key|exclude|unique|primary key)\b(?!.*\bnot valid\b)/,
    onLarge: true,
    what: 'reads the table whole while nobody writes',
    instead:
      'Add it NOT VALID, and VALIDATE CONSTRAINT in a migration of its own; a unique one by an index made CONCURRENTLY.',
  },
  {
    finds: /^(update|delete from)\b/,
    onLarge: true,
    what: 'changes every row in one transaction',
    instead: 'Fill it in parts, by a command that may be stopped.',
  },
  {
    finds: /^(lock|vacuum full|cluster|reindex (?!.*concurrently))\b/,
    what: 'locks a table for all',
    instead: 'Without.',
  },
];

/** What is dangerous in a migration, but for what a line `-- contract: …` above it stands for. */
export function dangersOf(migration: string): Danger[] {
  const statements = statementsOf(migration);
  const made = new Set(
    statements.flatMap(({ text }) => /^create table (?:if not exists )?"?(\w+)"?/.exec(text)?.[1] ?? []),
  );
  return statements
    .filter(({ isContract }) => !isContract)
    .flatMap(({ text }) =>
      rules
        .filter(
          ({ finds, onLarge }) =>
            finds.test(text) && (!onLarge || large.some((name) => !made.has(name) && names(text, name))),
        )
        .filter(
          () =>
            ![...made].some(
              (name) => text.startsWith(`alter table "${name}"`) || text.startsWith(`alter table ${name} `),
            ),
        )
        .map(({ what, instead }) => ({ statement: text.slice(0, 120), what, instead })),
    );
}

/** Whether the statement is about the table, not only points at it by a foreign key. */
function names(text: string, table: string): boolean {
  const about =
    /^(?:create (?:unique )?index .*? on|alter table(?: only)?|update|delete from|lock(?: table)?) "?(?:public"?\."?)?(\w+)/.exec(
      text,
    );
  return about?.[1] === table;
}

function statementsOf(migration: string): { readonly text: string; readonly isContract: boolean }[] {
  // A function's body is run when it is called, not here.
  const without = migration
    .replaceAll(/(\$\w*\$)[\s\S]*?\1/g, '$$$$')
    .replaceAll(/begin atomic[\s\S]*?\bend;/gi, 'body;');
  return without
    .split(/;|--> statement-breakpoint/)
    .map((part) => ({
      text: part.replaceAll(/--.*$/gm, '').replaceAll(/\s+/g, ' ').trim().toLowerCase(),
      isContract: /^\s*-- contract: \S+/m.test(part),
    }))
    .filter(({ text }) => text !== '');
}
