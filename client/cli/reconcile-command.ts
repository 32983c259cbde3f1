import type { Command } from 'commander';
import { example, uuid } from './arguments.ts';
import type { Json } from './arguments.ts';
import { confirm, yesFlag } from './confirm.ts';
import { show, table } from './output.ts';
import { withContext } from './surroundings.ts';

/** `bokslut reconcile`: after a restore. */
export function addReconcileCommand(program: Command): void {
  program
    .command('reconcile')
    .description(
      'after a restore: where the database, Temporal and Fortnox disagree, and what would be done (for ops; stop workers and servers first)',
    )
    .option('--firm <id>', 'that firm alone', uuid)
    .option('--apply', 'does it')
    .option(...yesFlag)
    .option('--json', 'for programs')
    .addHelpText('after', example('reconcile', 'reconcile --apply'))
    .action(({ firm, apply, yes, json }: ReconcileOptions) =>
      withContext(async (context) => {
        const { reconcile } = await import('../reconcile/reconcile.ts');
        const found = await reconcile(context, firm);
        show(
          json,
          found.map(({ mend: _, ...finding }) => finding),
          () =>
            table(
              ['firm', 'about', 'to do', 'why'],
              found.map((one) => [one.firmId, one.about, one.action, one.why]),
            ),
        );
        const mendable = found.filter(({ mend }) => mend);
        if (apply && mendable.length > 0) {
          await confirm(`Does ${mendable.length} of the above; all but look.`, yes);
          for (const { mend } of mendable) await mend?.();
        }
        if (found.length > (apply ? mendable.length : 0)) process.exitCode = 1;
      }),
    );
}

interface ReconcileOptions extends Json {
  readonly firm?: string;
  readonly apply?: true;
  readonly yes?: true;
}
