import type { Command } from 'commander';
import { example, uuid } from './arguments.ts';
import type { Json } from './arguments.ts';
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
    .option('--json', 'for programs')
    .addHelpText('after', example('reconcile', 'reconcile --apply'))
    .action(({ firm, apply, json }: { readonly firm?: string; readonly apply?: true } & Json) =>
      withContext(async (context) => {
        const { reconcile } = await import('../reconcile/reconcile.ts');
        const found = await reconcile(context, firm);
        if (apply) for (const { mend } of found) await mend?.();
        const left = found.filter(({ mend }) => !apply || mend === undefined);
        show(
          json,
          found.map(({ mend: _, ...finding }) => finding),
          () =>
            table(
              ['firm', 'about', apply ? 'done' : 'to do', 'why'],
              found.map((one) => [one.firmId, one.about, one.action, one.why]),
            ),
        );
        if (left.length > 0) process.exitCode = 1;
      }),
    );
}
