import type { Command } from 'commander';
import { Problem } from '../../accounting/problem.ts';
import { isoDate } from '../../accounting/dates.ts';
import type { Eraser } from '../../db/erase.ts';
import { example, uuid } from './arguments.ts';
import type { Json } from './arguments.ts';
import { confirm, yesFlag } from './confirm.ts';
import { show, table } from './output.ts';
import { asOperator, surroundings, withContext } from './surroundings.ts';

interface OfFirm {
  readonly firm?: string;
}
interface Apply {
  readonly apply?: true;
  readonly yes?: true;
}
const firmOption = ['--firm <id>', 'that firm alone', uuid] as const;
const listed = (closes: readonly { readonly id: string; readonly keptUntil: string }[]): string =>
  closes.map(({ id, keptUntil }) => `${id} (${keptUntil})`).join(', ') || '–';

/** `bokslut retention`, `archive` and `firm erase`: what is kept, for how long, and what goes (for ops). */
export function addRetentionCommands(program: Command): void {
  program
    .command('retention')
    .description(
      'what need not be kept any more, of all firms: what would go, or with --apply goes (for ops)',
    )
    .option(...firmOption)
    .option(
      '--apply',
      'sweeps what has run out, and erases closes after their seventh year; needs DATABASE_ADMIN_URL',
    )
    .option(...yesFlag)
    .option('--json', 'for programs')
    .addHelpText('after', example('retention', 'retention --apply'))
    .action(({ firm, apply, yes, json }: OfFirm & Apply & Json) =>
      asOperator(async ({ database }) => {
        const { discard, overdue } = await import('../retention/retention.ts');
        const found = await overdue(database, isoDate(new Date().toISOString().slice(0, 10)), firm);
        show(json, found, () =>
          table(
            [
              'firm',
              'closes after their time',
              'under way, so kept',
              'sessions',
              'login attempts',
              'idempotency keys',
            ],
            found.map(({ firmId, closes, open, runOut }) => [
              firmId,
              listed(closes),
              listed(open),
              String(runOut.sessions),
              String(runOut.loginAttempts),
              String(runOut.idempotencyKeys),
            ]),
          ),
        );
        if (!apply) return;
        const count = found.flatMap(({ closes }) => closes).length;
        if (count > 0) await confirm(`Erases ${count} closes after their time. It cannot be undone.`, yes);
        await withEraser((eraser) => discard(database, eraser, found));
      }),
    );

  program
    .command('archive')
    .description(
      "copies every close's newest binder to other storage, and verifies those that are there (for ops)",
    )
    .requiredOption('--to <folder>', 'FOLDER/<firm>/<close>/<hash>.zip')
    .option(...firmOption)
    .option('--json', 'for programs')
    .addHelpText('after', example('archive --to /mnt/archive'))
    .action(({ to, firm, json }: OfFirm & Json & { readonly to: string }) =>
      asOperator(async ({ database }) => {
        const { archive } = await import('../retention/archive.ts');
        const found = await archive(database, { folder: to, firmId: firm, write: true });
        const unbound = found.filter(({ state }) => state === 'unbound');
        show(json, found, () =>
          [
            `Binders: ${found.length - unbound.length}, each whole.`,
            ...unbound.map(
              ({ engagementId }) => `No binder holds all of close/${engagementId}: complete it.`,
            ),
          ].join('\n'),
        );
        if (unbound.length > 0) process.exitCode = 1;
      }),
    );

  program.commands
    .find((command) => command.name() === 'firm')
    ?.command('erase')
    .description('erases a firm: revokes its logins, ends its workflows, deletes all that it has left here')
    .argument('<id>', 'as firm list shows it', uuid)
    .option('--archived <folder>', 'where "archive" has put the binders of closes that must still be kept')
    .option('--apply', 'does it; needs DATABASE_ADMIN_URL')
    .option(...yesFlag)
    .option('--json', 'for programs')
    .addHelpText(
      'after',
      example('firm erase ID --archived /mnt/archive', 'firm erase ID --archived /mnt/archive --apply'),
    )
    .action((firmId: string, { archived, apply, yes, json }: EraseOptions) =>
      withContext(async (context) => {
        const { eraseFirm, firmErasure } = await import('../retention/erase-firm.ts');
        const erasure = await firmErasure(context, firmId, archived);
        show(json, erasure, () =>
          [
            table(
              ['close', 'to be kept until', 'may go, since it is'],
              erasure.closes.map((one) => [one.id, one.keptUntil, one.because]),
            ),
            `Logins at Fortnox to be revoked: ${erasure.logins.length}`,
          ].join('\n'),
        );
        if (!apply) {
          if (erasure.closes.some(({ because }) => because === 'held')) process.exitCode = 1;
          return;
        }
        await confirm(
          `Erases the firm ${firmId} with ${erasure.closes.length} closes. It cannot be undone.`,
          yes,
        );
        await withEraser((eraser) => eraseFirm(context, eraser, erasure));
      }),
    );
}

interface EraseOptions extends Apply, Json {
  readonly archived?: string;
}

async function withEraser(work: (eraser: Eraser) => Promise<void>): Promise<void> {
  const adminUrl = surroundings()['DATABASE_ADMIN_URL'];
  if (!adminUrl) throw new Problem(noOwner);
  const { openEraser } = await import('../../db/erase.ts');
  const eraser = openEraser(adminUrl);
  try {
    await work(eraser);
  } finally {
    await eraser.end();
  }
}

const noOwner = {
  code: 'cli.admin-url-missing',
  what: 'Bara den som äger tabellerna kan radera, och DATABASE_ADMIN_URL är inte satt.',
  advice: 'Sätt DATABASE_ADMIN_URL till tabellernas ägare, som för npm run migrate.',
};
