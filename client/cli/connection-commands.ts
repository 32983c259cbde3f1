import type { Command } from 'commander';
import type { Connection } from '../../db/stores/connections.ts';
import type { Caller, ClientContext } from '../close/context.ts';
import { resealWebhooks } from '../notify/endpoints.ts';
import { uuid } from './close-commands.ts';
import { show, table } from './output.ts';
import { asCaller } from './surroundings.ts';

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
    .action((id: string) =>
      asCaller('write', async (_, context, caller) => {
        const { disconnect } = await import('../close/fortnox-login.ts');
        await disconnect(context, caller, id);
      }),
    );

  program
    .command('keys')
    .description('the keys of TOKEN_KEYS')
    .command('rotate')
    .description(
      "seals the firm's logins and webhook secrets with the first key of TOKEN_KEYS: put the new key first, rotate, then drop the old one",
    )
    .action(() =>
      asCaller('write', async (_, context, caller) => {
        const counts = await rotate(context, caller);
        console.log(`sealed anew ${counts.resealed}, already so ${counts.current}, busy ${counts.busy}`);
        // Somebody refreshes that login at this moment: with the old key still among them nothing is lost.
        if (counts.busy > 0) process.exitCode = 1;
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

async function rotate(context: ClientContext, caller: Caller) {
  const { database, custody } = context;
  const { firmId } = caller;
  const counts = { resealed: await resealWebhooks(context, caller), current: 0, busy: 0 };
  const { listConnections } = await import('../../db/stores/connections.ts');
  const connections = await database.forFirm(firmId, listConnections);
  for (const { id, keyId } of connections) {
    if (keyId !== null) counts[await custody.reseal(firmId, id)] += 1;
  }
  return counts;
}
