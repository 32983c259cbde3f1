import { readFile, writeFile } from 'node:fs/promises';
import type { Command } from 'commander';
import type { Caller, ClientContext } from '../close/context.ts';
import type { Download } from '../close/files.ts';
import { uuid } from './arguments.ts';
import type { Json } from './arguments.ts';
import { show, table } from './output.ts';
import { asCaller } from './surroundings.ts';

interface To {
  readonly to?: string;
}

const idArgument = ['<id>', 'as close list shows it', uuid] as const;
const toOption = ['--to <file>', 'where it is written; by its own name when left out'] as const;

/** `bokslut binder|history|documentation|order …`: what a close leaves on paper. */
export function addDocumentCommands(program: Command): void {
  const binder = program.command('binder').description('binders (årsakter)');
  binder
    .command('verify')
    .description('whether every byte is as it was sealed; names each document that is not')
    .argument('<file>', 'a binder, .zip')
    .option('--json', 'for programs')
    .action(async (file: string, options: Json) => {
      const { verifyBinder } = await import('../../documents/verify-binder.ts');
      const verdict = verifyBinder(await readFile(file));
      show(options.json, verdict, () =>
        verdict.ok
          ? `Whole: ${verdict.files} documents, manifest ${verdict.manifestSha256}`
          : verdict.faults.map((fault) => `${fault.file || file}: ${fault.what}`).join('\n'),
      );
      process.exitCode = verdict.ok ? 0 : 1;
    });
  binder
    .command('fetch')
    .description('the binder of a completed close')
    .argument(...idArgument)
    .option(...toOption)
    .action((id: string, { to }: To) => fetch(to, (_, closes) => closes.of(id).binder()));

  const history = program.command('history').description('the processing history (behandlingshistorik)');
  history
    .command('show')
    .description('who did what, and when, oldest first')
    .argument(...idArgument)
    .option('--json', 'for programs')
    .action((id: string, { json }: Json) =>
      asCaller('read', async (closes) => {
        const { historyEntry } = await import('../../documents/history-entry.ts');
        const lines = await closes.of(id).history();
        const listed = lines.map(({ at, who, actor, event, details }) => ({
          at: at.toISOString(),
          who,
          actor,
          event,
          details,
        }));
        show(json, listed, () =>
          table(
            ['at (UTC)', 'who', 'what', 'concerns'],
            lines.map((line) => {
              const { at, who, what, concerns = '' } = historyEntry(line, line.who);
              return [at.slice(0, 19).replace('T', ' '), who, what, concerns];
            }),
          ),
        );
      }),
    );
  history
    .command('print')
    .description('the same as PDF/A')
    .argument(...idArgument)
    .option(...toOption)
    .action((id: string, { to }: To) =>
      fetch(to, async ({ context, caller }) =>
        (await import('../close/print.ts')).historyFile(context, caller, id, 'pdf'),
      ),
    );

  program
    .command('documentation')
    .description('the systemdokumentation of a close (bokföringslagen 5:11)')
    .command('print')
    .description('as PDF/A')
    .argument(...idArgument)
    .option(...toOption)
    .action((id: string, { to }: To) =>
      fetch(to, async ({ context, caller }) =>
        (await import('../close/print.ts')).systemDocumentationPdf(context, caller, id),
      ),
    );

  program
    .command('order')
    .description('the bokföringsorder of a close')
    .command('fetch')
    .description('what is saved and not yet in Fortnox, as a SIE 4I file')
    .argument(...idArgument)
    .option('--series <code>', "the latest approval's when left out")
    .option(...toOption)
    .action((id: string, { to, series }: To & { readonly series?: string }) =>
      fetch(to, (_, closes) => closes.of(id).orderSie(series)),
    );
}

interface Known {
  readonly context: ClientContext;
  readonly caller: Caller;
}
type Closes = Parameters<Parameters<typeof asCaller>[1]>[0];

/** Writes a file and says where; one that is there already is not written over unless it was named. */
const fetch = (
  to: string | undefined,
  read: (known: Known, closes: Closes) => Promise<Download>,
): Promise<void> =>
  asCaller('read', async (closes, context, caller) => {
    const { name, bytes } = await read({ context, caller }, closes);
    await writeFile(to ?? name, bytes, { flag: to === undefined ? 'wx' : 'w' });
    console.log(to ?? name);
  });
