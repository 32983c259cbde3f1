import type { Command } from 'commander';
import { Problem } from '../../accounting/problem.ts';
import type { Role } from '../../db/schema/firm.ts';
import type { User } from '../../db/stores/users.ts';
import type { Scope } from '../close/api-keys.ts';
import { example, oneOf, uuid } from './arguments.ts';
import type { Json } from './arguments.ts';
import { confirm, yesFlag } from './confirm.ts';
import { show, table } from './output.ts';
import { asOperator } from './surroundings.ts';

const roles: readonly Role[] = ['preparer', 'reviewer', 'administrator'];
const scopes: readonly Scope[] = ['read', 'write', 'approve'];

interface OfFirm {
  readonly firm?: string;
}
interface Yes {
  readonly yes?: true;
}

const firmOption = ['--firm <id>', 'as firm list shows it; without, that of BOKSLUT_API_KEY', uuid] as const;

/** `bokslut firm …`: the firms, their people and their keys. Needs the database alone, and no firm's key. */
export function addFirmCommands(program: Command): void {
  const firm = program.command('firm').description('the accounting firms, their people and keys (for ops)');

  firm
    .command('create')
    .description('makes a firm; add its people and a key after')
    .requiredOption('--name <name>', "the firm's name")
    .option('--four-eyes', 'nobody approves what they saved themselves')
    .option('--json', 'for programs')
    .addHelpText(
      'after',
      example(
        'firm create --name "Exempelbyrån AB" --four-eyes',
        'firm user add --firm ID --name "Anna Exempel" --email anna@example.com --role administrator --issuer https://login.example.com --subject 00u1',
        'firm key create --firm ID --name "Host product" --scopes read,write',
      ),
    )
    .action(({ name, fourEyes, json }: { readonly name: string; readonly fourEyes?: true } & Json) =>
      asOperator(async ({ database }) => {
        const { foundFirm } = await import('../close/firm.ts');
        const made = await foundFirm(database, { name, fourEyes: fourEyes === true });
        show(json, { id: made.firmId }, () => `Created: ${made.firmId}`);
      }),
    );

  firm
    .command('list')
    .description('all firms')
    .option('--json', 'for programs')
    .action(({ json }: Json) =>
      asOperator(async ({ database }) => {
        const { listFirms } = await import('../close/firm.ts');
        const listed = (await listFirms(database)).map(({ firmId, name, fourEyes, createdAt }) => ({
          id: firmId,
          name,
          fourEyes,
          createdAt: createdAt.toISOString(),
        }));
        show(json, listed, () =>
          table(
            ['id', 'name', 'four eyes', 'since'],
            listed.map((one) => [one.id, one.name, one.fourEyes ? 'yes' : 'no', one.createdAt.slice(0, 10)]),
          ),
        );
      }),
    );

  firm
    .command('four-eyes')
    .description('whether nobody approves what they saved themselves')
    .argument('<on|off>', '', oneOf(['on', 'off']))
    .option(...firmOption)
    .option(...yesFlag)
    .action((word: 'on' | 'off', { firm: id, yes }: OfFirm & Yes) =>
      asOperator(async ({ database, firmOf }) => {
        const { requireFourEyes } = await import('../close/firm.ts');
        const firmId = firmOf(id);
        if (word === 'off') {
          await confirm(
            'From now on a person may approve what they saved themselves, and a key may approve.',
            yes,
          );
        }
        await requireFourEyes(database, firmId, word === 'on');
        console.log(`Four eyes: ${word}.`);
      }),
    );

  addUserCommands(firm);
  addKeyCommands(firm);
}

function addUserCommands(firm: Command): void {
  const user = firm.command('user').description("the firm's people, known by the identity provider");

  user
    .command('add')
    .description('lets a person in; one with the same issuer and subject gets the new name, address and role')
    .requiredOption('--name <name>', 'as the processing history says it')
    .requiredOption('--email <address>', 'where reminders go')
    .requiredOption(
      '--role <role>',
      'preparer saves; reviewer and administrator approve as well',
      oneOf(roles),
    )
    .requiredOption('--subject <subject>', "the provider's own id of the person (sub)")
    .option('--issuer <url>', 'the identity provider', process.env['OIDC_ISSUER'])
    .option(...firmOption)
    .option('--json', 'for programs')
    .action((options: AddUser) =>
      asOperator(async ({ database, firmOf }) => {
        const { addUser } = await import('../close/firm.ts');
        const { name, email, role, subject, issuer } = options;
        if (issuer === undefined) throw new Problem(noIssuer);
        const saved = await addUser(database, firmOf(options.firm), {
          name,
          email,
          role,
          subject,
          issuer,
        });
        show(options.json, { id: saved.id }, () => `Saved: ${saved.id}`);
      }),
    );

  user
    .command('list')
    .description("the firm's people")
    .option(...firmOption)
    .option('--json', 'for programs')
    .action(({ firm: id, json }: OfFirm & Json) =>
      asOperator(async ({ database, firmOf }) => {
        const { usersOf } = await import('../close/firm.ts');
        const listed = (await usersOf(database, firmOf(id))).map(shownUser);
        show(json, listed, () =>
          table(
            ['id', 'name', 'email', 'role', 'active'],
            listed.map((one) => [one.id, one.name, one.email, one.role, one.active ? 'yes' : 'no']),
          ),
        );
      }),
    );

  user
    .command('remove')
    .description('lets a person in no more; what they did stays theirs')
    .argument('<id>', 'as firm user list shows it', uuid)
    .option(...firmOption)
    .option(...yesFlag)
    .action((userId: string, { firm: id, yes }: OfFirm & Yes) =>
      asOperator(async ({ database, firmOf }) => {
        const { removeUser, usersOf } = await import('../close/firm.ts');
        const firmId = firmOf(id);
        const found = (await usersOf(database, firmId)).find((one) => one.id === userId && one.active);
        if (found) await confirm(`${found.name} (${found.role}) is let in no more, from this moment.`, yes);
        await removeUser(database, firmId, userId);
        console.log('Removed.');
      }),
    );
}

interface AddUser extends OfFirm, Json {
  readonly name: string;
  readonly email: string;
  readonly role: Role;
  readonly subject: string;
  readonly issuer?: string;
}

const shownUser = ({ id, name, email, role, active, issuer, subject }: User) => ({
  id,
  name,
  email,
  role,
  active,
  issuer,
  subject,
});

function addKeyCommands(firm: Command): void {
  const key = firm.command('key').description("the firm's API keys");

  key
    .command('create')
    .description('makes a key and shows it, this once')
    .requiredOption('--name <name>', 'what it is for')
    .requiredOption('--scopes <scopes>', scopes.join(','), someOf(scopes))
    .option(...firmOption)
    .option('--json', 'for programs')
    .action((options: { readonly name: string; readonly scopes: readonly Scope[] } & OfFirm & Json) =>
      asOperator(async ({ database, firmOf }) => {
        const { usersOf } = await import('../close/firm.ts');
        const { createApiKey } = await import('../close/api-keys.ts');
        const firmId = firmOf(options.firm);
        await usersOf(database, firmId);
        const made = await createApiKey({ database }, firmId, options);
        show(options.json, made, () => `Key ${made.id}, shown this once:\n${made.key}`);
      }),
    );

  key
    .command('list')
    .description('all keys; never a secret')
    .option(...firmOption)
    .option('--json', 'for programs')
    .action(({ firm: id, json }: OfFirm & Json) =>
      asOperator(async ({ database, firmOf }) => {
        const { listApiKeys } = await import('../close/api-keys.ts');
        const found = await listApiKeys({ database }, firmOf(id));
        const listed = found.map(({ id: keyId, name, scopes: may, createdAt, revokedAt }) => ({
          id: keyId,
          name,
          scopes: may,
          createdAt: createdAt.toISOString(),
          revokedAt: revokedAt?.toISOString() ?? null,
        }));
        show(json, listed, () =>
          table(
            ['id', 'name', 'scopes', 'created', 'revoked'],
            listed.map((one) => [
              one.id,
              one.name,
              one.scopes.join(','),
              one.createdAt.slice(0, 10),
              one.revokedAt?.slice(0, 10) ?? '',
            ]),
          ),
        );
      }),
    );

  key
    .command('revoke')
    .description('the key holds no more, from this moment')
    .argument('<id>', 'as firm key list shows it', uuid)
    .option(...firmOption)
    .option(...yesFlag)
    .action((keyId: string, { firm: id, yes }: OfFirm & Yes) =>
      asOperator(async ({ database, firmOf }) => {
        const { listApiKeys, revokeApiKey } = await import('../close/api-keys.ts');
        const firmId = firmOf(id);
        const found = (await listApiKeys({ database }, firmId)).find(
          (one) => one.id === keyId && !one.revokedAt,
        );
        if (!found) throw new Problem(noKey(keyId));
        await confirm(
          `The key "${found.name}" (${found.scopes.join(', ')}) holds no more, from this moment.`,
          yes,
        );
        await revokeApiKey({ database }, firmId, keyId);
        console.log('Revoked.');
      }),
    );
}

const someOf =
  <T extends string>(values: readonly T[]) =>
  (text: string): T[] =>
    text.split(',').map(oneOf(values));

const noKey = (id: string) => ({
  code: 'api-keys.not-found',
  what: `Byrån har ingen gällande nyckel ${id}.`,
  advice: 'Läs listan över nycklar och ta id därifrån.',
});

const noIssuer = {
  code: 'cli.issuer-missing',
  what: 'Kommandot vet inte vilken inloggningstjänst personen loggar in hos.',
  advice: 'Ange --issuer, eller sätt OIDC_ISSUER.',
};
