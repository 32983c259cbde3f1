import { Command, CommanderError } from 'commander';
import { addCloseCommands } from './close-commands.ts';
import { addConnectionCommands } from './connection-commands.ts';
import { addDocumentCommands } from './document-commands.ts';
import { addFirmCommands } from './firm-commands.ts';
import { addNotifyCommands } from './notify-commands.ts';
import { complain } from './output.ts';
import { addReconcileCommand } from './reconcile-command.ts';
import { addRetentionCommands } from './retention-commands.ts';
import { sieCheck } from './sie-check.ts';
import { sieDiff } from './sie-diff.ts';

/**
 * `npm run bokslut -- …`. Exit codes: 0 it is so or is done; 1 it is not, or was refused, with the reason; 2 the command
 * is not understood, or a file of two cannot be compared.
 */
const program = new Command('bokslut')
  .description('Year-end closes from the command line, and checks that need nothing but a file.')
  .showHelpAfterError('(--help shows the commands)')
  .addHelpText(
    'after',
    `
Examples:
  npm run bokslut -- doctor
  npm run bokslut -- sie check bokforing.se
  npm run bokslut -- close list --attention
  npm run bokslut -- close status ID
  npm run bokslut -- binder verify out/demo/binder.zip

sie, binder verify and doctor need nothing else; firm needs DATABASE_URL; the others need DATABASE_URL, TEMPORAL_ADDRESS,
FORTNOX_CLIENT_ID, FORTNOX_CLIENT_SECRET, TOKEN_KEYS, PUBLIC_URL and BOKSLUT_API_KEY (keys rotate: no API key). While "npm
start" runs here they take its settings, and none has to be set.
Exit codes: 0 it is so or is done; 1 it is not, or was refused, with the reason; 2 the command is not understood.`,
  )
  .exitOverride();

const sie = program.command('sie').description('SIE files, read as an import reads them');
sie
  .command('check')
  .description('what each file is and what is wrong with it')
  .argument('<file...>', 'SIE files of any type')
  .option('--json', 'one line of JSON a file')
  .action(async (files: string[], options: { json?: boolean }) => {
    process.exitCode = await sieCheck(files, options);
  });
sie
  .command('diff')
  .description('what B has that A has not, voucher by voucher')
  .argument('<a>')
  .argument('<b>')
  .action(async (a: string, b: string) => {
    process.exitCode = await sieDiff(a, b);
  });

addCloseCommands(program);
addDocumentCommands(program);
addConnectionCommands(program);
addNotifyCommands(program);
addFirmCommands(program);
addReconcileCommand(program);
addRetentionCommands(program);

program
  .command('doctor')
  .description('what a run stands on: what is there, what is missing, how to mend it')
  .action(async () => {
    const { doctor } = await import('./doctor.ts');
    process.exitCode = await doctor();
  });

// Who reads the output may have had enough of it: `… | head`.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
  process.exit(process.exitCode);
});

// npm runs scripts in the checkout; files are named from where the person stands.
if (process.env['INIT_CWD']) process.chdir(process.env['INIT_CWD']);
try {
  await program.parseAsync();
} catch (error) {
  if (error instanceof CommanderError) {
    // Help was asked for, or commander has said on the standard error output what it does not understand.
    process.exitCode = error.exitCode === 0 ? 0 : 2;
  } else {
    complain(error);
    process.exitCode = 1;
  }
}
