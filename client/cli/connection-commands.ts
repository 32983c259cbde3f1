import type { Command } from 'commander';
import type { Connection } from '../../db/stores/connections.ts';
import type { Caller, ClientContext } from '../close/context.ts';
import { uuid } from './arguments.ts';
import { confirm, yesFlag } from './confirm.ts';
import { show, table } from './output.ts';
import { asCaller, withContext } from './surroundings.ts';

/** `bokslut connection …` and `bokslut keys …`: the firm's logins at Fortnox and what seals them. */
export function addConnectionCommands(program: Command): void {
  const connection = program.command('connection').description("the firm's logins at Fortnox");

  connection
    .command('list')
    .description('all logins, with the last import or export that renewed each; never a token')
    .option('--json', 'for programs')
    .action(({ json }: { readonly json?: true }) =>
      asCaller('read', async (_, context, caller) => {
        const listed = await listLogins(context, caller);
        show(json, listed, () =>
          table(
            ['id', 'company', 'state', 'renewed', 'sealed with'],
            listed.map(({ id, company, state, renewedAt, keyId }) => [
              id,
              company,
              state,
              renewedAt,
              keyId ?? '–',
            ]),
          ),
        );
      }),
    );

  connection
    .command('revoke')
    .description('ends a login at once; it is revoked at Fortnox, again and again until that is certain')
    .argument('<id>', 'as connection list shows it', uuid)
    .option(...yesFlag)
    .action((id: string, { yes }: { readonly yes?: true }) =>
      asCaller('write', async (_, context, caller) => {
        const { disconnect } = await import('../close/fortnox-login.ts');
        const login = (await listLogins(context, caller)).find((one) => one.id === id);
        if (login?.state === 'valid') {
          await confirm(
            `Ends the login of ${login.company} for every close of the company. What is imported stays; to import or send again a person must log in again.`,
            yes,
          );
        }
        await disconnect(context, caller, id);
        console.log('Ended.');
      }),
    );

  program
    .command('keys')
    .description('the keys of TOKEN_KEYS')
    .command('rotate')
    .description(
      'seals the logins and webhook secrets of all firms with the first key of TOKEN_KEYS: put the new key first, rotate, then drop the old one',
    )
    .option('--firm <id>', 'of one firm alone', uuid)
    .option('--json', 'for programs')
    .action(({ firm, json }: { readonly firm?: string; readonly json?: true }) =>
      withContext(async (context) => {
        const { firmIds } = await import('../../db/stores/firms.ts');
        const { resealFirm } = await import('../close/reseal.ts');
        const firms = firm === undefined ? await firmIds(context.database) : [firm];
        const all = { firms: firms.length, resealed: 0, current: 0, busy: 0, lost: 0 };
        for (const [index, firmId] of firms.entries()) {
          const counts = await resealFirm(context, firmId);
          for (const name of ['resealed', 'current', 'busy', 'lost'] as const) all[name] += counts[name];
          if (process.stderr.isTTY) process.stderr.write(`\r${index + 1} of ${firms.length} firms`);
        }
        if (process.stderr.isTTY) process.stderr.write('\n');
        show(
          json,
          all,
          () =>
            `${all.firms} firm${all.firms === 1 ? '' : 's'}: sealed anew ${all.resealed}, already so ${all.current}, busy ${all.busy}, lost ${all.lost}`,
        );
        // Busy: somebody refreshes that login at this moment; with the old key still among them nothing is lost by it.
        if (all.busy + all.lost > 0) process.exitCode = 1;
      }),
    );
}

async function listLogins({ database }: ClientContext, { firmId }: Caller) {
  const { listCompanies } = await import('../../db/stores/companies.ts');
  const { listConnections } = await import('../../db/stores/connections.ts');
  return database.forFirm(firmId, async (tx) => {
    const names = new Map((await listCompanies(tx)).map(({ id, name }) => [id, name]));
    return (await listConnections(tx)).map((one) => ({
      id: one.id,
      company: names.get(one.companyId) ?? '',
      state: stateOf(one),
      renewedAt: one.renewedAt.toISOString(),
      keyId: one.keyId,
    }));
  });
}

function stateOf({ endedAt, endReason, revokePendingAt, revokedAt }: Connection): string {
  if (endedAt === null) return 'valid';
  return revokePendingAt !== null && revokedAt === null
    ? `${endReason}, to be revoked`
    : (endReason ?? 'ended');
}
