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
  /** Only on tables that are large. */
  readonly onLarge?: true;
  /** A line `-- expand: …` above the statement says why the release before never meets it. */
  readonly orExpand?: true;
  readonly what: string;
  readonly instead: string;
}

const contract =
  'Do it a release after the last code that knows it, under a line "-- contract: <why nobody needs it>".';

/**
 * `db/README.md`, "A change while the program runs". Each rule sees one statement, in lower case and on one line. That of a
 * table which the migration itself makes is nobody's yet.
 */
const rules: readonly Rule[] = [
  {
    // Constraints and indexes too: `on conflict` rests on them. Without a policy its rows are hidden, and refused.
    finds: /^drop\b|^alter (table|type|domain|view) .*\bdrop (?!not null\b|default\b)/,
    what: 'takes away what the release before still asks for',
    instead: contract,
  },
  {
    finds: /\badd (constraint \S+ )?(check|foreign key|exclude|unique|primary key)\b|^create unique index\b/,
    orExpand: true,
    what: 'refuses rows that the release before may write',
    instead: `Say under a line "-- expand: <why it never writes them>". Else: ${contract}`,
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
    finds: /^(with\b.*\b)?(update|delete from|merge into)\b/,
    onLarge: true,
    what: 'changes every row in one transaction',
    instead: 'Fill it in parts, by a command that may be stopped.',
  },
  {
    finds: /^(lock|truncate|vacuum full|cluster|reindex (?!.*concurrently))\b/,
    what: 'locks a table for all',
    instead: 'Without.',
  },
];

/** What is dangerous in a migration, but for what a line `-- contract: …` or `-- expand: …` above it stands for. */
export function dangersOf(migration: string): Danger[] {
  const statements = statementsOf(migration);
  const made = new Set(
    statements.flatMap(({ text }) => /^create table (?:if not exists )?"?(\w+)"?/.exec(text)?.[1] ?? []),
  );
  return statements
    .filter(({ text, isContract }) => !isContract && !tablesIn(text).some((table) => made.has(table)))
    .flatMap(({ text, isExpand }) =>
      rules
        .filter(({ orExpand }) => !(orExpand && isExpand))
        .filter(({ finds, onLarge }) => finds.test(text) && (!onLarge || tablesIn(text).some(isLarge)))
        .map(({ what, instead }) => ({ statement: text.slice(0, 120), what, instead })),
    );
}

/** A name that is put in while it runs (`%I`) may be any. */
const isLarge = (table: string): boolean => table.startsWith('%') || large.some((name) => name === table);

/** The tables that the statement is about, not those that it only points at by a foreign key. */
function tablesIn(text: string): string[] {
  const about =
    /^(?:create (?:unique )?index .*? on|drop policy .*? on|alter table(?: if exists)?|lock(?: table)?)(?: only)? "?(?:public"?\."?)?(%?\w+)/.exec(
      text,
    );
  if (about) return [about[1]!];
  if (!/^(?:with|update|delete|merge)\b/.test(text)) return [];
  const changed = /\b(?:update|delete from|merge into)(?: only)? "?(?:public"?\."?)?(%?\w+)/g;
  return [...text.matchAll(changed)].map(([, table]) => table!);
}

interface Statement {
  readonly text: string;
  readonly isContract: boolean;
  readonly isExpand: boolean;
}

function statementsOf(migration: string): Statement[] {
  const bodies: string[] = [];
  const statements = migration
    .replaceAll(/(\$\w*\$)([\s\S]*?)\1/g, (_, _quote, body: string) => `$${bodies.push(body) - 1}$`)
    .replaceAll(/begin atomic[\s\S]*?\bend;/gi, 'body;')
    .split(/;|--> statement-breakpoint/)
    .flatMap((part) => {
      const text = part.replaceAll(/--.*$/gm, '').replaceAll(/\s+/g, ' ').trim().toLowerCase();
      const said = {
        isContract: /^\s*-- contract: \S+/m.test(part),
        isExpand: /^\s*-- expand: \S+/m.test(part),
      };
      // A function's body is run when it is called; that of DO here and now, and so is each statement that it puts together.
      const body = bodies[Number(/^do (?:language \w+ )?\$(\d+)\$/.exec(text)?.[1])];
      if (body === undefined) return [{ text, ...said }];
      return statementsOf(
        body.replaceAll(/\b(begin|loop|then|else)\b|\bexecute\s+(format\s*\(\s*)?'/gi, ';'),
      ).map((one) => ({
        text: one.text,
        isContract: one.isContract || said.isContract,
        isExpand: one.isExpand || said.isExpand,
      }));
    })
    .filter(({ text }) => text !== '');
  // As an index is made CONCURRENTLY: what an attempt that failed has left goes first.
  const made = new Set(statements.flatMap(({ text }) => indexIn(/^create (?:unique )?index/, text)));
  return statements.filter(({ text }) => !indexIn(/^drop index/, text).some((name) => made.has(name)));
}

function indexIn(head: RegExp, text: string): string[] {
  const rest = text.replace(head, '');
  if (rest === text) return [];
  return [/^(?: concurrently)?(?: if (?:not )?exists)? "?(\w+)/.exec(rest)?.[1] ?? ''];
}
