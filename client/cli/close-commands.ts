import type { Command } from 'commander';
import { accountsListed } from '../../accounting/account-set.ts';
import type { AccountNumber } from '../../accounting/books.ts';
import type { IsoDate } from '../../accounting/dates.ts';
import { ore } from '../../accounting/money.ts';
import { Problem } from '../../accounting/problem.ts';
import type { Phase } from '../../workflows/messages.ts';
import type { CloseClient } from '../close-client.ts';
import { date, days, example, oneOf, organisationNumber, uuid, wholeNumber } from './arguments.ts';
import type { Json } from './arguments.ts';
import { chosen, listTable } from './close-list.ts';
import type { CloseFilter } from './close-list.ts';
import { describe, standing } from './close-status.ts';
import { confirm, yesFlag } from './confirm.ts';
import { follow } from './follow.ts';
import { show } from './output.ts';
import { asCaller } from './surroundings.ts';

const phases: readonly Phase[] = [
  'awaitingConnection',
  'importing',
  'generatingAttachments',
  'adjusting',
  'exporting',
  'completing',
  'completed',
  'cancelled',
];

interface Follow {
  readonly follow?: true;
}
interface Yes {
  readonly yes?: true;
}

const followFlag = ['--follow', 'shows it at work until it waits for a person or has ended'] as const;
const idArgument = ['<id>', 'as close list shows it', uuid] as const;

/** `bokslut close …`: what a close's page offers, for programs and for ops. */
export function addCloseCommands(program: Command): void {
  const close = program.command('close').description('year-end closes of the firm of BOKSLUT_API_KEY');

  close
    .command('start')
    .description("starts the close of a company's financial year")
    .requiredOption('--company <name>', "the company's name")
    .requiredOption('--organisation-number <number>', 'with a hyphen: 999999-0107', organisationNumber)
    .requiredOption('--from <date>', 'first day of the financial year', date)
    .requiredOption('--to <date>', 'last day: the balance date', date)
    .option('--sie', 'the books come from a SIE file that is uploaded, not from Fortnox')
    .option('--receivables <accounts>', 'that the customer ledger ties to: 1510,1511', accountsListed)
    .option('--payables <accounts>', 'that the supplier ledger ties to: 2440,2441', accountsListed)
    .option('--json', 'for programs')
    .addHelpText(
      'after',
      example(
        'close start --company "Exempel AB" --organisation-number 999999-0107 --from 2025-01-01 --to 2025-12-31',
      ),
    )
    .action((options: StartOptions) =>
      asCaller('write', async (closes) => {
        const { id } = await closes.start({
          company: { name: options.company, organisationNumber: options.organisationNumber },
          year: { from: options.from, to: options.to },
          settings: {
            source: options.sie ? 'sie' : 'fortnox',
            materialityOre: ore(100_00),
            accountSets: { receivables: options.receivables ?? [], payables: options.payables ?? [] },
          },
        });
        show(options.json, { id }, () => `Started: ${id}`);
      }),
    );

  close
    .command('list')
    .description(
      'the closes of the firm, newest balance date first; all, or those that every option given fits',
    )
    .option('--phase <phase>', phases.join(', '), oneOf(phases))
    .option('--attention [code]', 'those that need a person; of one problem when its code is given')
    .option('--login-expires-within <days>', 'those whose login at Fortnox runs out by then: 7d', days)
    .option('--company <text>', "in the company's name or organisation number")
    .option('--json', 'for programs')
    .addHelpText(
      'after',
      example('close list --attention', 'close list --login-expires-within 7d --phase adjusting --json'),
    )
    .action(({ json, ...filter }: Json & CloseFilter) =>
      asCaller('read', async (_, context, caller) => {
        const { allCloses } = await import('../close/overview.ts');
        const listed = chosen(await allCloses(context, caller), filter);
        show(json, listed, () => listTable(listed));
      }),
    );

  close
    .command('status')
    .description('where a close stands, what happens next, and how')
    .argument(...idArgument)
    .option('--json', 'for programs')
    .action((id: string, { json }: Json) =>
      asCaller('read', async (closes, { publicUrl }) => {
        const view = await closes.of(id).view();
        show(json, standing(view, publicUrl), () => describe(view, publicUrl));
      }),
    );

  close
    .command('follow')
    .description(
      'shows a close at work until it waits for a person (0), needs one to mend something (1), or has ended (0)',
    )
    .argument(...idArgument)
    .option('--json', 'a line of JSON for each change')
    .action((id: string, { json }: Json) =>
      asCaller('read', async (closes) => {
        process.exitCode = await follow(closes.of(id), json);
      }),
    );

  close
    .command('import')
    .description('asks for a new import of the books')
    .argument(...idArgument)
    .option(...followFlag)
    .action((id: string, options: Follow) =>
      told('write', options, id, 'The import is asked for.', (one) => one.requestImport()),
    );

  close
    .command('ask')
    .description(
      'tells those who may approve that a saved revision waits for them; once a revision and import',
    )
    .argument(...idArgument)
    .requiredOption('--revision <number>', 'the revision that is ready', wholeNumber)
    .action((id: string, { revision }: { readonly revision: number }) =>
      told('write', {}, id, 'They are told.', (one) => one.askForApproval(revision)),
    );

  close
    .command('approve')
    .description('approves a saved revision of the adjustments for export into a voucher series')
    .argument(...idArgument)
    .requiredOption('--revision <number>', 'the revision that was read and is meant', wholeNumber)
    .requiredOption('--series <code>', 'one of the manual series of the year')
    .option('--not-final', 'the close goes back to adjusting after the export')
    .option(...followFlag)
    .option('--json', 'for programs')
    .addHelpText('after', example('close approve ID --revision 2 --series K --follow'))
    .action((id: string, options: ApproveOptions) =>
      asCaller('approve', async (closes) => {
        const { approval, vouchers } = await approve(closes.of(id), options);
        show(
          options.json,
          { approvalId: approval.id, vouchers },
          () =>
            `Approved: ${approval.id}. ${vouchers} voucher${vouchers === 1 ? '' : 's'} to be sent into series ${options.series}.`,
        );
        if (options.follow) process.exitCode = await follow(closes.of(id), options.json);
      }),
    );

  close
    .command('retry')
    .description('what was wrong is mended: the same step again')
    .argument(...idArgument)
    .option(...followFlag)
    .action((id: string, options: Follow) =>
      told('write', options, id, 'The step is tried again.', (one) => one.retry()),
    );

  close
    .command('cancel')
    .description('calls a close off; possible until its first voucher was sent')
    .argument(...idArgument)
    .option(...yesFlag)
    .action((id: string, { yes }: Yes) =>
      told('write', {}, id, 'The close is called off.', async (one) => {
        const { company, engagement, status } = await one.view();
        if (!status.allowed.includes('cancel')) return one.cancel();
        await confirm(
          `Calls off the close of ${company.name}, balance date ${engagement.yearTo} (${status.phase}). Nothing was sent to Fortnox; imports, attachments and adjustments are kept, and it can be reopened.`,
          yes,
        );
        return one.cancel();
      }),
    );

  close
    .command('reopen')
    .description(
      'opens a close that has ended again, as a new run; what was approved and sent stays as it is',
    )
    .argument(...idArgument)
    .option(...yesFlag)
    .action((id: string, { yes }: Yes) =>
      asCaller('write', async (closes) => {
        const { company, engagement, status } = await closes.of(id).view();
        if (status.phase === 'completed' || status.phase === 'cancelled') {
          await confirm(
            `Opens the close of ${company.name}, balance date ${engagement.yearTo}, again as run ${engagement.run + 1}. Its binder stays; a new one is made when it is completed again.`,
            yes,
          );
        }
        console.log(`Opened: run ${await closes.of(id).reopen()}.`);
      }),
    );
}

interface StartOptions extends Json {
  readonly company: string;
  readonly organisationNumber: string;
  readonly from: IsoDate;
  readonly to: IsoDate;
  readonly sie?: true;
  readonly receivables?: readonly AccountNumber[];
  readonly payables?: readonly AccountNumber[];
}

interface ApproveOptions extends Json, Follow {
  readonly revision: number;
  readonly series: string;
  readonly notFinal?: true;
}

type Close = ReturnType<CloseClient['of']>;

/** A message to a close, and that it was taken. */
function told(
  scope: 'write',
  options: Follow,
  id: string,
  done: string,
  tell: (close: Close) => Promise<unknown>,
): Promise<void> {
  return asCaller(scope, async (closes) => {
    await tell(closes.of(id));
    console.log(done);
    if (options.follow) process.exitCode = await follow(closes.of(id), false);
  });
}

async function approve(close: Close, options: ApproveOptions) {
  const { revision, snapshot, toSend } = await close.preflight();
  if (revision?.revision !== options.revision) {
    throw new Problem({
      code: 'approval.stale',
      what: `Den senast sparade revisionen är ${revision?.revision ?? 0}, inte ${options.revision}.`,
      advice: 'Läs igenom den senaste revisionen och godkänn den.',
    });
  }
  const approval = await close.approve({
    revision: revision.revision,
    revisionHash: revision.hash,
    snapshotId: snapshot.id,
    series: options.series,
    final: options.notFinal !== true,
  });
  return { approval, vouchers: toSend.length };
}
