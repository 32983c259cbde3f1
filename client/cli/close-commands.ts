import { InvalidArgumentError } from 'commander';
import type { Command } from 'commander';
import { z } from 'zod';
import { parseIsoDate } from '../../accounting/dates.ts';
import type { IsoDate } from '../../accounting/dates.ts';
import { ore } from '../../accounting/money.ts';
import { Problem } from '../../accounting/problem.ts';
import type { CloseStatus } from '../../workflows/messages.ts';
import type { CloseClient } from '../close-client.ts';
import type { CloseLine } from '../close/overview.ts';
import { show, table } from './output.ts';
import { asCaller } from './surroundings.ts';

interface Json {
  readonly json?: true;
}

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
          settings: { source: options.sie ? 'sie' : 'fortnox', materialityOre: ore(100_00) },
        });
        show(options.json, { id }, () => `Started: ${id}`);
      }),
    );

  close
    .command('list')
    .description('all closes of the firm, newest balance date first')
    .option('--json', 'for programs')
    .action(({ json }: Json) =>
      asCaller('read', async (closes) => {
        const listed = await listAll(closes);
        show(json, listed, () =>
          table(
            ['id', 'company', 'balance date', 'phase', 'login until', 'needs'],
            listed.map((one) => [
              one.id,
              one.company,
              one.balanceDate,
              one.phase ?? '',
              one.loginExpiresAt?.slice(0, 10) ?? '',
              one.attention ?? '',
            ]),
          ),
        );
      }),
    );

  close
    .command('status')
    .description('where a close stands, and what may be done next')
    .argument('<id>', 'as close list shows it', uuid)
    .option('--json', 'for programs')
    .action((id: string, { json }: Json) =>
      asCaller('read', async (closes) => {
        const status = await closes.of(id).status();
        show(json, status, () => describe(status));
      }),
    );

  close
    .command('approve')
    .description('approves a saved revision of the adjustments for export into a voucher series')
    .argument('<id>', 'as close list shows it', uuid)
    .requiredOption('--revision <number>', 'the revision that was read and is meant', wholeNumber)
    .requiredOption('--series <code>', 'one of the manual series of the year')
    .option('--not-final', 'the close goes back to adjusting after the export')
    .option('--json', 'for programs')
    .addHelpText('after', example('close approve ID --revision 2 --series K'))
    .action((id: string, options: ApproveOptions) =>
      asCaller('approve', async (closes) => {
        const approval = await approve(closes.of(id), options);
        show(options.json, { approvalId: approval.id }, () => `Approved: ${approval.id}`);
      }),
    );

  close
    .command('retry')
    .description('what was wrong is mended: the same step again')
    .argument('<id>', 'as close list shows it', uuid)
    .action((id: string) => asCaller('write', (closes) => closes.of(id).retry()));

  close
    .command('cancel')
    .description('calls a close off; possible until its first voucher was sent')
    .argument('<id>', 'as close list shows it', uuid)
    .action((id: string) => asCaller('write', (closes) => closes.of(id).cancel()));
}

interface StartOptions extends Json {
  readonly company: string;
  readonly organisationNumber: string;
  readonly from: IsoDate;
  readonly to: IsoDate;
  readonly sie?: true;
}

interface ApproveOptions extends Json {
  readonly revision: number;
  readonly series: string;
  readonly notFinal?: true;
}

async function approve(close: ReturnType<CloseClient['of']>, options: ApproveOptions) {
  const { revision, snapshot } = await close.preflight();
  if (revision?.revision !== options.revision) {
    throw new Problem({
      code: 'approval.stale',
      what: `Den senast sparade revisionen är ${revision?.revision ?? 0}, inte ${options.revision}.`,
      advice: 'Läs igenom den senaste revisionen och godkänn den.',
    });
  }
  return close.approve({
    revision: revision.revision,
    revisionHash: revision.hash,
    snapshotId: snapshot.id,
    series: options.series,
    final: options.notFinal !== true,
  });
}

/** Every page of the list. */
async function listAll(closes: CloseClient) {
  const lines: CloseLine[] = [];
  let after: string | undefined;
  do {
    const page = await closes.list(after === undefined ? {} : { after });
    lines.push(...page.lines);
    after = page.next;
  } while (after !== undefined);
  return lines.map(({ engagement, company, phase, attention, loginExpiresAt }) => ({
    id: engagement.id,
    company: company.name,
    balanceDate: engagement.yearTo,
    phase,
    /** The code of what a person must mend. */
    attention,
    loginExpiresAt: loginExpiresAt?.toISOString() ?? null,
  }));
}

const loginOf = ({ login }: CloseStatus): string =>
  login.state === 'valid' ? `until ${new Date(login.expiresAtMs).toISOString().slice(0, 10)}` : login.state;

function describe(status: CloseStatus): string {
  const { phase, doing, attention, snapshot, allowed } = status;
  const lines = [
    `phase     ${phase}: ${doing}`,
    `login     ${loginOf(status)}`,
    `snapshot  ${snapshot?.id ?? '–'}`,
    `export    ${status.export ? `${status.export.confirmed} of ${status.export.total} confirmed` : '–'}`,
    `may       ${allowed.join(', ') || '–'}`,
  ];
  if (attention)
    lines.push(`needs     ${attention.what} ${attention.advice} [${attention.code}] in ${attention.step}`);
  return lines.join('\n');
}

const example = (command: string): string => `\nExample:\n  npm run bokslut -- ${command}`;

export function uuid(text: string): string {
  if (z.uuid().safeParse(text).success) return text;
  throw new InvalidArgumentError('It is no id: take one from the list.');
}

function organisationNumber(text: string): string {
  if (/^\d{6}-\d{4}$/.test(text)) return text;
  throw new InvalidArgumentError('Six digits, a hyphen, four digits.');
}

function date(text: string): IsoDate {
  const read = parseIsoDate(text);
  if (read === undefined) throw new InvalidArgumentError('A day as YYYY-MM-DD.');
  return read;
}

function wholeNumber(text: string): number {
  if (/^[1-9]\d{0,8}$/.test(text)) return Number(text);
  throw new InvalidArgumentError('A whole number from 1.');
}
